"""Many article pages, kept as a server keeps them: what an edit makes anew, and what that costs."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from articles.actions import editing, fronts, images, publishing, scheduling, taxonomy
from articles.content import Content
from articles.models import Article, CardStrip
from comments.actions import moderation, posting
from comments.actions import settings as comment_settings
from comments.actions.moderation import SeenVersion
from comments.actions.posting import NewComment
from comments.models import Comment, CommentSettings, ThreadPolicy
from newsroom.lib.client import Client
from newsroom.publications import actions as publication_actions
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_image, make_tags, publish
from tests.kept import KeptPages

HOUR = dt.timedelta(hours=1)


class ManyPagesTestCase(NewsroomTestCase):
    """Articles with the same tags, and strips beside and after them."""

    ARTICLES = 30

    def setUp(self) -> None:
        self.tags = make_tags("Robot", "Essonne")
        self.author = make_author("Inès Benali")
        self.articles = self.more(self.ARTICLES)
        for area in ("beside", "after"):
            values = {"publication": self.kg, "source_publication": self.kg, "title": area, "area": area}
            fronts.save_strip(CardStrip(**values, count=3, is_live=True), by=SYSTEM)
        self.kept = KeptPages()

    def more(self, n: int, first: int = 0) -> list[Article]:
        """Publish `n` articles, each an hour older than the one before."""
        return [
            make_article(
                self.kg, f"Histoire {i}", at=timezone.now() - (i + 1) * HOUR, tags=self.tags, authors=(self.author,),
                lead_image=make_image(), standfirst=f"Le chapô {i}.",
            )
            for i in range(first, first + n)
        ]  # fmt: skip

    def ask_all(self) -> int:
        """Ask for every page of the articles. Return how many queries that took."""
        self.kept.rendered.clear()
        with CaptureQueriesContext(connection) as captured:
            for article in self.articles:
                self.assertEqual(self.kept.ask(article.path).status, 200)
        return len(captured)

    def assert_true(self) -> None:
        """Every page is what is rendered without a cache."""
        for article in self.articles:
            given, true = self.kept.ask(article.path).body, self.read(article.path).content
            self.assertEqual(given.decode(), true.decode(), article.path)

    def retitle(self, article: Article, **fields: Any) -> Article:
        article = Article.objects.get(pk=article.pk)
        content = replace(Content.of(article.working), **fields)
        return publish(editing.save_draft(article, content, by=SYSTEM, change="update"))

    def comment(self, article: Article, n: int = 1) -> Comment:
        return posting.post(
            article, NewComment(f"Très bon article, le {n}.", "Zoé", f"zoe{n}@example.org"),
            client=Client(f"198.18.0.{n}", 1),
        )  # fmt: skip

    def decide(self, comment: Comment, decision: str) -> None:
        comment.refresh_from_db()
        moderation.decide(comment.publication, [SeenVersion(comment.pk, comment.version)], decision, by=self.sarah)


class EditTests(ManyPagesTestCase):
    """The edits of a day. What each costs, for all pages together, however many they are."""

    def edits(self) -> list[tuple[str, Callable[[], object], list[Article], int]]:
        """Return edits with the articles that show them in their own HTML, and the queries for all pages."""
        newest, old, n = self.articles[0], self.articles[7], len(self.articles)
        return [
            ("another article is published", lambda: make_article(self.kg, f"Nouveau, {n}", tags=self.tags), [], 4),
            ("the newest is retitled", lambda: self.retitle(newest, headline=f"Mieux, {n}"), [newest], 4),
            ("an old one is retitled", lambda: self.retitle(old, headline=f"Mieux dit, {n}"), [old], 2),
            ("a comment is posted", lambda: self.comment(newest, Comment.objects.count() + 1), [], 6),
            ("it is moderated away", lambda: self.decide(Comment.objects.latest("pk"), "reject"), [], 5),
        ]

    def test_it_has_django_render_the_pages_that_show_it_in_their_own_html_and_no_other(self) -> None:
        self.ask_all()
        for name, edit, own, _queries in self.edits():
            with self.subTest(name):
                edit()
                self.assertTrue(self.kept.tell())
                self.ask_all()
                self.assertEqual(self.kept.rendered, [article.path for article in own])
                self.assert_true()

    def test_what_it_costs_does_not_grow_with_the_pages(self) -> None:
        for more in (0, self.ARTICLES):
            self.articles += self.more(more, first=len(self.articles))
            self.kept.tell()
            self.ask_all()
            for name, edit, _own, queries in self.edits():
                edit()
                self.kept.tell()
                with self.subTest(name, articles=len(self.articles)):
                    self.assertEqual(self.ask_all(), queries)

    def test_a_comment_makes_anew_its_thread_and_the_counts_that_show_it_and_nothing_else(self) -> None:
        self.ask_all()
        newest, neighbour = self.articles[0], self.articles[1]
        self.comment(newest)
        self.assertEqual(self.kept.tell(), {f"comments:{newest.pk}"})
        parts = {re.sub(r"=\d+$", "", part) for part in self.kept.how(newest.path).split(", ")}
        self.assertEqual(parts, {"assembled", "comment_count", "comment_number", "thread"})
        self.assertEqual(self.kept.how(neighbour.path), "assembled", "its count was made for the page before")

    def test_an_edit_that_no_page_shows_makes_nothing_anew(self) -> None:
        self.ask_all()
        make_article(self.ia, "Chez la sœur", tags=make_tags("Autre"))
        self.kept.tell()
        self.assertEqual({self.kept.how(article.path) for article in self.articles}, {"hit"})


class SharedTests(ManyPagesTestCase):
    """What pages share, changed in every way that an action knows."""

    ARTICLES = 8

    def edits(self) -> dict[str, Callable[[], object]]:
        strip, after = CardStrip.objects.order_by("pk")
        sisters, third = make_article(self.ia, "Chez la sœur"), self.articles[2]
        settings = CommentSettings.with_defaults(self.kg)
        settings.save()
        policy = ThreadPolicy(publication=self.kg, section=self.science, mode="closed")
        return {
            "a tagline": lambda: self.save(self.kg, tagline="Le numérique"),
            "a site's name": lambda: self.save(self.kg, name="KultureGeek.fr"),
            "a section": lambda: taxonomy.save_section(changed(self.science, name="Sciences"), by=SYSTEM),
            "what is in the menu": lambda: taxonomy.save_section(changed(self.games, in_menu=False), by=SYSTEM),
            "an author": lambda: taxonomy.save_author(changed(self.author, name="Inès B."), by=SYSTEM),
            "a tag": lambda: taxonomy.save_tag(changed(self.tags[0], name="Robots"), by=SYSTEM),
            "merged tags": lambda: taxonomy.merge_tags(self.tags[1], make_tags("Île-de-France")[0], by=SYSTEM),
            "an image": lambda: images.describe(changed(self.articles[0].live.lead_image, alt="Un robot"), by=SYSTEM),
            "a strip": lambda: fronts.save_strip(changed(strip, title="À lire"), by=SYSTEM),
            "a strip of a sister": lambda: fronts.save_strip(changed(after, source_publication=self.ia), by=SYSTEM),
            "no strip": lambda: fronts.delete_strip(strip, by=SYSTEM),
            "a static page": lambda: make_article(self.kg, "Mentions légales", kind="page"),
            "a sister in the stream": lambda: fronts.subscribe(self.kg, self.ia, by=SYSTEM),
            "a sister's headline": lambda: self.retitle(sisters, headline="Mieux, chez la sœur"),
            "a sister's name": lambda: self.save(self.ia, name="iPA"),
            "an article withdrawn": lambda: publishing.withdraw(third, by=SYSTEM, notice="Retiré."),
            "and reinstated": lambda: publishing.reinstate(Article.objects.get(pk=third.pk), by=SYSTEM),
            "in another section": lambda: self.retitle(self.articles[1], section=self.games),
            "with other tags": lambda: self.retitle(self.articles[0], tags=make_tags("Autre")),
            "a pin": lambda: fronts.pin(self.articles[6], on=self.kg, by=SYSTEM, until=timezone.now() + HOUR),
            "rules of comments": lambda: comment_settings.save_settings(
                changed(settings, rules="Restez courtois."), ["rules"], by=SYSTEM
            ),
            "closed threads": lambda: comment_settings.save_policy(policy, by=SYSTEM),
        }

    def save(self, row: Publication, **fields: Any) -> None:
        publication_actions.save_publication(changed(row, **fields), by=SYSTEM, columns=list(fields))

    def bodies(self) -> dict[str, bytes]:
        paths = [
            *(article.path for article in self.articles),
            "/",
            "/jeux-video/",
            "/tag/robot/",
            "/feed/",
            "/sitemap.xml",
        ]
        return {path: self.kept.ask(path).body for path in paths}

    def test_it_is_seen_on_every_page_that_shows_it(self) -> None:
        edits, seen = self.edits(), self.bodies()
        for name, edit in edits.items():
            with self.subTest(name):
                edit()
                self.kept.tell()
                bodies, before = self.bodies(), seen
                seen = bodies
                self.assertNotEqual(bodies, before, "the edit was to be seen")
                for path, body in bodies.items():
                    self.assertEqual(body.decode(), self.read(path).content.decode(), path)


class ClockTests(ManyPagesTestCase):
    """What the clock alone changes: nothing is told at that moment."""

    ARTICLES = 4

    def test_an_article_appears_beside_others_at_its_hour_by_parts_alone(self) -> None:
        at = timezone.now() + HOUR
        make_article(self.kg, "À venir", at=at, tags=self.tags)
        self.kept.tell()
        self.ask_all()
        with time_machine.travel(at - dt.timedelta(seconds=1), tick=False):
            self.ask_all()
            self.assertNotIn("À venir", self.kept.ask(self.articles[0].path).body.decode())
        with time_machine.travel(at, tick=False):
            self.ask_all()
            self.assertEqual(self.kept.rendered, [])
            self.assertIn("À venir", self.kept.ask(self.articles[0].path).body.decode())
            self.assert_true()

    def test_a_change_of_its_own_is_there_at_its_hour(self) -> None:
        article, at = self.articles[0], timezone.now() + HOUR
        content = replace(Content.of(article.working), headline="Tout autre chose")
        draft = editing.save_draft(article, content, by=SYSTEM, change="update")
        article = publishing.approve(draft, by=SYSTEM, revision=draft.draft_id)
        scheduling.schedule_change(article, by=SYSTEM, revision=article.draft_id, at=at)
        self.kept.tell()
        self.ask_all()
        with time_machine.travel(at, tick=False):
            self.ask_all()
            self.assertEqual(self.kept.rendered, [article.path])
            self.assert_true()

    def test_a_thread_closes_at_its_hour_and_is_made_anew_alone(self) -> None:
        settings = CommentSettings.with_defaults(self.kg)
        settings.closes_after = 14
        settings.save()
        path = self.articles[0].path
        closing = self.articles[0].published_at + dt.timedelta(days=14)
        with time_machine.travel(closing - dt.timedelta(seconds=1), tick=False):
            self.assertIn("comment-form", self.kept.ask(path).body.decode())
        with time_machine.travel(closing, tick=False):
            self.assertEqual(self.kept.how(path), "assembled, thread")
            self.assertNotIn("comment-form", self.kept.ask(path).body.decode())

    def test_a_month_leads_to_the_next_from_its_first_moment(self) -> None:
        midnight = dt.datetime(2031, 12, 1, tzinfo=self.kg.zone)
        with time_machine.travel(midnight - dt.timedelta(seconds=1), tick=False):
            self.assertNotIn(b"/archives/2031/12/", self.kept.ask("/archives/2031/11/").body)
        with time_machine.travel(midnight, tick=False):
            self.assertIn(b"/archives/2031/12/", self.kept.ask("/archives/2031/11/").body)


class LanguageTests(NewsroomTestCase):
    def test_a_part_speaks_its_site_s_language_whichever_is_in_force(self) -> None:
        self.ia.language = "en"
        self.ia.save()
        articles = [make_article(site, "Un casque") for site in (self.kg, self.ia)]
        kept = KeptPages()
        for n, said in enumerate((("Commentaires : 1", "Comments: 1"), ("Commentaires : 2", "Comments: 2")), start=1):
            for article in articles:
                posting.post(
                    article, NewComment(f"Un mot, le {n}.", "Zoé", f"zoe{n}@example.org"),
                    client=Client(f"198.18.{article.pk % 250}.{n}", 1),
                )  # fmt: skip
            kept.tell()
            for article, words, in_force in zip(articles, said, ("en", "fr"), strict=True):
                with translation.override(in_force), self.subTest(words):
                    for path in (article.path, "/"):
                        answer = kept.ask(path, host=article.publication.domain)
                        how = dict(answer.headers)[b"x-page"].decode()
                        self.assertTrue(how.startswith("rendered" if n == 1 else "assembled"), how)
                        text = " ".join(re.sub(r"<[^>]*>", " ", answer.body.decode()).split())
                        self.assertIn(words, text)
                        self.assertEqual(answer.body, self.read(path, article.publication).content)


def changed(row: Any, **fields: Any) -> Any:
    """Return a row as it is stored, with other values."""
    row = type(row).objects.get(pk=row.pk)
    for name, value in fields.items():
        setattr(row, name, value)
    return row
