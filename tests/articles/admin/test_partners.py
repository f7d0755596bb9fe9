"""Partners' feeds at the desk: how each is, what one would bring, asking now, hiding, and whose business it is."""

from typing import Any
from unittest.mock import patch

from django.contrib.admin.models import LogEntry
from django.test import override_settings

from articles.models import PartnerFeed
from articles.partners import poll
from newsroom.lib.http import Limits
from tests import strangers
from tests.articles.partners.test_parse import item, rss
from tests.articles.partners.test_poll import PollTestCase, feed_of
from tests.factories import make_feed, make_headline
from tests.strangers import Page

URL = "/admin/articles/partnerfeed/"


class PartnerFeedAdminTests(PollTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.at_desk(self.thomas)

    def form(self, feed: PartnerFeed | None = None, **changes: Any) -> dict[str, Any]:
        url = feed.url if feed else f"{self.server.origin}/feed"
        return {"name": "Le Partenaire", "url": url, "every": "30", "is_polled": "on", "credit": "", **changes}

    def test_one_is_added_and_asked_at_the_next_turn(self) -> None:
        page = self.client.post(f"{URL}add/", self.form(), follow=True)
        feed = PartnerFeed.objects.get()
        self.assertEqual((feed.publication, feed.shows_images, page.status_code), (self.kg, False, 200))
        self.assertContains(page, "Le Partenaire")

    def test_what_it_would_bring_is_seen_first_and_nothing_is_kept(self) -> None:
        self.server.pages["/feed"] = feed_of("Un titre à eux")
        page = self.client.post(f"{URL}add/", self.form(_try="1"))
        self.assertContains(page, "Un titre à eux")
        self.assertContains(page, 'value="Le Partenaire"')
        self.assertFalse(PartnerFeed.objects.exists())

    def test_its_errors_are_shown_in_words(self) -> None:
        html = b'<!doctype html><link type="application/rss+xml" href="/vrai.xml">'
        self.server.pages["/feed"] = Page(html, "text/html")
        page = self.client.post(f"{URL}add/", self.form(_try="1"))
        self.assertContains(
            page, f"C’est une page web, pas un flux ; le flux qu’elle indique est {self.server.origin}/vrai.xml"
        )
        self.server.pages["/vrai.xml"] = feed_of("Un titre à eux")
        page = self.client.post(f"{URL}add/", self.form(_try=f"{self.server.origin}/vrai.xml"))
        self.assertContains(page, "Un titre à eux")
        self.assertContains(page, f'value="{self.server.origin}/vrai.xml"')
        with override_settings(FETCH_ALLOWED_HOSTS=[]):
            page = self.client.post(f"{URL}add/", self.form(_try="1"))
        self.assertContains(page, "réseau privé")

    def test_bad_input_gets_an_error_and_is_kept(self) -> None:
        self.feed(feed_of("Un"), url=f"{self.server.origin}/feed")
        for changes in ({"url": "ftp://x/"}, {"url": "x"}, {"every": "1"}, {"shows_images": "on"}, {"name": ""}, {}):
            for more in ({}, {"_try": "1"}):
                with self.subTest(changes, more=more):
                    page = self.client.post(f"{URL}add/", self.form(**changes, **more))
                    self.assertContains(page, "errorlist")
        self.assertEqual((PartnerFeed.objects.count(), self.server.asked), (1, []))

    def test_the_list_says_how_each_is(self) -> None:
        self.feed(feed_of("Un"), name="Bon")
        self.feed(Page(status=500), name="En panne")
        self.feed(Page(status=410), name="Parti")
        self.poll(*PartnerFeed.objects.all())
        page = self.client.get(URL)
        for words in ("en ordre", "échec", "le serveur est en panne (500)", "disparu"):
            self.assertContains(page, words)

    def test_one_that_keeps_failing_or_is_gone_stands_on_the_front_page(self) -> None:
        for name, failures, trouble in (("Un raté", 1, "too_slow"), ("En panne", 3, "too_slow"), ("Parti", 1, "gone")):
            feed = make_feed(self.kg, name)
            PartnerFeed.objects.filter(pk=feed.pk).update(failures=failures, trouble=trouble)
        page = self.client.get("/admin/")
        self.assertContains(page, "En panne, il a fallu trop de temps")
        self.assertContains(page, "Parti, le serveur dit")
        self.assertNotContains(page, "Un raté")

    def test_it_is_asked_at_once_by_a_button(self) -> None:
        feed = self.feed(feed_of("Un"))
        page = self.client.post(f"{URL}{feed.pk}/fetch/", follow=True)
        self.assertContains(page, "Nouveaux titres : 1")
        self.assertEqual(self.titles(feed), ["Un"])
        self.server.pages[feed.name] = Page(status=500)
        self.assertContains(self.client.post(f"{URL}{feed.pk}/fetch/", follow=True), "Le serveur est en panne (500)")

    def test_a_headline_is_hidden_and_shown_again(self) -> None:
        feed = make_feed(self.kg)
        item = make_headline(feed, "À cacher")
        self.at_desk(self.ines)  # an editor may
        for button, hidden in (("_hide", True), ("_show", False)):
            self.client.post(f"{URL}{feed.pk}/headline/", {button: item.pk})
            item.refresh_from_db()
            self.assertEqual(item.is_hidden, hidden)

    def test_who_hid_what_stands_in_its_history(self) -> None:
        feed = make_feed(self.kg)
        item = make_headline(feed, "À cacher")
        page = self.client.post(f"{URL}{feed.pk}/headline/", {"_hide": item.pk}, follow=True)
        self.assertEqual(page.redirect_chain[-1][0], f"{URL}{feed.pk}/change/#headline-{item.pk}")
        self.assertContains(page, "Les lecteurs ne voient plus «\u00a0À cacher\u00a0»")
        entry = LogEntry.objects.get()
        self.assertEqual((entry.user, entry.object_id), (self.thomas, str(feed.pk)))
        self.assertIn("À cacher", entry.change_message)
        for nonsense in ("abc", "", "9" * 40):
            self.assertEqual(self.client.post(f"{URL}{feed.pk}/headline/", {"_hide": nonsense}).status_code, 404)

    def test_a_credit_loses_the_sign_that_pages_put_before_it(self) -> None:
        self.client.post(f"{URL}add/", self.form(shows_images="on", credit="© Le Partenaire"))
        self.assertEqual(PartnerFeed.objects.get().credit, "Le Partenaire")

    def test_a_preview_tells_what_would_be_kept_and_what_skipped(self) -> None:
        pair = "".join(item(title, link="/1", more="<guid>a</guid>") for title in ("Un", "Une fois"))
        late = item("Demain", link="/2", more="<pubDate>Tue, 14 Jul 2099 10:30:00 +0200</pubDate>")
        self.server.pages["/feed"] = Page(rss(pair + late + item("Nulle part", link="javascript:x")))
        page = self.client.post(f"{URL}add/", self.form(_try="1"))
        for words in ("2 titres", "2 écartés", "Demain", "javascript:x", "Une fois"):
            self.assertContains(page, words)
        self.assertNotContains(page, "2099")

    def test_a_slow_one_does_not_hold_the_desk_for_long(self) -> None:
        feed = self.feed(strangers.says_nothing)
        with patch.object(poll, "INTERACTIVE_LIMITS", Limits(seconds=0.3, bytes=1000)):
            self.assertContains(self.client.post(f"{URL}{feed.pk}/fetch/", follow=True), "trop de temps")
            self.assertContains(self.client.post(f"{URL}{feed.pk}/change/", self.form(feed, _try="1")), "trop de temps")

    def test_a_save_leaves_its_polling_alone(self) -> None:
        feed = self.feed(feed_of("Un", ETag='"1"'))
        self.poll(feed)
        self.client.post(f"{URL}{feed.pk}/change/", self.form(feed, name="Renommé"))
        feed.refresh_from_db()
        self.assertEqual((feed.name, feed.etag), ("Renommé", '"1"'))

    def test_it_is_dropped_with_its_headlines(self) -> None:
        feed = make_feed(self.kg)
        make_headline(feed)
        self.client.post(f"{URL}{feed.pk}/delete/", {"post": "yes"})
        self.assertFalse(PartnerFeed.objects.exists())

    def test_others_can_do_nothing_of_it(self) -> None:
        own, theirs = make_feed(self.kg), make_feed(self.ia)
        item, foreign = make_headline(own), make_headline(theirs)
        self.assertNotEqual(self.client.post(f"{URL}{theirs.pk}/fetch/").status_code, 200)
        self.client.post(f"{URL}{theirs.pk}/headline/", {"_hide": foreign.pk})
        self.assertFalse(theirs.items.get().is_hidden)
        for person in (self.camille, self.sarah, self.julien, self.zoe):
            self.at_desk(person)
            self.client.post(f"{URL}{own.pk}/headline/", {"_hide": item.pk})
            self.client.post(f"{URL}{own.pk}/fetch/")
            self.client.post(f"{URL}add/", self.form(_try="1"))
            self.client.post(f"{URL}{own.pk}/change/", self.form(own, name="Pris"))
        self.at_desk(self.ines)  # an editor looks, and hides
        self.assertContains(self.client.get(f"{URL}{own.pk}/change/"), item.title)
        self.assertEqual(self.client.post(f"{URL}{own.pk}/fetch/").status_code, 403)
        self.assertEqual(self.client.post(f"{URL}{own.pk}/change/", self.form(own, _try="1")).status_code, 403)
        own.refresh_from_db()
        self.assertEqual((own.name == "Pris", own.items.get().is_hidden, self.server.asked), (False, False, []))

    def test_its_list_costs_the_same_however_many_feeds(self) -> None:
        self.client.get(URL)
        for more in (1, 9):
            for n in range(more):
                make_headline(make_feed(self.kg), f"{more}-{n}")
            with self.assertNumQueries(QUERIES):
                self.client.get(URL)


QUERIES = 9
