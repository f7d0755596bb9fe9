"""Cache tags: added to responses by views, invalidated by actions in the transaction of the change."""

import datetime as dt

from django.db import transaction
from django.http import HttpResponse
from django.test import SimpleTestCase, TransactionTestCase
from django.utils import timezone

from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import (
    OutsideTransaction,
    add_cache_tags,
    cache_tags_of,
    invalidate,
)
from newsroom.publications.models import Publication


class AddCacheTagsTests(SimpleTestCase):
    def test_it_writes_what_a_page_was_made_from(self) -> None:
        response = add_cache_tags(HttpResponse(), "article:1", "section:2")
        self.assertEqual(cache_tags_of(response), {"article:1", "section:2"})

    def test_it_adds_each_tag_once(self) -> None:
        response = add_cache_tags(add_cache_tags(HttpResponse(), "a:1", "b:2"), "b:2", "c:3", "c:3")
        self.assertEqual(response._cache_tags, ["a:1", "b:2", "c:3"])

    def test_it_gives_no_tags_to_a_page_made_from_nothing(self) -> None:
        self.assertEqual(cache_tags_of(HttpResponse()), set())
        self.assertEqual(cache_tags_of(add_cache_tags(HttpResponse())), set())

    def test_no_tag_breaks_out_of_its_header(self) -> None:
        for tag in ("a:1\r\nSet-Cookie: x=y", "a:1,b:2"):
            with self.assertRaises(ValueError):
                add_cache_tags(HttpResponse(), tag)


class InvalidateTests(TransactionTestCase):
    def test_it_refuses_to_act_outside_a_transaction(self) -> None:
        with self.assertRaises(OutsideTransaction):
            invalidate({"article:1"})
        self.assertFalse(Purge.objects.exists())

    def test_it_is_committed_with_the_change(self) -> None:
        with transaction.atomic():
            Publication.objects.create(name="KultureGeek", domain="kg.localhost")
            invalidate({"publication:1", "article:1"})
        self.assertEqual(set(Purge.objects.values_list("tag", flat=True)), {"publication:1", "article:1"})

    def test_it_is_rolled_back_with_the_change(self) -> None:
        with self.assertRaises(ZeroDivisionError), transaction.atomic():
            Publication.objects.create(name="KultureGeek", domain="kg.localhost")
            invalidate({"publication:1"})
            raise ZeroDivisionError
        self.assertFalse(Purge.objects.exists() or Publication.objects.exists())

    def test_it_is_rolled_back_with_the_inner_change_only(self) -> None:
        with transaction.atomic():
            invalidate({"outer:1"})
            try:
                with transaction.atomic():
                    invalidate({"inner:1"})
                    raise ZeroDivisionError
            except ZeroDivisionError:
                pass
        self.assertEqual(list(Purge.objects.values_list("tag", flat=True)), ["outer:1"])

    def test_it_is_due_now_or_at_its_time(self) -> None:
        moment = timezone.now() + dt.timedelta(days=1)
        before = timezone.now()
        with transaction.atomic():
            invalidate({"now:1"})
            invalidate({"later:1"}, due_at=moment)
        self.assertTrue(before <= Purge.objects.get(tag="now:1").due_at <= timezone.now())
        self.assertEqual(Purge.objects.get(tag="later:1").due_at, moment)

    def test_it_takes_a_thousand_tags_or_none(self) -> None:
        with transaction.atomic():
            invalidate({f"article:{n}" for n in range(1000)})
            invalidate(set())
        self.assertEqual(Purge.objects.count(), 1000)
