"""Polling of partners' feeds from a real server: a hundred at once, good and bad; and their images."""

import io
import itertools
import json
from typing import Any
from unittest.mock import patch

from django.core.files.storage import default_storage
from django.db import DataError
from django.test import override_settings
from django.utils import timezone
from PIL import Image as Pillow

from articles.models import PartnerFeed, PartnerItem
from articles.models.partner import Trouble
from articles.partners import actions as partner_actions
from articles.partners import images, poll
from articles.partners.ingest import Failed
from newsroom.lib.confined import Confined
from newsroom.pagecache.models import Purge
from newsroom.publications.permissions import SYSTEM
from newsroom.worker.queue import run_next
from tests import strangers
from tests.articles.partners.test_parse import item, rss
from tests.base import NewsroomTestCase
from tests.strangers import Page

numbers = itertools.count(1)


def feed_of(*titles: str, **headers: str) -> Page:
    items = "".join(item(title, link=f"/a/{title.replace(' ', '-')}/") for title in titles)
    return Page(rss(items), headers=headers)


@override_settings(FETCH_ALLOWED_HOSTS=["127.0.0.1"])
class PollTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        self.server = self.enterContext(strangers.strangers())

    def feed(self, answer: Any, **fields: Any) -> PartnerFeed:
        path = f"/feed/{next(numbers)}"
        self.server.pages[path] = answer
        values = {"name": path, "url": self.server.origin + path, **fields}
        return partner_actions.save_feed(PartnerFeed(publication=self.kg, **values), by=SYSTEM)

    def poll(self, *feeds: PartnerFeed) -> dict[str, str]:
        """Poll feeds, and return by name why each failed ("": it went well)."""
        polled = poll.poll([PartnerFeed.objects.select_related("publication").get(pk=feed.pk) for feed in feeds])
        return {one.feed.name: one.failure.trouble if one.failure else "" for one in polled}

    def titles(self, feed: PartnerFeed) -> list[str]:
        return sorted(feed.items.values_list("title", flat=True))


class GoodTests(PollTestCase):
    def test_it_writes_headlines_and_names_itself_to_the_server(self) -> None:
        feed = self.feed(feed_of("Un", "Deux"))
        self.assertEqual(self.poll(feed), {feed.name: ""})
        self.assertEqual(self.titles(feed), ["Deux", "Un"])
        self.assertEqual(self.server.asked[0][1]["user-agent"], f"Newsroom (+{self.kg.origin}/)")

    def test_it_asks_only_for_what_changed(self) -> None:
        feed = self.feed(feed_of("Un", ETag='"1"', **{"Last-Modified": "Tue, 14 Jul 2026 10:00:00 GMT"}))
        self.poll(feed)
        before = list(PartnerItem.objects.values())
        Purge.objects.all().delete()
        self.poll(feed)
        asked = self.server.asked[1][1]
        validators = (asked["if-none-match"], asked["if-modified-since"])
        self.assertEqual(validators, ('"1"', "Tue, 14 Jul 2026 10:00:00 GMT"))
        self.assertEqual((list(PartnerItem.objects.values()), Purge.objects.count()), (before, 0))

    def test_it_follows_a_feed_that_moved_and_resolves_its_links_there(self) -> None:
        self.server.pages["/nouveau/feed"] = Page(rss(item("Un", link="un/")))
        feed = self.feed(Page(status=301, headers={"Location": "/nouveau/feed"}))
        self.poll(feed)
        self.assertEqual(feed.items.get().url, f"{self.server.origin}/nouveau/un/")

    def test_it_writes_each_feed_before_it_reports_it(self) -> None:
        feeds = [self.feed(feed_of("Un")), self.feed(feed_of("Deux")), self.feed(Page(status=500))]
        written: list[tuple[int, bool]] = []

        def note(polled: poll.Polled) -> None:
            written.append((polled.feed.pk, PartnerItem.objects.filter(feed=polled.feed).exists()))

        results = poll.poll(PartnerFeed.objects.select_related("publication").all(), note)
        self.assertEqual(sorted(written), [(feeds[0].pk, True), (feeds[1].pk, True), (feeds[2].pk, False)])
        self.assertEqual([polled.feed.pk for polled in results], [pk for pk, _has_items in written])

    def test_it_polls_only_feeds_whose_turn_it_is_and_each_once(self) -> None:
        due, later, off = (
            self.feed(feed_of("Un")),
            self.feed(feed_of("Deux")),
            self.feed(feed_of("Trois"), is_polled=False),
        )
        now = timezone.now()
        PartnerFeed.objects.filter(pk=later.pk).update(due_at=now + poll.CLAIM_LIFETIME)
        with patch.object(poll, "due", return_value=poll.due(now)):  # two workers that saw the same feeds
            mine, other = poll.poll_due(now), poll.poll_due(now)
        self.assertEqual([polled.feed for polled in mine], [due])
        self.assertEqual(other, [])
        self.assertEqual(len(self.server.asked), 1)
        self.assertEqual(self.titles(off), [])


