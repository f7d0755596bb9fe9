"""The command ingest_partners: which feeds it polls, what it prints, its exit code."""

import io
from typing import Any

from django.core.management import CommandError, call_command

from articles.models import PartnerFeed
from tests.articles.partners.test_poll import PollTestCase, feed_of
from tests.strangers import Page


class IngestPartnersTests(PollTestCase):
    def run_command(self, *ids: int, **options: Any) -> tuple[str, str, int]:
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command("ingest_partners", *ids, stdout=out, stderr=err, no_color=True, **options)
        except CommandError as error:
            code = error.returncode
        return out.getvalue(), err.getvalue(), code

    def test_it_polls_feeds_whose_turn_it_is_and_prints_what_changed(self) -> None:
        feed = self.feed(feed_of("Un", "Deux"), name="Le Partenaire")
        self.assertEqual(self.run_command(), ("Le Partenaire: 2 new, 0 changed\n2 new headlines, 0 changed.\n", "", 0))
        self.assertEqual(self.run_command(), ("0 new headlines, 0 changed.\n", "", 0))
        self.assertEqual(self.titles(feed), ["Deux", "Un"])

    def test_it_polls_the_feeds_that_are_named_or_all(self) -> None:
        one, two = self.feed(feed_of("Un")), self.feed(feed_of("Deux"))
        self.run_command()
        self.run_command(two.pk)
        self.run_command(all=True)
        asked = [path for path, _headers in self.server.asked]
        self.assertEqual((asked.count(one.name), asked.count(two.name)), (2, 3))

    def test_it_exits_with_one_when_a_feed_fails_and_polls_the_others(self) -> None:
        good, bad = self.feed(feed_of("Un")), self.feed(Page(status=500), name="En panne")
        out, err, code = self.run_command()
        self.assertEqual((err, code), (f"En panne ({bad.pk}): status: 500\n", 1))
        self.assertEqual(self.titles(good), ["Un"])
        self.assertIn("1 new headlines", out)

    def test_it_lists_feeds_and_polls_none_on_a_dry_run(self) -> None:
        feed = self.feed(feed_of("Un"))
        self.assertEqual(self.run_command(dry_run=True), (f"{feed.pk}  KultureGeek  {feed.name}  {feed.url}\n", "", 0))
        self.assertEqual((self.server.asked, PartnerFeed.objects.get().tried_at), ([], None))

    def test_it_names_a_feed_that_does_not_exist_and_polls_none(self) -> None:
        feed = self.feed(feed_of("Un"))
        with self.assertRaisesMessage(CommandError, "There is no feed 999999."):
            call_command("ingest_partners", feed.pk, 999_999)
        self.assertEqual(self.server.asked, [])

    def test_it_takes_ids_or_all_and_not_both(self) -> None:
        feed = self.feed(feed_of("Un"))
        with self.assertRaisesMessage(CommandError, "Give ids or --all, not both."):
            call_command("ingest_partners", feed.pk, "--all")
        self.assertEqual(self.server.asked, [])
