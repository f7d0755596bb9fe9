"""The revisions of an article at the desk: listed, compared, taken up again."""

from dataclasses import replace
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.actions import editing, publishing
from articles.admin.revisions import A_PAGE
from articles.content import Content
from articles.models import Article, Revision
from articles.workflow import Change, Kind, Stage, Verb
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_image, make_tags

EVIL = "<script>alert(1)</script>"
NUMBERS_OF_NONE = ("abc", "0", "-1", "999", "9" * 30, "9" * 5000, "²", "٩", "1e0", " 1", "", "\x00", EVIL)


def page_of(article: Article, name: str) -> str:
    return reverse(f"admin:articles_article_{name}", args=[article.pk])


class RevisionsTestCase(NewsroomTestCase):
    def save(self, article: Article, *, change: str = "", by: Any = SYSTEM, **fields: Any) -> Article:
        content = replace(Content.of(article.working), **fields)
        return editing.save_draft(article, content, by=by, change=change)

    def with_revisions(self, number: int) -> Article:
        """A draft of Inès's, whose revisions are headlined by their numbers."""
        article = make_draft(self.kg, "Titre 1", by=self.ines)
        for n in range(2, number + 1):
            article = self.save(article, headline=f"Titre {n}", by=self.ines)
        return article

    def queries(self, address: str) -> int:
        self.client.get(address)
        with CaptureQueriesContext(connection) as captured:
            self.client.get(address)
        return len(captured)


class ListTests(RevisionsTestCase):
    def test_it_lists_every_revision_newest_first_with_a_button_for_all_but_the_newest(self) -> None:
        article = self.with_revisions(3)
        self.at_desk(self.ines)
        page = self.client.get(page_of(article, "revisions"))
        self.assertEqual([revision.number for revision in page.context["revisions"]], [3, 2, 1])
        for n in (1, 2, 3):
            self.assertContains(page, f"Titre {n}</a>")
            shown = 1 if n < 3 else 0
            self.assertContains(page, f'<input type="hidden" name="number" value="{n}">', count=shown, html=True)
        newest = f'<input type="hidden" name="base" value="{article.draft_id}">'
        self.assertContains(page, newest, count=2, html=True)

    def test_it_marks_what_readers_have_what_is_in_work_and_what_was_approved(self) -> None:
        article = self.save(make_article(self.kg), headline="En chantier", change="typo")
        publishing.approve(article, by=self.ines, revision=article.draft_id)
        self.at_desk(self.ines)
        page = self.client.get(page_of(article, "revisions"))
        for state in ("live", "draft", "approved"):
            self.assertContains(page, f'class="state state-{state}"', count=1)

    def test_it_pages_and_shows_a_page_for_whatever_number(self) -> None:
        article = make_draft(self.kg)
        first = Revision.objects.get()
        Revision.objects.bulk_create(
            Revision(article=article, number=n, headline=f"Titre {n}", created_at=first.created_at)
            for n in range(2, A_PAGE + 4)
        )
        self.at_desk(self.ines)
        address = page_of(article, "revisions")
        numbers = [[row.number for row in self.client.get(address, {"p": p}).context["revisions"]] for p in ("1", "2")]
        self.assertEqual([*numbers[0], *numbers[1]], list(range(A_PAGE + 3, 0, -1)))
        for p in ("abc", "-1", "99", "9" * 5000, "\x00"):
            self.assertEqual(self.client.get(address, {"p": p}).status_code, 200, p[:9])

    def test_it_costs_the_same_however_many_revisions(self) -> None:
        short, long = self.with_revisions(2), self.with_revisions(30)
        self.at_desk(self.ines)
        costs = {self.queries(page_of(article, "revisions")) for article in (short, long)}
        self.assertEqual(len(costs), 1)
        self.assertLessEqual(costs.pop(), 12)

    def test_it_escapes_headlines(self) -> None:
        self.at_desk(self.ines)
        page = self.client.get(page_of(make_draft(self.kg, EVIL), "revisions"))
        self.assertNotContains(page, "<script>alert")
        self.assertContains(page, "&lt;script&gt;alert(1)&lt;/script&gt;</a>")


