"""The desk's search: by all that is written in articles, drafts and former versions included, number and address."""

import datetime as dt
from dataclasses import replace

from django.urls import reverse

from articles.actions import editing, expunging, taxonomy
from articles.admin import desk_search
from articles.content import Content
from articles.models import Address, Article
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_tags

LIST = reverse("admin:articles_article_changelist")


class SearchTests(NewsroomTestCase):
    def found(self, typed: str, **query: str) -> list[str]:
        """The headlines that a writer finds, in the order of the list."""
        self.at_desk(self.camille)
        page = self.client.get(LIST, {"q": typed, **query})
        return [article.desk_headline for article in page.context["cl"].result_list]

    def test_it_finds_words_and_how_they_begin_without_case_and_accents(self) -> None:
        make_draft(self.kg, "L’été d’un Casque et 17,4 cœurs")
        for typed in ("casque", "CASQ", "ete", "été casque", "casque  l'été", "17,4", "17", "coeur", "cœu", "casques"):
            self.assertEqual(self.found(typed), ["L’été d’un Casque et 17,4 cœurs"], typed)
        for typed in ("asque", "casque introuvable", "18", "!", "x" * 5000, "'"):
            self.assertEqual(self.found(typed), [], typed)

    def test_it_lists_the_last_saved_first_whatever_is_typed(self) -> None:
        articles = [make_draft(self.kg, f"Un casque {n}") for n in range(3)]
        editing.save_draft(articles[0], replace(Content.of(articles[0].working), standfirst="Neuf."), by=SYSTEM)
        self.assertEqual(self.found("casque"), ["Un casque 0", "Un casque 2", "Un casque 1"])
        self.assertEqual(self.found("un ca"), ["Un casque 0", "Un casque 2", "Un casque 1"])

    def test_it_keeps_to_the_filters_and_to_the_publication(self) -> None:
        make_draft(self.kg, "Un casque", section=self.science)
        make_draft(self.kg, "Un casque de jeu", section=self.games)
        make_draft(self.ia, "Un casque de la sœur")
        self.assertEqual(self.found("casque", section=str(self.games.pk)), ["Un casque de jeu"])
        self.assertEqual(len(self.found("casque")), 2)

    def test_it_follows_the_headline_that_the_desk_works_on(self) -> None:
        article = make_article(self.kg, "Un casque léger")
        editing.save_draft(article, replace(Content.of(article.working), headline="Un casque lourd"), by=SYSTEM)
        self.assertEqual(self.found("lourd"), ["Un casque lourd"])

    def test_it_finds_standfirst_body_authors_and_tags(self) -> None:
        author, tags = make_author("Inès Morel"), make_tags("Audio")
        make_draft(self.kg, "Un casque", standfirst="Léger.", body="<p>Confortable.</p>", authors=(author,), tags=tags)
        for typed in ("léger", "confortable", "inès morel", "audio", "casque confortable audio"):
            self.assertEqual(self.found(typed), ["Un casque"], typed)

    def test_it_finds_words_of_former_versions(self) -> None:
        article = make_draft(self.kg, "Un casque léger", body="<p>Un premier jet.</p>")
        for body in ("<p>Tout autre chose.</p>", "<p>Encore autre chose.</p>"):
            editing.save_draft(article, replace(Content.of(article.working), body=body), by=SYSTEM)
            article = Article.objects.get(pk=article.pk)
        self.assertEqual(self.found("premier jet"), ["Un casque léger"])

    def test_it_finds_an_article_by_its_number(self) -> None:
        article = make_draft(self.kg, "Un casque")
        for typed in (f"{article.pk}", f"#{article.pk}", f"n° {article.pk}"):
            self.assertEqual(self.found(typed), ["Un casque"], typed)
        sisters = make_draft(self.ia, "Un casque de la sœur")
        self.assertEqual(self.found(f"#{sisters.pk}"), [])

    def test_it_finds_an_article_by_any_of_its_addresses(self) -> None:
        article = make_article(self.kg, "Un casque")
        Address.objects.create(publication=self.kg, path="/?p=12", article=article)
        for typed in (
            f"https://kulturegeek.localhost{article.path}", f"kulturegeek.localhost{article.path}",
            f"http://www.kulturegeek.localhost{article.path}?utm_source=x", article.path,
            "https://kulturegeek.localhost/?p=12", "/?p=12",
        ):  # fmt: skip
            self.assertEqual(self.found(typed), ["Un casque"], typed)
        for typed in (f"https://ailleurs.example{article.path}", "https://[", "/rien-ici/"):
            self.assertEqual(self.found(typed), [], typed)

    def test_it_finds_nothing_that_was_expunged(self) -> None:
        article = make_draft(self.kg, "Le secret de Polichinelle")
        expunging.expunge_passage(article, "Polichinelle", by=self.alix, order="TJ Paris 12/03")
        self.assertEqual(self.found("polichinelle"), [])
        self.assertEqual(len(self.found("secret")), 1)

    def test_of_too_many_it_finds_the_newest(self) -> None:
        desk_search.MOST_FOUND, before = 2, desk_search.MOST_FOUND
        self.addCleanup(setattr, desk_search, "MOST_FOUND", before)
        for n in range(4):
            make_draft(self.kg, f"Un casque {n}")
        self.assertEqual(self.found("casque"), ["Un casque 3", "Un casque 2"])
        self.assertEqual(self.found("casque 0"), ["Un casque 0"])

    def test_filters_look_among_all_that_match_and_not_among_the_newest_alone(self) -> None:
        desk_search.MOST_FOUND, before = 2, desk_search.MOST_FOUND
        self.addCleanup(setattr, desk_search, "MOST_FOUND", before)
        tags, author = make_tags("Audio"), make_author("Inès Morel")
        old = dt.datetime(2016, 12, 31, 23, 30, tzinfo=dt.UTC)  # the first of January on the site
        make_article(self.kg, "Un casque d’antan", at=old, section=self.games, tags=tags, authors=(author,))
        for n in range(3):
            make_article(self.kg, f"Un casque {n}", section=self.science)
        for query in (
            {"section": str(self.games.pk)}, {"tag": "audio"}, {"author": str(author.pk)}, {"published": "2017"},
        ):  # fmt: skip
            self.assertEqual(self.found("casque", **query), ["Un casque d’antan"], query)
        self.assertEqual(self.found("casque", published="2016"), [])
        self.assertEqual(len(self.found("casque", published="7")), 3)
        self.assertEqual(self.found("", published="2017"), ["Un casque d’antan"])

    def test_it_filters_by_a_tag_as_it_is_typed(self) -> None:
        (audio,), (hifi,) = make_tags("Audio"), make_tags("Hi-Fi")
        make_article(self.kg, "Un casque", tags=(audio,))
        make_draft(self.kg, "Une platine", tags=(hifi,))
        make_draft(self.ia, "Un casque de la sœur", tags=(audio,))
        for typed, expected in (
            ("audio", ["Un casque"]), (" AUDIO ", ["Un casque"]), ("hi-fi", ["Une platine"]), ("inconnu", []),
            ("", ["Une platine", "Un casque"]), ("x" * 5_000, []), ("%", []), ("'", []),
        ):  # fmt: skip
            self.assertEqual(self.found("", tag=typed), expected, typed)
        taxonomy.merge_tags(hifi, audio, by=self.alix)
        self.assertEqual(self.found("", tag="audio"), ["Une platine", "Un casque"])
        self.assertEqual(self.found("", tag="hi-fi"), ["Une platine", "Un casque"])

    def test_a_filter_keeps_what_else_was_asked_for(self) -> None:
        self.at_desk(self.camille)
        page = self.client.get(LIST, {"q": "casque", "state": "draft", "tag": "audio", "p": "2"}).content.decode()
        form = page[page.index('class="filter-field"') :].partition("</form>")[0]
        for name, value in (("q", "casque"), ("state", "draft")):
            self.assertInHTML(f'<input type="hidden" name="{name}" value="{value}">', form)
        self.assertIn('value="audio"', form)
        self.assertNotIn('name="p"', form)

    def test_a_filter_that_makes_no_sense_filters_nothing_or_all(self) -> None:
        make_draft(self.kg, "Un casque")
        for published in ("0", "9999", "99999999999999999999", "-1"):
            self.assertIn(self.found("", published=published), ([], ["Un casque"]), published)

    def test_it_costs_the_same_however_many_match(self) -> None:
        make_draft(self.kg, "Un casque")
        self.found("un casque")
        for n in range(1, 4):
            make_draft(self.kg, f"Un casque {n}")
            with self.assertNumQueries(17):
                self.client.get(LIST, {"q": "un casque"})
