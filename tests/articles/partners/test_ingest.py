"""What a poll writes: headlines that are new, changed, kept or deleted, and when the feed is polled next."""

import datetime as dt
from typing import Any
from unittest import TestCase

from django.utils import timezone

from articles.models import PartnerFeed, PartnerItem
from articles.partners import actions as partner_actions
from articles.partners.ingest import MAX_KEPT_HEADLINES, Failed, Fresh, Ingested, comparable_address, ingest
from articles.partners.parse import Feed, Headline, Skipped
from articles.workflow import Refused
from newsroom.pagecache.models import Purge
from newsroom.publications.permissions import Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_feed

NOW = dt.datetime(2026, 7, 14, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def headline(number: int = 1, **fields: Any) -> Headline:
    url = f"https://partner.example/{number}/"
    return Headline(
        **{"guid": f"g{number}", "url": url, "title": f"Titre {number}", "published_at": NOW - HOUR, **fields}
    )


class IngestTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        self.feed = make_feed(self.kg, "Le Partenaire", every=60)
        Purge.objects.all().delete()

    def take(self, *headlines: Headline, now: dt.datetime = NOW, **fields: Any) -> Ingested:
        skipped = fields.pop("skipped", ())
        return ingest(self.feed, Fresh(Feed("", "", headlines, skipped), **fields), now)

    def fail_poll(self, trouble: str = "too_slow", now: dt.datetime = NOW, **fields: Any) -> PartnerFeed:
        ingest(self.feed, Failed(trouble, **fields), now)
        self.feed.refresh_from_db()
        return self.feed

    def titles(self) -> list[str]:
        return [item.title for item in self.feed.items.all()]

    def purged_tags(self) -> set[str]:
        tags = set(Purge.objects.values_list("tag", flat=True))
        Purge.objects.all().delete()
        return tags


class HeadlineTests(IngestTestCase):
    def test_it_adds_new_headlines_and_invalidates_the_feeds_pages(self) -> None:
        self.assertEqual(self.take(headline(1), headline(2, published_at=NOW - 2 * HOUR)), Ingested(new=2))
        self.assertEqual(self.titles(), ["Titre 1", "Titre 2"])
        self.assertEqual(self.purged_tags(), {f"partner:{self.feed.pk}"})

    def test_it_writes_nothing_for_a_headline_that_did_not_change(self) -> None:
        self.take(headline(1))
        (item,) = self.feed.items.all()
        self.purged_tags()
        self.assertEqual(self.take(headline(1), now=NOW + HOUR), Ingested())
        self.assertEqual(self.feed.items.get().changed_at, item.changed_at)
        self.assertEqual(self.purged_tags(), set())

    def test_it_changes_a_headline_that_changed(self) -> None:
        self.take(headline(1))
        self.assertEqual(
            self.take(headline(1, title="Corrigé", url="https://partner.example/autre/")), Ingested(changed=1)
        )
        self.assertEqual(self.titles(), ["Corrigé"])

    def test_it_recognises_a_headline_whose_guid_changed_by_its_link(self) -> None:
        self.take(headline(1))
        again = headline(1, guid="autre", url="http://www.partner.example/1?utm_source=rss", title="Le même")
        self.assertEqual(self.take(again), Ingested(changed=1))
        self.assertEqual(self.titles(), ["Le même"])
        self.assertEqual(self.take(again), Ingested())

    def test_it_keeps_apart_two_guids_with_one_link(self) -> None:
        one, two = headline(1), headline(2, url=headline(1).url)
        self.take(one, two)
        self.assertEqual(self.take(one, two), Ingested())
        self.assertEqual(self.feed.items.count(), 2)

    def test_it_keeps_the_first_of_two_headlines_with_one_guid(self) -> None:
        self.assertEqual(self.take(headline(1), headline(1, title="Encore")), Ingested(new=1))
        self.assertEqual(self.titles(), ["Titre 1"])

    def test_it_replaces_no_headline_by_another_story_that_has_its_guid_later(self) -> None:
        other = headline(2, guid="g1", title="Tout autre chose arrive", published_at=NOW - HOUR / 2)
        self.take(headline(1))
        partner_actions.hide_item(self.feed.items.get(), by=self.ines)
        for _poll in range(2):
            self.take(other)
            rows = {item.title: item.is_hidden for item in self.feed.items.all()}
            self.assertEqual(rows, {"Titre 1": True, other.title: False})
        self.assertEqual(self.take(other), Ingested())

    def test_it_changes_a_headline_whose_partner_mended_its_address_title_and_time(self) -> None:
        self.take(headline(1, title="Apple présente un casque de réalité virtuelle"))
        again = headline(7, guid="g1", title="Apple présente son casque de réalité mixte", published_at=NOW - HOUR / 2)
        self.assertEqual(self.take(again), Ingested(changed=1))
        self.assertEqual(self.titles(), [again.title])

    def test_it_replaces_an_unbelievable_time_by_that_of_the_first_sight(self) -> None:
        for number, moment in enumerate((NOW + dt.timedelta(days=400), None, dt.datetime(1970, 1, 1, tzinfo=dt.UTC))):
            with self.subTest(moment):
                one = headline(number, published_at=moment)
                self.take(one)
                self.assertEqual(self.take(one, now=NOW + HOUR), Ingested())
                self.assertEqual(self.feed.items.get(key=PartnerItem.hashed(one.guid)).published_at, NOW)

    def test_it_changes_nothing_when_an_announced_time_comes(self) -> None:
        announced = headline(1, published_at=NOW + 5 * HOUR)
        self.take(announced)
        PartnerItem.objects.update(created_at=NOW)
        self.assertEqual(self.take(announced, now=NOW + 6 * HOUR), Ingested())

    def test_it_lists_headlines_without_a_time_in_the_order_of_their_feed(self) -> None:
        self.take(*(headline(n, published_at=None) for n in (1, 2, 3)))
        self.assertEqual(self.titles(), ["Titre 1", "Titre 2", "Titre 3"])

    def test_it_keeps_apart_headlines_that_share_an_address_or_lead_to_a_front_page(self) -> None:
        for url in ("https://s.example/", "https://s.example/direct"):
            with self.subTest(url):
                PartnerItem.objects.all().delete()
                self.take(headline(1, url=url))
                partner_actions.hide_item(self.feed.items.get(), by=self.ines)
                self.take(headline(2, url=url), headline(3, url=url))
                rows = {item.title: item.is_hidden for item in self.feed.items.all()}
                self.assertEqual(rows, {"Titre 1": True, "Titre 2": False, "Titre 3": False})

    def test_it_hides_in_every_feed_what_the_desk_hid_in_one(self) -> None:
        other, later = make_feed(self.kg), make_feed(self.kg)
        elsewhere = make_feed(self.ia)
        for feed in (other, elsewhere):
            ingest(feed, Fresh(Feed("", "", (headline(1, guid="the same"),))), NOW)
        self.take(headline(1))
        self.purged_tags()
        partner_actions.hide_item(self.feed.items.get(), by=self.ines)
        self.assertEqual(self.purged_tags(), {f"partner:{self.feed.pk}", f"partner:{other.pk}"})
        ingest(later, Fresh(Feed("", "", (headline(1, guid="a third"),))), NOW)
        hidden = {feed: feed.items.get().is_hidden for feed in (other, later, elsewhere)}
        self.assertEqual(hidden, {other: True, later: True, elsewhere: False})

    def test_it_never_deletes_what_the_feed_still_lists(self) -> None:
        sticky = headline(9_999, published_at=NOW - 9_999 * HOUR)
        self.take(sticky)
        partner_actions.hide_item(self.feed.items.get(), by=self.ines)
        for start in reversed(range(0, MAX_KEPT_HEADLINES + 100, 50)):
            self.take(sticky, *(headline(n, published_at=NOW - n * HOUR) for n in range(start, start + 50)))
        self.assertTrue(self.feed.items.get(title=sticky.title).is_hidden)

    def test_it_keeps_hidden_what_the_desk_hid(self) -> None:
        self.take(headline(1))
        partner_actions.hide_item(self.feed.items.get(), by=self.ines)
        self.take(headline(1, title="Encore"))
        self.assertEqual((self.feed.items.get().is_hidden, self.titles()), (True, ["Encore"]))

    def test_it_keeps_the_newest_and_deletes_the_old(self) -> None:
        for start in reversed(range(0, MAX_KEPT_HEADLINES + 50, 50)):
            self.take(*(headline(n, published_at=NOW - n * HOUR) for n in range(start, start + 50)))
        self.assertEqual(self.feed.items.count(), MAX_KEPT_HEADLINES)
        self.assertNotIn(f"Titre {MAX_KEPT_HEADLINES + 10}", self.titles())

    def test_it_records_what_it_skipped(self) -> None:
        self.take(headline(1), skipped=(Skipped("address", "javascript:x"),))
        self.feed.refresh_from_db()
        self.assertEqual(self.feed.skipped, [["address", "javascript:x"]])


class PollingTests(IngestTestCase):
    def wait(self) -> dt.timedelta:
        self.feed.refresh_from_db()
        return self.feed.due_at - NOW

    def test_it_polls_again_after_about_the_interval_of_the_feed(self) -> None:
        waits = set()
        for _round in range(20):
            self.take()
            waits.add(self.wait())
        self.assertTrue(all(54 <= wait.total_seconds() / 60 <= 66 for wait in waits), waits)
        self.assertGreater(len(waits), 1)

    def test_it_writes_no_content_when_nothing_changed(self) -> None:
        self.take(headline(1), etag='"1"', last_modified="Tue, 14 Jul 2026 10:00:00 GMT")
        self.fail_poll()
        self.purged_tags()
        ingest(self.feed, Fresh(None), NOW + HOUR)
        self.feed.refresh_from_db()
        self.assertEqual((self.feed.etag, self.feed.trouble, self.feed.good_at), ('"1"', "", NOW + HOUR))
        self.assertEqual((self.titles(), self.purged_tags()), (["Titre 1"], set()))

    def test_it_keeps_headlines_and_records_why_when_a_poll_fails(self) -> None:
        self.take(headline(1))
        self.purged_tags()
        feed = self.fail_poll("dtd", detail="<!DOCTYPE\x00" + "x" * 400)
        self.assertEqual((feed.trouble, feed.failures, len(feed.detail)), ("dtd", 1, 300))
        self.assertEqual((feed.good_at, self.titles(), self.purged_tags()), (NOW, ["Titre 1"], set()))

    def test_it_waits_twice_as_long_after_each_failure_up_to_a_day(self) -> None:
        for hours in (2, 4, 8, 16, 24, 24):
            self.fail_poll()
            self.assertAlmostEqual(self.wait() / HOUR, hours, delta=hours * 0.11)
        PartnerFeed.objects.update(failures=2_000_000)
        self.fail_poll()
        self.take()
        self.assertAlmostEqual(self.wait() / HOUR, 1, delta=0.11)

    def test_it_waits_as_long_as_the_server_asks_up_to_a_week(self) -> None:
        self.fail_poll("status", wait=3 * HOUR)
        self.assertAlmostEqual(self.wait() / HOUR, 3, delta=0.01)
        self.fail_poll("status", wait=dt.timedelta(days=400))
        self.assertEqual(self.wait(), dt.timedelta(days=7))

    def test_it_makes_no_pause_longer_when_polled_by_hand(self) -> None:
        self.fail_poll()
        before = self.wait()
        ingest(self.feed, Failed("status", "404"), NOW + HOUR, by_hand=True)
        self.assertEqual((self.wait(), self.feed.failures, self.feed.detail), (before, 1, "404"))

    def test_it_keeps_no_validator_that_is_too_long(self) -> None:
        self.take(headline(1), etag='"' + " " * 500 + '"', last_modified="x" * 101)
        self.feed.refresh_from_db()
        self.assertEqual((self.feed.etag, self.feed.last_modified), ("", ""))

    def test_it_stops_polling_a_feed_that_is_gone_for_good(self) -> None:
        self.take(headline(1))
        self.assertFalse(self.fail_poll("gone").is_polled)
        self.assertEqual(self.titles(), ["Titre 1"])

    def test_it_writes_nothing_from_an_address_that_the_desk_changed_meanwhile(self) -> None:
        stale = PartnerFeed.objects.get(pk=self.feed.pk)
        self.feed.url = "https://partner.example/nouveau/"
        partner_actions.save_feed(self.feed, by=self.thomas)
        self.assertEqual(ingest(stale, Fresh(Feed("", "", (headline(1),)), etag='"1"'), NOW), Ingested())
        self.feed.refresh_from_db()
        self.assertEqual((self.titles(), self.feed.etag), ([], ""))

    def test_it_writes_nothing_of_a_feed_that_was_deleted_meanwhile(self) -> None:
        partner_actions.delete_feed(self.feed, by=self.thomas)
        self.assertEqual(self.take(headline(1)), Ingested())


class ActionTests(IngestTestCase):
    def test_it_writes_only_the_fields_of_the_desk(self) -> None:
        stale = PartnerFeed.objects.get(pk=self.feed.pk)
        self.take(headline(1), etag='"1"')
        stale.name = "Un autre nom"
        partner_actions.save_feed(stale, by=self.thomas)
        self.feed.refresh_from_db()
        self.assertEqual((self.feed.name, self.feed.etag, self.feed.good_at), ("Un autre nom", '"1"', NOW))
        self.assertEqual(self.purged_tags(), {f"partner:{self.feed.pk}"})

    def test_it_polls_a_changed_address_at_once(self) -> None:
        self.fail_poll()
        self.feed.url = "https://partner.example/nouveau/"
        partner_actions.save_feed(self.feed, by=self.thomas)
        self.feed.refresh_from_db()
        self.assertEqual((self.feed.trouble, self.feed.failures, self.feed.etag), ("", 0, ""))
        self.assertLessEqual(self.feed.due_at, timezone.now())

    def test_it_applies_a_shorter_interval_at_once(self) -> None:
        PartnerFeed.objects.update(every=1440, due_at=timezone.now() + dt.timedelta(days=1))
        self.feed.every = 5
        partner_actions.save_feed(self.feed, by=self.thomas)
        self.feed.refresh_from_db()
        self.assertLess(self.feed.due_at - timezone.now(), dt.timedelta(minutes=6))

    def test_it_computes_the_pace_over_the_days_that_are_held(self) -> None:
        for hours, count, expected in ((3, 40, 8.2), (400, 9, 0.6), (1, 3, 3.0)):
            PartnerItem.objects.all().delete()
            self.take(*(headline(n, published_at=NOW - n * hours * HOUR) for n in range(count)))
            feed = PartnerFeed.objects.with_pace(NOW).get(pk=self.feed.pk)
            with self.subTest(hours):
                self.assertAlmostEqual(feed.pace(NOW), expected, delta=0.6)

    def test_it_does_not_bring_back_a_feed_that_was_deleted_meanwhile(self) -> None:
        stale = PartnerFeed.objects.get(pk=self.feed.pk)
        partner_actions.delete_feed(self.feed, by=self.thomas)
        with self.assertRaises(Refused):
            partner_actions.save_feed(stale, by=self.thomas)
        self.assertFalse(PartnerFeed.objects.exists())
        partner_actions.delete_feed(stale, by=self.thomas)  # nothing is left to delete

    def test_it_judges_a_stale_form_by_the_row_as_it_is_now(self) -> None:
        stale = PartnerFeed.objects.get(pk=self.feed.pk)
        PartnerFeed.objects.update(every=1440, due_at=timezone.now() + dt.timedelta(days=1))
        saved = partner_actions.save_feed(stale, by=self.thomas)
        self.assertLess(saved.due_at - timezone.now(), dt.timedelta(minutes=61))

    def test_it_refuses_images_without_a_credit(self) -> None:
        self.feed.shows_images = True
        with self.assertRaises(Refused):
            partner_actions.save_feed(self.feed, by=self.thomas)

    def test_it_forbids_each_action_to_who_has_no_right_to_it(self) -> None:
        self.take(headline(1))
        actions = {
            "save_feed": lambda by: partner_actions.save_feed(self.feed, by=by),
            "hide_item": lambda by: partner_actions.hide_item(self.feed.items.get(), by=by),
            "delete_feed": lambda by: partner_actions.delete_feed(self.feed, by=by),
        }
        for name, action in actions.items():
            for person in (self.camille, self.julien, self.sarah, *([] if name == "hide_item" else [self.ines])):
                with self.subTest(name, person=person), self.assertRaises(Forbidden):
                    action(person)


class ComparableAddressTests(TestCase):
    def test_it_is_the_same_for_two_addresses_of_one_page(self) -> None:
        same = "https://partner.example/a?id=3"
        for url in (
            "http://www.Partner.example/a/?id=3", "https://partner.example/a?utm_source=rss&id=3#top",
            "https://partner.example/a?id=3&fbclid=x&xtor=RSS-1",
        ):  # fmt: skip
            self.assertEqual(comparable_address(url), comparable_address(same), url)
        for one, other in (("/spip.php?article1", "/spip.php?article2"), ("/#!/un", "/#!/deux")):
            self.assertNotEqual(
                comparable_address(f"https://s.example{one}"), comparable_address(f"https://s.example{other}")
            )
        for url in ("https://partner.example/a?id=4", "https://partner.example/b?id=3", "https://other.example/a?id=3"):
            self.assertNotEqual(comparable_address(url), comparable_address(same), url)