class CompareTests(RevisionsTestCase):
    def compare(self, article: Article, old: Any = None, new: Any = None) -> Any:
        asked = {name: value for name, value in (("from", old), ("to", new)) if value is not None}
        return self.client.get(page_of(article, "compare"), asked)

    def assert_changed(self, page: Any, old: str, new: str) -> None:
        self.assertContains(page, f'<del class="word">{old}</del>')
        self.assertContains(page, f'<ins class="word">{new}</ins>')

    def test_it_marks_the_words_that_went_and_came_in_headline_and_body(self) -> None:
        article = make_draft(self.kg, "Un casque léger", body="<p>Il pèse cent grammes.</p><p>Fin.</p>")
        article = self.save(article, headline="Un casque lourd", body="<p>Il pèse mille grammes.</p><p>Fin.</p>")
        self.at_desk(self.ines)
        page = self.compare(article, 1, 2)
        self.assert_changed(page, "léger", "lourd")
        self.assert_changed(page, "cent", "mille")
        self.assertEqual(len(page.context["changed"]), 2)

    def test_it_compares_every_field(self) -> None:
        hugo, ines = make_author("Hugo Lemaire"), make_author("Inès Benali")
        robot, space = make_tags("Robot", "Espace")
        images = make_image(label="casque"), make_image(label="fusée")
        names = {"kicker": "Surtitre", "headline": "Titre", "standfirst": "Chapô", "slug": "adresse",
                 "sponsor": "Marque", "seo_title": "Moteur", "seo_description": "Description"}  # fmt: skip
        old, new = ({name: f"{word}{n}" for name, word in names.items()} for n in (1, 2))
        article = make_article(
            self.kg, section=self.science, authors=(hugo,), tags=(robot,), lead_image=images[0], body="<p>Corps1</p>",
            kind="news", sponsor_url="https://un.example/", **old,
        )  # fmt: skip
        article = self.save(article, change="typo", kicker="Autre")
        article = self.save(article, change="typo", **old)
        article = self.save(
            article, change="update", section=self.games, authors=(ines,), tags=(space,), lead_image=images[1],
            body="<p>Corps2</p>", kind="deal", sponsor_url="https://deux.example/",
            canonical_url="https://deux.example/original/", noindex=True, **new,
        )  # fmt: skip
        self.at_desk(self.ines)
        page = self.compare(article, 3, 4)
        for name in names:
            self.assert_changed(page, old[name], new[name])
        for pair in (
            ("Science &amp; Espace", "Jeux vidéo"), ("Hugo Lemaire", "Inès Benali"), ("Robot", "Espace"),
            (f"casque (#{images[0].pk})", f"fusée (#{images[1].pk})"), (Kind.NEWS.label, Kind.DEAL.label),
            (Change.TYPO.label, Change.UPDATE.label), ("Corps1", "Corps2"), ("un", "deux"),
        ):  # fmt: skip
            self.assert_changed(page, *pair)
        columns = {field.name for field in Revision._meta.get_fields() if field.concrete}
        told_elsewhere = {"id", "article", "number", "created_at", "created_by"}
        follows = {"word_count", "reading_minutes", "image_ids"}  # from standfirst and body
        not_typed_yet = {"notice"}
        fields = columns - told_elsewhere - follows - not_typed_yet
        self.assertEqual(len(page.context["changed"]), len(fields), fields)
        self.assertEqual(page.context["unchanged"], [])

    def test_it_tells_an_order_of_bylines_and_tags_that_changed(self) -> None:
        authors, tags = (make_author("Hugo"), make_author("Inès")), make_tags("Robot", "Espace")
        article = make_draft(self.kg, authors=authors, tags=tags)
        article = self.save(article, authors=authors[::-1], tags=tags[::-1])
        self.at_desk(self.ines)
        self.assertEqual(len(self.compare(article, 1, 2).context["changed"]), 2)

    def test_it_shows_markup_that_changed_as_text(self) -> None:
        article = make_draft(self.kg, body='<p>Voir <a href="https://example.org/un">là</a></p>')
        article = self.save(article, body='<p>Voir <a href="https://example.org/deux">là</a></p>')
        self.at_desk(self.ines)
        page = self.compare(article, 1, 2)
        self.assertContains(page, '<ins class="markup">‹a https://example.org/deux›</ins>')
        self.assertNotContains(page, '<a href="https://example.org/')

    def test_it_escapes_hostile_text(self) -> None:
        hostile = {"headline": EVIL, "kicker": EVIL, "standfirst": EVIL, "sponsor": EVIL, "seo_title": EVIL,
                   "body": f"<p>{EVIL.replace('<', '&lt;')}</p><p><img src=x onerror=alert(1)></p>",
                   "authors": (make_author(EVIL),), "tags": make_tags(EVIL),
                   "lead_image": make_image(label=EVIL)}  # fmt: skip
        article = self.save(make_draft(self.kg, "Un titre"), **hostile)
        self.at_desk(self.ines)
        for pair in ((1, 2), (2, 1), (2, 2)):
            with self.subTest(pair=pair):
                page = self.compare(article, *pair)
                self.assertNotContains(page, "<script>alert")
                self.assertNotContains(page, "<img src=x")
                text = page.content.decode()
                self.assertGreaterEqual(text.count("&lt;script&gt;alert(1)&lt;/script&gt;"), len(hostile))

    def test_it_shows_a_revision_by_itself(self) -> None:
        article = self.with_revisions(3)
        self.at_desk(self.ines)
        page = self.compare(article, 2, 2)
        self.assertEqual(page.context["changed"], [])
        self.assertContains(page, "<p>Titre 2</p>")
        self.assertNotContains(page, "<ins")
        self.assertNotContains(page, "<del")

    def test_it_compares_what_readers_have_with_what_is_in_work_by_default(self) -> None:
        article = self.save(self.save(make_article(self.kg), headline="Deux"), headline="Trois")
        self.at_desk(self.ines)
        page = self.compare(article)
        self.assertEqual((page.context["old"].number, page.context["new"].number), (1, 3))
        page = self.compare(article, 2)
        self.assertEqual((page.context["old"].number, page.context["new"].number), (2, 3))

    def test_it_falls_back_for_numbers_that_are_none(self) -> None:
        article = self.save(self.save(make_article(self.kg), headline="Deux"), headline="Trois")
        other = self.with_revisions(7)
        self.at_desk(self.ines)
        for number in (*NUMBERS_OF_NONE, "7"):
            with self.subTest(number=number[:9]):
                page = self.compare(article, number, number)
                self.assertEqual(page.status_code, 200)
                self.assertEqual((page.context["old"].number, page.context["new"].number), (1, 3))
                self.assertNotContains(page, "<script>alert")
        page = self.compare(other, "abc", "abc")
        self.assertEqual((page.context["old"].number, page.context["new"].number), (7, 7))

    def test_it_offers_to_take_up_what_is_not_the_newest(self) -> None:
        article = self.with_revisions(3)
        self.at_desk(self.ines)
        for pair, offered in {(1, 2): [1, 2], (1, 3): [1], (3, 1): [1], (2, 2): [2], (3, 3): []}.items():
            page = self.compare(article, *pair)
            for n in (1, 2, 3):
                hidden = f'<input type="hidden" name="number" value="{n}">'
                self.assertContains(page, hidden, count=int(n in offered), html=True)

    def test_it_costs_the_same_however_long_the_article(self) -> None:
        authors = tuple(make_author(f"Auteur {n}") for n in range(9))
        tags = make_tags(*(f"Sujet {n}" for n in range(9)))
        short = self.save(make_draft(self.kg, authors=authors[:1], tags=tags[:1]), headline="Deux")
        long = make_draft(self.kg, authors=authors, tags=tags, body="<p>Un.</p>" * 500)
        for n in range(2, 9):
            long = self.save(long, headline=f"Titre {n}", body=f"<p>Un.</p><p>{n}</p>" * 100)
        self.at_desk(self.ines)
        costs = {self.queries(f"{page_of(article, 'compare')}?from=1&to=2") for article in (short, long)}
        self.assertEqual(len(costs), 1)
        self.assertLessEqual(costs.pop(), 14)