class BadTests(PollTestCase):
    def test_it_names_the_error_of_each_bad_feed_and_polls_the_others(self) -> None:
        wanted = {
            Trouble.TOO_LARGE: [strangers.sends_without_end, strangers.bomb()],
            Trouble.PROTOCOL: [strangers.speaks_no_http, strangers.hangs_up],
            Trouble.REDIRECTS: [Page(status=302, headers={"Location": "/feed/loop"})],
            Trouble.FORBIDDEN_ADDRESS: [Page(status=302, headers={"Location": "http://169.254.169.254/latest/"})],
            Trouble.STATUS: [Page(status=404), Page(status=500)],
            Trouble.DTD: [Page(b'<!DOCTYPE rss [<!ENTITY a "a">]>' + rss(item("&a;")))],
            Trouble.WEB_PAGE: [Page(b"<!doctype html><title>x</title>", "text/html")],
            Trouble.NOT_A_FEED: [Page(b"\x89PNG\r\n\x1a\n", "image/png"), Page(b"")],
            Trouble.TOO_SLOW: [
                Page(rss("<a>" * 400_000)),
                Page(rss("<item " + " ".join(f'a{n}="x"' for n in range(50_000)) + "/>")),
            ],
        }  # fmt: skip
        self.server.pages["/feed/loop"] = Page(status=302, headers={"Location": "/feed/loop"})
        bad = {self.feed(answer).name: trouble for trouble, answers in wanted.items() for answer in answers}
        good = {self.feed(feed_of(f"Un {n}")).name: "" for n in range(100 - len(bad))}
        half_a_character = self.feed(Page(rss(item("&#xD800;Un"))))
        ended = self.poll(*PartnerFeed.objects.all())
        # What keeps a parser busy runs into one bound or the other, as the machine is quick or slow.
        ended = {name: trouble.replace(Trouble.TOO_HEAVY, Trouble.TOO_SLOW) for name, trouble in ended.items()}
        mismatches = {name: (ended[name], bad[name]) for name in bad if ended[name] != bad[name]}
        self.assertEqual(mismatches, {})
        self.assertEqual(ended, {**good, **bad, half_a_character.name: ""})
        self.assertEqual(PartnerItem.objects.count(), len(good) + 1)

    def test_it_takes_304_for_a_failure_when_it_holds_nothing(self) -> None:
        feed = self.feed(Page(status=304))
        self.assertEqual(self.poll(feed), {feed.name: "status"})

    def test_it_drops_half_characters_so_that_the_desk_can_show_the_feed(self) -> None:
        data = {"version": "https://jsonfeed.org/version/1", "items": [
            {"url": "\ud800", "title": "a"}, {"url": "javascript:\x00"}, {"url": "/1", "title": "caf\ud83d"},
        ]}  # fmt: skip
        feed = self.feed(Page(json.dumps(data).encode(), "application/feed+json"))
        self.assertEqual(self.poll(feed), {feed.name: ""})
        self.assertEqual(self.titles(feed), ["caf"])
        self.at_desk(self.thomas)
        self.assertContains(self.client.get(f"/admin/articles/partnerfeed/{feed.pk}/change/"), "caf")

    def test_it_polls_the_others_when_one_cannot_be_written(self) -> None:
        bad, good = self.feed(feed_of("Un")), self.feed(feed_of("Deux"))
        ingest = poll.ingest

        def refuse(feed: PartnerFeed, outcome: Any, *more: Any, **others: Any) -> Any:
            if feed.pk == bad.pk and not isinstance(outcome, Failed):
                raise DataError("unsupported")
            return ingest(feed, outcome, *more, **others)

        with patch.object(poll, "ingest", refuse), self.assertLogs("articles.partners.poll"):
            self.assertEqual(self.poll(bad, good), {bad.name: "malformed", good.name: ""})

    def test_it_ends_a_fetch_that_drips(self) -> None:
        feeds = [self.feed(strangers.drips_its_body), self.feed(strangers.drips_its_headers)]
        with patch.object(poll, "FETCH_LIMITS", poll.Limits(seconds=0.5)):
            self.assertEqual(set(self.poll(*feeds).values()), {"too_slow"})

    def test_it_obeys_retry_after_and_gone(self) -> None:
        waits = self.feed(Page(status=429, headers={"Retry-After": "7200"}))
        until = self.feed(Page(status=503, headers={"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}))
        gone = self.feed(Page(status=410))
        mangled = self.feed(Page(status=503, headers={"Retry-After": "bientôt"}))
        now = timezone.now()
        self.poll(waits, until, gone, mangled)
        hours = {feed.pk: (feed.due_at - now).total_seconds() / 3600 for feed in PartnerFeed.objects.all()}
        self.assertAlmostEqual(hours[waits.pk], 2, delta=0.1)
        self.assertAlmostEqual(hours[until.pk], 7 * 24, delta=0.1)
        self.assertLess(hours[mangled.pk], 1.2)
        self.assertEqual(list(PartnerFeed.objects.filter(is_polled=False)), [gone])

    def test_it_fetches_from_a_private_address_only_where_a_setting_allows_it(self) -> None:
        feed = self.feed(feed_of("Un"))
        with override_settings(FETCH_ALLOWED_HOSTS=[]):
            self.assertEqual(self.poll(feed), {feed.name: "forbidden_address"})
        self.assertEqual(self.server.asked, [])

    def test_it_writes_nothing_for_a_preview(self) -> None:
        feed = self.feed(feed_of("Un"))
        found = poll.preview(feed)
        self.assertEqual([one.title for one in found.feed.headlines], ["Un"])  # type: ignore[union-attr]
        self.assertFalse(PartnerItem.objects.exists())


class ImageTests(PollTestCase):
    def setUp(self) -> None:
        super().setUp()
        file = io.BytesIO()
        Pillow.new("RGB", (1600, 900), "orange").save(file, "JPEG", comment=b"of theirs")
        self.server.pages["/photo.jpg"] = Page(file.getvalue(), "image/jpeg")

    def with_image(self, src: str = "/photo.jpg", **fields: Any) -> PartnerFeed:
        return self.feed(Page(rss(item(more=f'<media:content url="{src}" medium="image"/>'))), **fields)

    def test_it_fetches_no_image_without_the_licence(self) -> None:
        feed = self.with_image()
        self.poll(feed)
        self.assertEqual([path for path, _headers in self.server.asked], [feed.name])
        self.assertIsNone(feed.items.get().image)

    def test_it_re_encodes_images_and_keeps_their_credit(self) -> None:
        feed = self.with_image(shows_images=True, credit="Le Partenaire")
        self.poll(feed)
        image = feed.items.get().image
        assert image is not None
        self.assertEqual((image.width, image.height, image.credit), (640, 360, "Le Partenaire"))
        for format_ in ("avif", "webp", "jpg"):
            with default_storage.open(image.rendition_name(640, format_)) as file:
                self.assertNotIn(b"of theirs", file.read())
        self.poll(feed)
        self.assertEqual([path for path, _headers in self.server.asked].count("/photo.jpg"), 1)

    def test_it_tries_once_what_is_no_image_and_keeps_the_headline(self) -> None:
        self.server.pages |= {"/bad": Page(b"<svg onload='x'/>", "image/svg+xml"), "/bomb": strangers.bomb(20)}
        private = "http://169.254.169.254/x.jpg"
        for src in ("/bad", "/bomb", "/missing", private):
            feed = self.with_image(src, shows_images=True, credit="Eux")
            with self.subTest(src):
                self.assertEqual(self.poll(feed), {feed.name: ""})
                self.assertIsNone(feed.items.get().image)
                self.assertTrue(feed.items.get().image_asked)

    def test_it_polls_the_others_when_an_image_redirects_to_no_address(self) -> None:
        self.server.pages["/astray"] = Page(status=302, headers={"Location": "http://[::1"})
        bad, good = self.with_image("/astray", shows_images=True, credit="Eux"), self.feed(feed_of("Deux"))
        self.assertEqual(self.poll(bad, good), {bad.name: "", good.name: ""})

    def test_it_writes_every_feed_before_it_fetches_images(self) -> None:
        self.server.pages["/slow"] = strangers.says_nothing
        bad, good = self.with_image("/slow", shows_images=True, credit="Eux"), self.feed(feed_of("Deux"))
        written: list[int] = []

        def fetch_nothing(feeds: Any, confined: Any) -> int:
            written.extend(PartnerItem.objects.values_list("feed", flat=True))
            return 0

        with patch.object(images, "fetch_missing", fetch_nothing):
            self.poll(bad, good)
        self.assertEqual(set(written), {bad.pk, good.pk})

    def test_it_leaves_images_for_the_next_round_when_time_is_up(self) -> None:
        feed = self.with_image(shows_images=True, credit="Eux")
        with patch.object(images, "fetch_missing"):
            self.poll(feed)
        with Confined(1) as confined:
            self.assertEqual(images.fetch_missing([feed], confined, seconds=0), 0)
            self.assertFalse(feed.items.get().image_asked)
            self.assertEqual(images.fetch_missing([feed], confined), 1)

    def test_it_deletes_an_image_that_the_partner_removed_or_replaced(self) -> None:
        for replaced in ("", "/other.jpg", "/missing.jpg"):
            feed = self.with_image(shows_images=True, credit="Eux")
            self.poll(feed)
            before = feed.items.get().image
            assert before is not None
            file = io.BytesIO()
            Pillow.new("RGB", (800, 450), f"#{next(numbers):06x}").save(file, "JPEG")
            self.server.pages["/other.jpg"] = Page(file.getvalue(), "image/jpeg")
            more = f'<media:content url="{replaced}" medium="image"/>' if replaced else ""
            self.server.pages[feed.name] = Page(rss(item(more=more)))
            with self.subTest(replaced), self.captureOnCommitCallbacks(execute=True):
                self.poll(feed)
            after = feed.items.get().image
            self.assertEqual(after is not None, replaced == "/other.jpg")
            self.assertFalse(default_storage.exists(before.rendition_name(640, "jpg")))
            feed.items.all().delete()

    def test_it_leaves_images_to_the_worker_when_polled_by_hand(self) -> None:
        feed = self.with_image(shows_images=True, credit="Eux")
        self.assertEqual(poll.poll_now(feed).ingested.new, 1)
        self.assertIsNone(feed.items.get().image)
        self.assertTrue(run_next("w"))
        self.assertIsNotNone(feed.items.get().image)

    def test_it_fetches_lost_files_again(self) -> None:
        feed = self.with_image(shows_images=True, credit="Eux")
        self.poll(feed)
        image = feed.items.get().image
        assert image is not None
        self.assertEqual(images.reset_lost_images(), 0)
        default_storage.delete(image.rendition_name(640, "jpg"))
        self.assertEqual(images.reset_lost_images(), 1)
        self.poll(feed)
        self.assertTrue(default_storage.exists(image.rendition_name(640, "jpg")))

    def test_it_keeps_no_image_whose_licence_ended_while_it_was_fetched(self) -> None:
        feed, store = self.with_image(shows_images=True, credit="Le Partenaire"), images.store_image

        def untick_first(*arguments: Any) -> bool:
            PartnerFeed.objects.update(shows_images=False)
            return store(*arguments)

        with patch.object(images, "store_image", untick_first), self.captureOnCommitCallbacks(execute=True):
            self.poll(feed)
        self.assertEqual(feed.items.get().image_digest, "")
        folders = default_storage.listdir("renditions")[0]
        self.assertEqual([name for at in folders for name in default_storage.listdir(f"renditions/{at}")[1]], [])

    def test_it_deletes_images_when_the_licence_ends(self) -> None:
        feed = self.with_image(shows_images=True, credit="Le Partenaire")
        self.poll(feed)
        image = feed.items.get().image
        assert image is not None
        feed.refresh_from_db()
        feed.shows_images = False
        with self.captureOnCommitCallbacks(execute=True):
            partner_actions.save_feed(feed, by=self.thomas)
        self.assertFalse(default_storage.exists(image.rendition_name(640, "jpg")))
        feed.shows_images = True
        partner_actions.save_feed(feed, by=self.thomas)
        self.poll(feed)
        self.assertIsNotNone(feed.items.get().image)
