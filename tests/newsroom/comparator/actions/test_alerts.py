"""Price alerts: asked for, confirmed by a link, told once, ended with one click; limits."""

import datetime as dt
from dataclasses import replace

import time_machine
from django.utils import timezone

from newsroom.comparator.actions import alerts
from newsroom.comparator.actions.alerts import Refused
from newsroom.comparator.models import PriceAlert
from newsroom.lib.client import Client
from newsroom.worker.models import Mail
from tests.newsroom.comparator.base import ComparatorTestCase, row

HOME = Client("198.51.100.7", 4711)


class AlertTestCase(ComparatorTestCase):
    def setUp(self) -> None:
        self.row = row(title="Casque Brume")
        self.imported(self.row)
        found = self.offer(self.row.key).product
        assert found is not None
        self.brume = found

    def ask(self, email: str = "lou@lecteurs.example", price: str = "90", client: Client = HOME) -> PriceAlert:
        return alerts.ask(self.brume, self.kg, email, price, client=client)

    def reprice(self, cents: int) -> None:
        """Have the merchant ask another price: delivery, 5 €, comes on top."""
        self.row = replace(self.row, price_cents=cents)
        self.imported(self.row)


class TellingTests(AlertTestCase):
    def test_it_asks_by_mail_and_tells_nobody_who_has_not_confirmed(self) -> None:
        self.ask()
        mail = Mail.objects.get()
        self.assertEqual(mail.to, "lou@lecteurs.example")
        self.assertIn("/comparateur/alertes/", mail.body)
        self.assertIn("90,00", mail.body)
        self.reprice(1_000)
        self.assertEqual(Mail.objects.count(), 1)

    def test_it_tells_once_when_the_total_is_there_and_forgets_the_address(self) -> None:
        alerts.confirm(self.ask())
        self.reprice(8_501)
        self.assertEqual(Mail.objects.count(), 1, "with its delivery it is a cent too dear")
        self.reprice(8_500)
        told = Mail.objects.latest("pk")
        self.assertIn("Casque Brume", told.subject)
        self.assertIn("90,00", told.subject)
        self.assertIn("/comparateur/casque-brume/", told.body)
        self.assertFalse(PriceAlert.objects.exists())
        self.reprice(1_000)
        self.assertEqual(Mail.objects.count(), 2)

    def test_it_tells_at_once_where_it_costs_so_little_already(self) -> None:
        alerts.confirm(self.ask(price="1 000,00 €"))
        self.assertEqual(Mail.objects.count(), 2)

    def test_a_confirmed_alert_takes_the_place_of_an_earlier_one(self) -> None:
        alerts.confirm(self.ask(price="90"))
        alerts.confirm(self.ask(price="80"))
        self.assertEqual(PriceAlert.objects.get().cents, 8_000)

    def test_ending_it_forgets_the_address(self) -> None:
        alert = self.ask()
        alerts.end(alert)
        self.assertFalse(PriceAlert.objects.exists())


class LimitTests(AlertTestCase):
    def refusal(self, **asked: str) -> str:
        with self.assertRaises(Refused) as caught:
            self.ask(**asked)  # type: ignore[arg-type]
        return caught.exception.field

    def test_it_refuses_what_is_no_address_and_what_is_no_price(self) -> None:
        self.assertEqual(self.refusal(email="lou"), "email")
        for price in ("", "0", "peu", "90 USD", "1.299", "-3"):
            self.assertEqual(self.refusal(price=price), "price", price)

    def test_an_address_that_nobody_confirmed_gets_three_questions_a_day(self) -> None:
        for n in range(6):
            self.ask(price=str(50 + n))
        self.assertEqual(Mail.objects.count(), 3)
        with time_machine.travel(timezone.now() + dt.timedelta(days=1, minutes=1)):
            self.ask(price="70")
        self.assertEqual(Mail.objects.count(), 4)

    def test_the_same_wish_twice_is_one_question_a_day(self) -> None:
        self.ask()
        self.ask()
        self.assertEqual((PriceAlert.objects.count(), Mail.objects.count()), (1, 1))

    def test_one_source_asks_ten_times_an_hour(self) -> None:
        for n in range(10):
            self.ask(email=f"l{n}@lecteurs.example")
        self.assertEqual(self.refusal(email="l10@lecteurs.example"), "")
        self.ask(email="l11@lecteurs.example", client=Client("203.0.113.9", 1))

    def test_a_site_takes_sixty_a_minute(self) -> None:
        for n in range(60):
            self.ask(email=f"l{n}@lecteurs.example", client=Client(f"203.0.113.{n}", 1))
        self.assertEqual(self.refusal(email="late@lecteurs.example"), "")

    def test_where_it_came_from_is_a_hash_of_that_day_and_gone_the_next(self) -> None:
        now = timezone.now()
        source = self.ask().source
        self.assertNotIn("198.51", source)
        self.assertNotEqual(source, alerts.source_of(HOME, now + dt.timedelta(days=1)))
        alerts.delete_old(now + dt.timedelta(days=1, minutes=1))
        self.assertEqual(PriceAlert.objects.get().source, "")

    def test_what_nobody_confirmed_goes_after_a_week_and_what_waits_after_a_year(self) -> None:
        now = timezone.now()
        self.ask(price="10")
        alerts.confirm(self.ask(email="a@lecteurs.example", price="10"))
        self.assertEqual(alerts.delete_old(now + dt.timedelta(days=6)), 0)
        self.assertEqual(alerts.delete_old(now + dt.timedelta(days=8)), 1)
        self.assertEqual(alerts.delete_old(now + dt.timedelta(days=366)), 1)