class RestoreTests(RevisionsTestCase):
    def restore(self, article: Article, number: Any, base: Any = None) -> Any:
        base = article.working.pk if base is None else base
        return self.client.post(page_of(article, "restore"), {"number": number, "base": base})

    def test_it_adds_a_revision_equal_to_the_old_one_and_keeps_those_between(self) -> None:
        article = self.with_revisions(3)
        self.at_desk(self.thomas)
        self.assertRedirects(self.restore(article, 1), page_of(article, "change"))
        article.refresh_from_db()
        versions = list(article.revisions.order_by("number").values_list("number", "headline"))
        self.assertEqual(versions, [(1, "Titre 1"), (2, "Titre 2"), (3, "Titre 3"), (4, "Titre 1")])
        self.assertEqual((article.draft.number, article.desk_headline), (4, "Titre 1"))
        event = article.events.first()
        self.assertEqual((event.verb, event.actor, event.revision), (Verb.RESTORED, self.thomas, article.draft))
        self.assertIn("1", event.note)

    def test_it_brings_back_every_field(self) -> None:
        whole = {"kicker": "Surtitre", "standfirst": "Un chapô.", "slug": "mon-adresse", "seo_title": "Moteur",
                 "authors": (make_author("Hugo"),), "tags": make_tags("Robot"), "lead_image": make_image()}  # fmt: skip
        article = make_draft(self.kg, **whole)
        before = Content.of(article.draft)
        article = self.save(
            article, headline="Autre", section=self.games, **{name: type(value)() for name, value in whole.items()
            if name != "lead_image"}, lead_image=None,
        )  # fmt: skip
        self.at_desk(self.ines)
        self.restore(article, 1)
        article.refresh_from_db()
        self.assertEqual(Content.of(article.draft), before)

    def test_it_leaves_readers_what_they_have(self) -> None:
        article = self.save(make_article(self.kg, "Premier"), headline="Deuxième")
        self.at_desk(self.ines)
        self.restore(article, 1)
        article.refresh_from_db()
        self.assertEqual((article.live.number, article.draft.number, article.stage), (1, 3, Stage.DRAFT))

    def test_it_takes_back_an_approval(self) -> None:
        article = self.with_revisions(2)
        article = publishing.approve(article, by=self.ines, revision=article.draft_id)
        self.at_desk(self.ines)
        self.restore(article, 1)
        article.refresh_from_db()
        self.assertEqual(article.stage, Stage.IN_REVIEW)
        self.assertNotEqual(article.approved, article.draft)

    def test_it_refuses_a_page_that_is_older_than_the_last_save_and_says_so(self) -> None:
        article = self.with_revisions(2)
        shown = article.working.pk
        self.save(article, headline="De Thomas", by=self.thomas)
        self.at_desk(self.ines)
        answer = self.client.post(page_of(article, "restore"), {"number": 1, "base": shown}, follow=True)
        self.assertEqual(answer.redirect_chain[0][0], page_of(article, "revisions"))
        (message,) = answer.context["messages"]
        self.assertEqual(message.level_tag, "error")
        self.assertIn("thomas", str(message))
        self.assertEqual(article.revisions.count(), 3)

    def test_it_says_so_when_what_is_in_work_says_just_that(self) -> None:
        article = self.save(self.with_revisions(2), headline="Titre 1")
        self.at_desk(self.ines)
        for number in (1, 3):
            answer = self.client.post(
                page_of(article, "restore"), {"number": number, "base": article.draft_id}, follow=True
            )
            self.assertEqual([message.level_tag for message in answer.context["messages"]], ["info"])
        self.assertEqual(article.revisions.count(), 3)
        self.assertFalse(article.events.filter(verb=Verb.RESTORED).exists())

    def test_it_adds_nothing_for_a_revision_that_is_none(self) -> None:
        article, other = self.with_revisions(2), self.with_revisions(5)
        self.at_desk(self.ines)
        for number in ("5", *NUMBERS_OF_NONE):
            with self.subTest(number=number[:9]):
                answer = self.restore(article, number)
                self.assertIn(answer.status_code, (302, 403))
        for base in ("", "abc", "-1", "0", str(other.draft_id), "9" * 30, "9" * 5000):
            with self.subTest(base=base[:9]):
                self.assertIn(self.restore(article, 1, base).status_code, (302, 403))
        self.assertEqual(article.revisions.count(), 2)

    def test_it_takes_nothing_up_by_a_link(self) -> None:
        article = self.with_revisions(2)
        self.at_desk(self.ines)
        address = page_of(article, "restore")
        self.assertEqual(self.client.get(address, {"number": 1, "base": article.draft_id}).status_code, 405)
        self.assertEqual(article.revisions.count(), 2)


