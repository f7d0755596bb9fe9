"""ingest_partners: what it asks, what it says, how it ends."""

import io
from typing import Any

from django.core.management import CommandError, call_command

from articles.models import PartnerFeed
from tests.articles.partners.test_poll import PollTestCase, feed_of
from tests.strangers import Page


class IngestPartnersTests(PollTestCase):
    def run_it(self, *ids: int, **options: Any) -> tuple[str, str, int]:
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command("ingest_partners", *ids, stdout=out, stderr=err, no_color=True, **options)
        except CommandError as error:
            code = error.returncode
        return out.getvalue(), err.getvalue(), code

    def test_it_asks_those_whose_turn_it_is_and_says_what_came(self) -> None:
        feed = self.feed(feed_of("Un", "Deux"), name="Le Partenaire")
        self.assertEqual(self.run_it(), ("Le Partenaire: 2 new, 0 changed\n2 new headlines, 0 changed.\n", "", 0))
        self.assertEqual(self.run_it(), ("0 new headlines, 0 changed.\n", "", 0))
        self.assertEqual(self.titles(feed), ["Deux", "Un"])

    def test_it_asks_any_that_is_named_and_all_if_told_so(self) -> None:
        one, two = self.feed(feed_of("Un")), self.feed(feed_of("Deux"))
        self.run_it()
        self.run_it(two.pk)
        self.run_it(all=True)
        asked = [path for path, _headers in self.server.asked]
        self.assertEqual((asked.count(one.name), asked.count(two.name)), (2, 3))

    def test_one_that_fails_ends_it_with_one_and_the_others_are_done(self) -> None:
        good, bad = self.feed(feed_of("Un")), self.feed(Page(status=500), name="En panne")
        out, err, code = self.run_it()
        self.assertEqual((err, code), (f"En panne ({bad.pk}): status: 500\n", 1))
        self.assertEqual(self.titles(good), ["Un"])
        self.assertIn("1 new headlines", out)

    def test_a_dry_run_lists_and_asks_nothing(self) -> None:
        feed = self.feed(feed_of("Un"))
        self.assertEqual(self.run_it(dry_run=True), (f"{feed.pk}  KultureGeek  {feed.name}  {feed.url}\n", "", 0))
        self.assertEqual((self.server.asked, PartnerFeed.objects.get().tried_at), ([], None))

    def test_a_feed_that_there_is_not_is_said(self) -> None:
        self.assertEqual(self.run_it(999_999)[2], 1)
