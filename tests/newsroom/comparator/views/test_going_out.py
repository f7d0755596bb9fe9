"""The way out to a merchant, and the pages of an alert."""

from typing import Any

from newsroom.comparator.actions import alerts
from newsroom.comparator.models import Offer, OfferClicks, PriceAlert
from newsroom.lib.client import Client
from newsroom.worker.models import Mail
from tests.newsroom.comparator.base import ComparatorTestCase

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


class OutTests(ComparatorTestCase):
    def setUp(self) -> None:
        self.brume = self.product(title="Casque Brume")
        self.out = f"/comparateur/vers/{Offer.objects.get().pk}/"

    def test_it_leads_to_the_offer_counts_and_keeps_nothing_of_the_reader(self) -> None:
        response = self.client.get(self.out, headers={"host": self.kg.domain, "user-agent": BROWSER})
        self.assertRedirects(response, Offer.objects.get().url, fetch_redirect_response=False)
        self.assertEqual(response.headers["Cache-Control"], "private, no-store")
        self.assertIn("noindex", response.headers["X-Robots-Tag"])
        self.assertFalse(response.cookies)
        self.assertEqual(OfferClicks.objects.get().count, 1)

    def test_it_counts_no_robot_and_no_question_whether_it_is_there(self) -> None:
        robot = f"{BROWSER} (compatible; Googlebot/2.1)"
        self.assertEqual(
            self.client.get(self.out, headers={"host": self.kg.domain, "user-agent": robot}).status_code, 302
        )
        self.client.head(self.out, headers={"host": self.kg.domain, "user-agent": BROWSER})
        self.assertFalse(OfferClicks.objects.exists())

    def test_where_the_offer_has_left_it_leads_to_the_product(self) -> None:
        Offer.objects.update(leaves_at=self.brume.created_at)
        self.assertRedirects(self.read(self.out), "/comparateur/casque-brume/", fetch_redirect_response=False)
        self.assertFalse(OfferClicks.objects.exists())

    def test_what_never_was_is_404(self) -> None:
        self.assertEqual(self.read("/comparateur/vers/999999/").status_code, 404)
        self.assertEqual(self.read(self.out, self.ia).status_code, 404)


class AlertPageTests(ComparatorTestCase):
    def setUp(self) -> None:
        brume = self.product(title="Casque Brume")
        self.alert = alerts.ask(brume, self.kg, "lou@lecteurs.example", "90", client=Client("", 0))
        self.page = alerts.manage_url(self.alert).removeprefix(self.kg.origin)

    def send(self, **data: str) -> Any:
        return self.client.post(self.page, data, headers={"host": self.kg.domain})

    def test_following_the_link_asks_and_pressing_confirms(self) -> None:
        response = self.read(self.page)
        self.assertContains(response, "lou@lecteurs.example")
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assertIsNone(PriceAlert.objects.get().confirmed_at, "a program that follows links confirms nothing")
        self.assertEqual(self.send(confirm="1").status_code, 302)
        self.assertIsNotNone(PriceAlert.objects.get().confirmed_at)

    def test_one_click_of_a_mail_program_ends_it(self) -> None:
        self.assertEqual(Mail.objects.get().unsubscribe, alerts.manage_url(self.alert))
        response = self.client.post(self.page, {"List-Unsubscribe": "One-Click"}, headers={"host": self.kg.domain})
        self.assertEqual(response.status_code, 200)
        self.assertFalse(PriceAlert.objects.exists())
        self.assertContains(self.read(self.page), "terminée")
        self.assertEqual(self.send(confirm="1").status_code, 302, "and nothing comes back")
        self.assertFalse(PriceAlert.objects.exists())

    def test_a_link_that_is_not_ours_or_another_sites_leads_nowhere(self) -> None:
        self.assertEqual(self.read("/comparateur/alertes/1:forged/").status_code, 404)
        self.ia.compares_prices = True
        self.ia.save()
        self.assertNotContains(self.read(self.page, self.ia), "lou@")