class RightTests(RevisionsTestCase):
    def test_it_lets_a_moderator_and_another_writer_see_and_not_restore(self) -> None:
        article = self.with_revisions(2)
        for person in (self.sarah, self.camille):
            self.at_desk(person)
            for name in ("revisions", "compare"):
                page = self.client.get(f"{page_of(article, name)}?from=1&to=2")
                self.assertContains(page, "Titre 2")
                self.assertNotContains(page, page_of(article, "restore"))
            answer = self.client.post(page_of(article, "restore"), {"number": 1, "base": article.draft_id})
            self.assertEqual(answer.status_code, 403)
        self.assertEqual(article.revisions.count(), 2)

    def test_it_lets_a_writer_take_up_their_own(self) -> None:
        article = self.save(make_draft(self.kg, "Titre 1", by=self.camille), headline="Titre 2")
        self.at_desk(self.camille)
        self.client.post(page_of(article, "restore"), {"number": 1, "base": article.draft_id})
        self.assertEqual(article.revisions.count(), 3)

    def test_it_leads_people_of_another_publication_away(self) -> None:
        article = self.with_revisions(2)
        for person in (self.julien, self.zoe):
            self.at_desk(person)
            for name in ("revisions", "compare"):
                answer = self.client.get(page_of(article, name), follow=True)
                self.assertEqual(answer.redirect_chain[0][0], "/admin/")
                self.assertNotContains(answer, "Titre")
            answer = self.client.post(page_of(article, "restore"), {"number": 1, "base": article.draft_id})
            self.assertRedirects(answer, "/admin/")
        self.assertEqual(article.revisions.count(), 2)

    def test_it_leads_away_from_an_article_that_is_none(self) -> None:
        self.at_desk(self.ines)
        for pk in ("999999", "9" * 30):
            for name in ("revisions", "compare"):
                answer = self.client.get(f"/admin/articles/article/{pk}/{name}/")
                self.assertRedirects(answer, "/admin/")
