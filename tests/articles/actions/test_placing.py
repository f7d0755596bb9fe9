"""A sister site's article on ours: placed, linked, taken off."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from lxml import html

from articles.actions import editing, publishing
from articles.content import Content
from articles.models import Article, Event, Placement, Revision, Tag
from articles.workflow import Refused, Verb
from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.models import Publication, Role
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft, publish
from tests.pages import ShownCard, cards_in

HEADLINE = "Apple dévoile un casque de réalité virtuelle"
ADD = "/admin/articles/article/add/"
BARE = "accept=standfirst&accept=lead_image&accept=byline"


class PlacingTestCase(NewsroomTestCase):
    """A live article of iPhoneAddict, and KultureGeek's home."""

    def setUp(self) -> None:
        self.sister = make_article(self.ia, HEADLINE)

    def placed_on(self, publication: Publication) -> bool:
        return Placement.objects.filter(article=self.sister, publication=publication).exists()

    def cards(self) -> list[ShownCard]:
        """The cards of KultureGeek's home."""
        return cards_in(self.read("/"))

    def urls(self) -> list[str]:
        """Where they lead."""
        return [card.url for card in self.cards()]


class PlaceTests(PlacingTestCase):
    def test_it_makes_a_card_that_leads_to_its_one_address_with_its_site_s_name(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        (card,) = self.cards()
        self.assertEqual((card.url, card.origin), (self.sister.get_absolute_url(), "iPhoneAddict"))
        self.assertTrue(card.url.startswith(self.ia.origin))

    def test_it_gives_the_article_no_address_here(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        self.assertNotContains(self.read(self.sister.path), f"<h1>{HEADLINE}</h1>", status_code=404)
        self.assertContains(self.read(self.sister.path, self.ia), f"<h1>{HEADLINE}</h1>")

    def test_it_leaves_the_article_on_its_own_site_as_it_was(self) -> None:
        before = self.read("/", self.ia).content
        publishing.place(self.sister, on=self.kg, by=self.ines)
        self.assertEqual(self.read("/", self.ia).content, before)

    def test_it_allows_editors_of_the_site_that_shows_it(self) -> None:
        home = self.person("anne", (self.ia, Role.PUBLISHER))
        rights = {self.ines: True, self.thomas: True, self.alix: True, SYSTEM: True, None: False, self.camille: False,
                  self.sarah: False, self.julien: False, self.zoe: False, home: False}  # fmt: skip
        for person, may in rights.items():
            for action in (publishing.place, publishing.unplace):
                with self.subTest(person=str(person), action=action.__name__):
                    if action is publishing.unplace and not self.placed_on(self.kg):
                        publishing.place(self.sister, on=self.kg, by=SYSTEM)
                    before = Event.objects.count()
                    if may:
                        action(self.sister, on=self.kg, by=person)
                    else:
                        with self.assertRaises(Forbidden):
                            action(self.sister, on=self.kg, by=person)
                    self.assertEqual(Event.objects.count(), before + may)
            publishing.unplace(self.sister, on=self.kg, by=SYSTEM) if self.placed_on(self.kg) else None

    def test_it_takes_live_articles_of_sisters_only(self) -> None:
        later = publishing.publish_imported(make_draft(self.ia), at=timezone.now() + dt.timedelta(hours=1))
        gone = publishing.withdraw(make_article(self.ia), by=SYSTEM, notice="Une erreur.")
        for article in (make_draft(self.ia), later, gone, make_article(self.ia, kind="page"), make_article(self.kg)):
            with self.subTest(article=str(article)):
                rows, events = Placement.objects.count(), Event.objects.count()
                with self.assertRaises(Refused) as refusal:
                    publishing.place(article, on=self.kg, by=self.ines)
                self.assertEqual([finding.check for finding in refusal.exception.findings], ["standing"])
                self.assertEqual((Placement.objects.count(), Event.objects.count()), (rows, events))

    def test_it_places_twice_as_once(self) -> None:
        for _time in range(2):
            publishing.place(self.sister, on=self.kg, by=self.ines)
        self.assertEqual(Placement.objects.filter(article=self.sister, publication=self.kg).count(), 1)
        self.assertEqual(self.sister.events.filter(verb=Verb.PLACED).count(), 1)

    def test_it_logs_who_placed_what_where_and_why(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines, note="à la place du nôtre")
        event = self.sister.events.first()
        self.assertEqual((event.verb, event.actor, event.revision), (Verb.PLACED, self.ines, self.sister.live))
        self.assertIn("KultureGeek", event.note)
        self.assertIn("à la place du nôtre", event.note)

    def test_it_invalidates_the_pages_that_it_changes(self) -> None:
        local = self.sister.published_at.astimezone(self.kg.zone)
        for action in (publishing.place, publishing.unplace):
            pages = {path: cache_tags_of(self.read(path)) for path in ("/", f"/archives/{local:%Y/%m}/", "/feed/")}
            Purge.objects.all().delete()
            action(self.sister, on=self.kg, by=self.ines)
            purged = set(Purge.objects.values_list("tag", flat=True))
            for path, tags in pages.items():
                with self.subTest(action=action.__name__, path=path):
                    self.assertTrue(tags & purged)

    def test_it_invalidates_nothing_when_it_is_placed_already_or_refused(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        Purge.objects.all().delete()
        publishing.place(self.sister, on=self.kg, by=self.ines)
        with self.assertRaises(Refused):
            publishing.place(make_draft(self.ia), on=self.kg, by=self.ines)
        self.assertFalse(Purge.objects.exists())

    def test_it_is_listed_among_ours_by_its_time(self) -> None:
        hour = dt.timedelta(hours=1)
        before = make_article(self.kg, "Avant", at=self.sister.published_at - hour)
        after = make_article(self.kg, "Après", at=self.sister.published_at + hour / 2)
        publishing.place(self.sister, on=self.kg, by=self.ines)
        self.assertEqual(self.urls(), [after.path, self.sister.get_absolute_url(), before.path])

    def test_it_disappears_with_its_article_and_comes_back_with_it(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        for action, params, listed in (
            (publishing.withdraw, {"notice": "Une erreur."}, []),
            (publishing.reinstate, {}, [self.sister.get_absolute_url()]),
        ):
            tags = cache_tags_of(self.read("/"))
            Purge.objects.all().delete()
            action(self.sister, by=SYSTEM, **params)
            self.assertEqual(self.urls(), listed)
            self.assertTrue(tags & set(Purge.objects.values_list("tag", flat=True)))

    def test_it_shows_what_the_sister_changes(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        tags = cache_tags_of(self.read("/"))
        Purge.objects.all().delete()
        content = replace(Content.of(self.sister.live), headline="Un casque, enfin", slug="un-casque-enfin")
        article = publish(editing.save_draft(self.sister, content, by=SYSTEM, change="update"))
        (card,) = self.cards()
        self.assertEqual((card.headline, card.url), ("Un casque, enfin", article.get_absolute_url()))
        self.assertTrue(tags & set(Purge.objects.values_list("tag", flat=True)))


class UnplaceTests(PlacingTestCase):
    def test_it_takes_it_off_and_logs_it(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        publishing.unplace(self.sister, on=self.kg, by=self.thomas)
        self.assertEqual(self.cards(), [])
        event = self.sister.events.first()
        self.assertEqual((event.verb, event.actor), (Verb.UNPLACED, self.thomas))
        self.assertIn("KultureGeek", event.note)
        self.assertEqual(self.read(self.sister.path, self.ia).status_code, 200)
        self.assertTrue(self.placed_on(self.ia))

    def test_it_refuses_what_is_not_placed_and_a_site_s_own(self) -> None:
        own = make_article(self.kg)
        for article in (self.sister, own):
            with self.assertRaises(Refused):
                publishing.unplace(article, on=self.kg, by=self.ines)
        self.assertEqual(self.urls(), [own.path])

    def test_it_takes_off_what_was_withdrawn_so_that_it_does_not_come_back(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        publishing.withdraw(self.sister, by=SYSTEM, notice="Une erreur.")
        publishing.unplace(self.sister, on=self.kg, by=self.ines)
        publishing.reinstate(self.sister, by=SYSTEM)
        self.assertEqual(self.cards(), [])


class QuestionTests(PlacingTestCase):
    """The article form asks about a sister's headline: place that one, link to it, or go on."""

    def press(self, button: str, value: Any, article: Article | None = None, query: str = BARE, **typed: Any) -> Any:
        section = (article.publication if article else self.kg).sections.first()
        base = {"headline": HEADLINE, "kind": "news", "section": section.pk, "body": "<p>Notre texte.</p>"}
        if article:
            base["base"] = article.working.pk
        address = reverse("admin:articles_article_change", args=[article.pk]) if article else ADD
        return self.client.post(f"{address}?{query}", {**base, **typed, button: value})

    def ask(self, article: Article | None = None) -> Any:
        return self.press("_step", "approve_and_publish", article)

    def test_it_asks_and_saves_nothing_yet(self) -> None:
        self.at_desk(self.ines)
        answer = self.ask()
        self.assertEqual(answer.status_code, 200)
        articles = {one.check: one.article for one in answer.context["questions"]["findings"]}
        self.assertEqual(articles["sister"], self.sister.pk)
        self.assertContains(answer, f'name="_place" value="{self.sister.pk}"')
        self.assertContains(answer, f'name="_link" value="{self.sister.pk}"')
        self.assertContains(answer, "Notre texte.")
        self.assertFalse(Article.objects.filter(publication=self.kg).exists())

    def test_it_publishes_when_one_goes_on_all_the_same(self) -> None:
        draft = make_draft(self.kg, HEADLINE)
        self.at_desk(self.ines)
        accept_query = self.ask(draft).context["questions"]["accept_query"]
        self.press("_step", "approve_and_publish", draft, query=accept_query.removeprefix("?"))
        draft.refresh_from_db()
        self.assertTrue(draft.is_live(timezone.now()))
        self.assertIn(self.sister.live.headline, draft.events.get(verb=Verb.PUBLISHED).note)

    def test_it_places_theirs_and_keeps_one_s_own_as_a_draft(self) -> None:
        draft = make_draft(self.kg, HEADLINE)
        self.at_desk(self.ines)
        answer = self.press("_place", self.sister.pk, draft, body="<p>Notre texte, retouché.</p>")
        self.assertRedirects(answer, reverse("admin:articles_article_change", args=[draft.pk]))
        draft.refresh_from_db()
        self.assertIsNone(draft.live)
        self.assertEqual(draft.draft.body, "<p>Notre texte, retouché.</p>")
        self.assertEqual(self.urls(), [self.sister.get_absolute_url()])
        event = self.sister.events.get(verb=Verb.PLACED)
        self.assertEqual(event.actor, self.ines)
        self.assertIn(HEADLINE, event.note)

    def test_it_places_theirs_from_an_article_that_was_never_saved(self) -> None:
        self.at_desk(self.ines)
        self.press("_place", self.sister.pk)
        draft = Article.objects.get(publication=self.kg)
        self.assertEqual((draft.live, draft.draft.body), (None, "<p>Notre texte.</p>"))
        self.assertTrue(self.placed_on(self.kg))

    def test_it_links_to_theirs_and_logs_it(self) -> None:
        draft = make_draft(self.kg, HEADLINE)
        self.at_desk(self.ines)
        self.press("_link", self.sister.pk, draft)
        draft.refresh_from_db()
        self.assertTrue(draft.draft.body.startswith("<p>Notre texte.</p><p>"))
        self.assertIn(f'<a href="{self.sister.get_absolute_url()}">{self.sister.live.headline}</a>', draft.draft.body)
        event = draft.events.first()
        self.assertEqual((event.verb, event.actor), (Verb.SAVED, self.ines))
        self.assertIn(self.sister.live.headline, event.note)
        self.assertFalse(self.placed_on(self.kg))

    def test_it_logs_the_link_of_an_article_that_was_never_saved(self) -> None:
        self.at_desk(self.ines)
        self.press("_link", self.sister.pk)
        draft = Article.objects.get(publication=self.kg)
        self.assertIn(self.sister.get_absolute_url(), draft.draft.body)
        self.assertIn(self.sister.live.headline, " ".join(event.note for event in draft.events.all()))

    def test_it_asks_no_more_once_linked(self) -> None:
        draft = make_draft(self.kg, HEADLINE)
        self.at_desk(self.ines)
        self.press("_link", self.sister.pk, draft)
        draft.refresh_from_db()
        self.press("_step", "approve_and_publish", draft, body=draft.draft.body)
        draft.refresh_from_db()
        self.assertTrue(draft.is_live(timezone.now()))

    def test_it_escapes_the_headline_that_it_links(self) -> None:
        evil = 'Un <script>alert(1)</script> "casque" & co'
        sister = make_article(self.ia, evil)
        draft = make_draft(self.kg)
        self.at_desk(self.ines)
        self.press("_link", sister.pk, draft)
        draft.refresh_from_db()
        self.assertNotIn("<script", draft.draft.body)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", draft.draft.body)

    def test_it_escapes_the_headline_that_it_asks_about(self) -> None:
        make_article(self.ia, f"{HEADLINE} <script>alert(1)</script>")
        self.at_desk(self.ines)
        answer = self.ask()
        self.assertEqual(len([one for one in answer.context["questions"]["findings"] if one.check == "sister"]), 2)
        self.assertNotContains(answer, "<script>alert")
        self.assertContains(answer, escape("<script>alert(1)</script>"))

    def test_it_refuses_forged_ids_and_keeps_what_was_typed(self) -> None:
        draft = make_draft(self.kg, HEADLINE)
        gone = publishing.withdraw(make_article(self.ia), by=SYSTEM, notice="Une erreur.")
        hidden = make_draft(self.ia, "Secret d’iPhoneAddict")
        self.at_desk(self.ines)
        for forged in ("999999", "abc", "-1", "9" * 40, "²", hidden.pk, gone.pk):
            for button in ("_place", "_link"):
                with self.subTest(button=button, forged=str(forged)):
                    answer = self.press(button, forged, draft, body="<p>Tapé.</p>", tags="Nouveau sujet")
                    self.assertEqual(answer.status_code, 200)
                    self.assertTrue(answer.context["form"].errors)
                    self.assertEqual(answer.context["form"]["body"].value(), "<p>Tapé.</p>")
                    self.assertNotContains(answer, "Secret d")
        self.assertEqual(Revision.objects.filter(article=draft).count(), 1)
        self.assertFalse(Tag.objects.exists())
        self.assertFalse(Placement.objects.filter(publication=self.kg).exists())

    def test_it_refuses_a_number_that_is_too_long_to_be_one(self) -> None:
        draft = make_draft(self.kg, HEADLINE)
        self.at_desk(self.ines)
        for button in ("_place", "_link"):
            answer = self.press(button, "9" * 5000, draft)
            self.assertTrue(answer.context["form"].errors)

    def test_it_refuses_to_place_an_article_of_one_s_own_site(self) -> None:
        own, draft = make_article(self.kg), make_draft(self.kg, HEADLINE)
        self.at_desk(self.ines)
        self.assertTrue(self.press("_place", own.pk, draft).context["form"].errors)
        self.assertEqual(Revision.objects.filter(article=draft).count(), 1)

    def test_it_offers_a_writer_a_link_but_no_place(self) -> None:
        make_article(self.kg, HEADLINE)
        draft = make_draft(self.ia, HEADLINE, by=self.julien)
        self.at_desk(self.julien)
        answer = self.press("_step", "publish_unreviewed", draft)
        self.assertIn("sister", [one.check for one in answer.context["questions"]["findings"]])
        self.assertNotContains(answer, 'name="_place"')
        self.assertContains(answer, 'name="_link"')

    def test_it_refuses_a_writer_s_forged_place_and_saves_nothing(self) -> None:
        draft = make_draft(self.kg, HEADLINE, by=self.camille)
        self.at_desk(self.camille)
        answer = self.press("_place", self.sister.pk, draft, body="<p>Tapé.</p>")
        self.assertEqual(answer.status_code, 403)
        self.assertEqual(answer.context["form"]["body"].value(), "<p>Tapé.</p>")
        self.assertFalse(self.placed_on(self.kg))
        self.assertEqual(Revision.objects.filter(article=draft).count(), 1)


class DashboardTests(PlacingTestCase):
    """The panel of what is placed here from sister sites."""

    def take_off(self, article: Article) -> str:
        return reverse("admin:articles_article_unplace", args=[article.pk])

    def press(self, page: Any, article: Article) -> Any:
        """Press the panel's button as a browser does, with all fields of its form."""
        (form,) = html.fromstring(page.content.decode()).xpath(f'//form[@action="{self.take_off(article)}"]')
        return self.client.post(self.take_off(article), dict(form.form_values()))

    def test_it_takes_an_article_off_by_its_button(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        self.at_desk(self.ines)
        self.assertRedirects(self.press(self.client.get("/admin/"), self.sister), "/admin/")
        self.assertFalse(self.placed_on(self.kg))
        self.assertEqual(self.sister.events.first().actor, self.ines)
        self.assertNotContains(self.client.get("/admin/"), self.take_off(self.sister))

    def test_it_shows_no_button_to_who_may_not_and_refuses_a_forged_one(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        for person in (self.camille, self.sarah):
            self.at_desk(person)
            self.assertNotContains(self.client.get("/admin/"), self.take_off(self.sister))
            self.assertEqual(self.client.post(self.take_off(self.sister), {"publication": self.kg.pk}).status_code, 403)
        self.at_desk(self.zoe)
        self.assertEqual(self.client.post(self.take_off(self.sister), {"publication": self.kg.pk}).status_code, 403)
        self.assertTrue(self.placed_on(self.kg))

    def test_it_takes_nothing_off_that_is_not_placed_here_or_is_our_own(self) -> None:
        own = make_article(self.kg)
        publishing.place(own, on=self.ia, by=SYSTEM)
        self.at_desk(self.ines)
        self.assertNotContains(self.client.get("/admin/"), "/unplace/")
        for article, status in ((self.sister, 404), (own, 302), (make_draft(self.ia), 404)):
            self.assertEqual(self.client.post(self.take_off(article), {"publication": self.kg.pk}).status_code, status)
        self.assertEqual(Placement.objects.count(), 3)

    def test_it_takes_nothing_off_by_a_link(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        self.at_desk(self.ines)
        self.assertEqual(self.client.get(self.take_off(self.sister)).status_code, 405)
        self.assertTrue(self.placed_on(self.kg))

    def test_it_takes_off_the_site_whose_panel_it_was_whatever_another_tab_switched_to(self) -> None:
        third = Publication.objects.create(name="Troisième", domain="troisieme.localhost", position=3)
        anne = self.person("anne", (self.kg, Role.EDITOR), (third, Role.EDITOR))
        for site in (self.kg, third):
            publishing.place(self.sister, on=site, by=anne)
        self.at_desk(anne)
        self.client.post("/admin/switch/", {"publication": self.kg.pk})
        page = self.client.get("/admin/")
        self.client.post("/admin/switch/", {"publication": third.pk})  # in another tab
        self.press(page, self.sister)
        self.assertTrue(self.placed_on(third))

    def test_it_hides_what_its_site_withdrew(self) -> None:
        publishing.place(self.sister, on=self.kg, by=self.ines)
        publishing.withdraw(self.sister, by=SYSTEM, notice="Une erreur.")
        self.at_desk(self.ines)
        self.assertNotContains(self.client.get("/admin/"), "/unplace/")

    def test_it_costs_the_same_however_many_are_placed_here(self) -> None:
        self.at_desk(self.ines)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.client.get("/admin/")
            return len(captured)

        publishing.place(self.sister, on=self.kg, by=self.ines)
        queries()
        cost = queries()
        for n in range(5):
            publishing.place(make_article(self.ia, f"Histoire {n}"), on=self.kg, by=self.ines)
        self.assertEqual(queries(), cost)
