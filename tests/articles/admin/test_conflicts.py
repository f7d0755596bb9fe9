"""Two people save one article: what is apart goes together, what meets is kept twice and chosen."""

import random
from typing import Any

from django.urls import reverse

from articles.actions import editing
from articles.content import Content
from articles.models import Article, Revision
from articles.workflow import Stage
from newsroom.lib.text import plain
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_draft, make_section, make_tags

BODY = "<p>Un.</p><p>Deux.</p><p>Trois.</p>"


class ConflictTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_draft(self.kg, "Un casque", standfirst="Léger.", body=BODY, tags=make_tags("Audio"))
        self.url = reverse("admin:articles_article_change", args=[self.article.pk])
        self.at_desk(self.thomas)
        form = self.client.get(self.url).context["form"]
        self.opened = {
            **form.posted_of(Content.of(self.article.working)), "base": str(self.article.working.pk), "_save": "1",
        }  # fmt: skip
        del self.opened["noindex"]

    def theirs(self, **fields: Any) -> None:
        """What Inès saves meanwhile."""
        article = Article.objects.select_related("publication", "draft").get()
        content = Content.of(article.working)
        editing.save_draft(article, Content(**{**vars(content), **fields}), by=self.ines)

    def save(self, **typed: Any) -> Any:
        return self.client.post(self.url, {**self.opened, **typed})

    @property
    def working(self) -> Revision:
        return Article.objects.select_related("draft").get().working

    def test_changes_of_different_fields_merge_and_say_so(self) -> None:
        section = make_section(self.kg, "Son", "son")
        self.theirs(standfirst="Lourd.", section=section, tags=tuple(make_tags("Hi-Fi")))
        answer = self.save(headline="Un casque léger", tags="Audio, Casques")
        self.assertRedirects(answer, f"{self.url}?merged=standfirst%2Csection%2Ctags")
        page = self.client.get(f"{self.url}?merged=standfirst,section,tags,nothing")
        self.assertContains(page, "Enregistré, avec ce que ines a changé entre-temps\xa0: Chapô, Rubrique, Étiquettes.")
        content = Content.of(self.working)
        self.assertEqual((content.headline, content.standfirst), ("Un casque léger", "Lourd."))
        self.assertEqual((content.section, [tag.name for tag in content.tags]), (section, ["Hi-Fi", "Casques"]))
        self.assertEqual(self.article.revisions.count(), 3)

    def test_changes_of_different_paragraphs_merge(self) -> None:
        self.theirs(body="<p>Un.</p><p>Deux.</p><p>Trois, mieux.</p><p>Quatre.</p>")
        self.save(body="<p>Un, mieux.</p><p>Deux.</p><p>Trois.</p>")
        self.assertEqual(self.working.body, "<p>Un, mieux.</p><p>Deux.</p><p>Trois, mieux.</p><p>Quatre.</p>")

    def test_of_one_field_both_are_shown_beside_the_common_one_and_chosen(self) -> None:
        self.theirs(headline="D’Inès", standfirst="Lourd.")
        answer = self.save(headline="De Thomas")
        self.assertEqual((answer.status_code, self.article.revisions.count()), (200, 2))
        [choice] = answer.context["choices"]
        self.assertEqual(
            (choice.label, choice.common, choice.mine, choice.theirs), ("Titre", "Un casque", "De Thomas", "D’Inès")
        )
        self.assertContains(answer, 'data-takes="headline" data-value="D’Inès"')
        form = answer.context["form"]
        self.assertEqual((form["headline"].value(), form["standfirst"].value()), ("De Thomas", "Lourd."))
        self.save(headline="De Thomas", standfirst="Lourd.", base=form["base"].value())
        self.assertEqual((self.working.headline, self.working.standfirst), ("De Thomas", "Lourd."))

    def test_of_one_paragraph_both_stay_until_somebody_chooses(self) -> None:
        self.theirs(body="<p>Un.</p><p>Deux, d’elle.</p><p>Trois.</p>")
        answer = self.save(body="<p>Un.</p><p>Deux, de lui.</p><p>Trois.</p>")
        both = "<p>Un.</p><p>Deux, de lui.</p><p>Deux, d’elle.</p><p>Trois.</p>"
        self.assertEqual(answer.context["form"]["body"].value(), both)
        [choice] = answer.context["choices"]
        self.assertEqual((choice.common, choice.mine, choice.theirs), ("Deux.", "Deux, de lui.", "Deux, d’elle."))
        self.assertEqual(self.article.revisions.count(), 2)

    def test_who_sends_it_on_looks_at_it_first(self) -> None:
        self.theirs(standfirst="Lourd.")
        answer = self.save(headline="De Thomas", _step="approve_and_publish")
        self.assertEqual(answer.status_code, 200)
        self.assertContains(answer, "Leurs modifications sont ci-dessous, avec les vôtres\xa0: Chapô.")
        self.assertEqual(answer.context["form"]["standfirst"].value(), "Lourd.")
        self.article.refresh_from_db()
        self.assertEqual(self.article.stage, Stage.DRAFT)

    def test_names_that_one_took_out_stay_out(self) -> None:
        lou, max_ = make_author("Lou"), make_author("Max")
        self.theirs(authors=(lou, max_))
        self.save(tags="")
        content = Content.of(self.working)
        self.assertEqual((content.authors, content.tags), ((lou, max_), ()))

    def test_a_box_that_the_other_ticked_is_ticked(self) -> None:
        self.theirs(noindex=True, kind="review")
        self.save(headline="De Thomas")
        self.assertEqual((self.working.noindex, self.working.kind), (True, "review"))

    def test_saves_of_five_people_in_any_order_lose_no_word(self) -> None:
        """Each saves from a page that is older than others' saves; whoever is asked chooses to keep both."""
        chance = random.Random(11)
        pages = {n: dict(self.opened) for n in range(5)}
        written = set()
        for turn in range(60):
            typed = pages[chance.randrange(5)]
            word = f"mot{turn}"
            paragraphs = [f"<p>{text}" for text in typed["body"].split("<p>")[1:]]
            at = chance.randrange(len(paragraphs))
            paragraphs[at] = paragraphs[at].replace("</p>", f" {word}</p>")
            typed["body"] = "".join(paragraphs)
            answer = self.client.post(self.url, typed)
            if answer.status_code == 200:  # both changed one paragraph: both stand in the form
                form = answer.context["form"]
                typed |= {"body": form["body"].value(), "base": form["base"].value()}
                self.assertEqual(self.client.post(self.url, typed).status_code, 302)
            written.add(word)
            working = self.working  # the page shows what was saved, and grows old while others save
            typed |= {"body": working.body, "base": str(working.pk)}
            self.assertEqual({word for word in written if word not in plain(self.working.body).split()}, set())
