"""The desk's pages of the Comparateur: merchants, feeds with their health, products, offers without a product."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from newsroom.comparator.actions import clicks
from newsroom.comparator.actions.merchants import save_feed
from newsroom.comparator.models import Merchant, MerchantFeed, Offer, Product
from newsroom.publications.permissions import SYSTEM
from tests.newsroom.comparator.base import ComparatorTestCase, code, row

QUEUE = "/admin/comparator/offer/"


class DeskTestCase(ComparatorTestCase):
    def page(self, path: str) -> str:
        response = self.client.get(path)
        self.assertEqual(response.status_code, 200, path)
        text: str = response.content.decode()
        return text


class MerchantTests(DeskTestCase):
    def feed(self, **fields: Any) -> MerchantFeed:
        return save_feed(MerchantFeed(merchant=self.bastide, url="https://m.example/offres.csv", **fields), by=SYSTEM)

    def test_a_publisher_adds_a_merchant_and_its_feed(self) -> None:
        self.at_desk(self.thomas)
        data = {"name": "Comptoir Lumen", "slug": "", "url": "", "offers_last_hours": "48"}
        self.client.post(reverse("admin:comparator_merchant_add"), data)
        merchant = Merchant.objects.get(name="Comptoir Lumen")
        self.assertEqual((merchant.slug, merchant.offers_last_hours), ("comptoir-lumen", 48))
        data = {
            "merchant": str(merchant.pk), "url": "https://lumen.example/f.xml", "format": "auto", "every": "6",
            "columns": "price = Prix TTC", "is_polled": "on", "is_paid": "on",
        }  # fmt: skip
        self.client.post(reverse("admin:comparator_merchantfeed_add"), data)
        feed = MerchantFeed.objects.get()
        self.assertEqual((feed.merchant, feed.is_paid, feed.names), (merchant, True, {"price": "Prix TTC"}))

    def test_a_map_of_columns_that_names_no_field_is_refused_with_the_fields(self) -> None:
        self.at_desk(self.thomas)
        data = {"merchant": str(self.bastide.pk), "url": "https://m.example/f", "format": "auto", "every": "6",
                "columns": "tarif = Prix"}  # fmt: skip
        response = self.client.post(reverse("admin:comparator_merchantfeed_add"), data)
        self.assertContains(response, "delivery, currency")
        self.assertContains(response, "tarif = Prix")
        self.assertFalse(MerchantFeed.objects.exists())

    def test_the_list_says_how_many_offers_are_shown_and_how_often_they_were_opened(self) -> None:
        self.imported(row(), row(), row(gtin="", model=""))
        clicks.count(Offer.objects.all()[0])
        self.at_desk(self.thomas)
        text = self.page("/admin/comparator/merchant/")
        self.assertIn('<td class="field-offers_shown">2</td>', text)
        self.assertIn('<td class="field-visits_lately">1</td>', text)

    def test_a_feeds_health_is_said_in_words(self) -> None:
        feed = self.feed()
        MerchantFeed.objects.update(
            trouble="columns", detail="price", failures=3, skipped=[["price", "Galet: gratuit"]],
            counts={"new": 2, "changed": 1, "unchanged": 7, "skipped": {"price": 4}},
        )  # fmt: skip
        self.at_desk(self.thomas)
        text = self.page("/admin/comparator/merchantfeed/")
        self.assertIn("échec × 3", text)
        self.assertIn("il y manque des colonnes", text)
        self.assertIn("10 offres, dont 2 nouvelles\u00a0; 4 lignes non prises", text)
        self.assertIn("Galet: gratuit", self.page(f"/admin/comparator/merchantfeed/{feed.pk}/change/"))

    def test_a_press_has_it_asked_and_whether_it_pays_is_shown_at_once(self) -> None:
        feed = self.feed()
        self.imported(row(), feed=feed)
        due_at = feed.due_at
        self.at_desk(self.thomas)
        self.client.post(reverse("admin:comparator_merchantfeed_ask", args=[feed.pk]))
        feed.refresh_from_db()
        self.assertGreater(feed.due_at, due_at)
        feed.is_paid = True
        save_feed(feed, by=self.thomas)
        self.assertTrue(Offer.objects.get().is_paid)

    def test_what_a_deleted_feed_listed_leaves_at_once(self) -> None:
        feed = self.feed()
        self.imported(row(), feed=feed)
        self.at_desk(self.thomas)
        self.client.post(reverse("admin:comparator_merchantfeed_delete", args=[feed.pk]), {"post": "yes"})
        self.assertFalse(MerchantFeed.objects.exists())
        self.assertFalse(Offer.objects.shown(timezone.now()).exists())

    def test_an_editor_reads_and_does_not_change(self) -> None:
        feed = self.feed()
        self.at_desk(self.ines)
        self.page("/admin/comparator/merchant/")
        response = self.client.post(reverse("admin:comparator_merchantfeed_ask", args=[feed.pk]))
        self.assertEqual(response.status_code, 403)


class ProductTests(DeskTestCase):
    def test_an_editor_finds_and_changes_one(self) -> None:
        product = self.product(title="Casque Brume", model="AU-1", gtin=code(1))
        self.product(title="Clavier Galet")
        self.at_desk(self.ines)
        text = self.page("/admin/comparator/product/?q=brume")
        self.assertIn("Casque Brume", text)
        self.assertNotIn("Clavier Galet", text)
        self.assertIn("Casque Brume", self.page(f"/admin/comparator/product/?q={code(1)}"))
        path = reverse("admin:comparator_product_change", args=[product.pk])
        self.assertIn("/comparateur/casque-brume/", self.page(path))
        data = {"name": "Casque Brume II", "brand": "Aulne", "model": "AU-1", "gtin": "4006381333932", "category": "",
                "image_url": ""}  # fmt: skip
        self.assertContains(self.client.post(path, data), "clé de contrôle")
        self.client.post(path, {**data, "gtin": "4006381333931"})
        product.refresh_from_db()
        self.assertEqual(
            (product.name, product.gtin, product.slug), ("Casque Brume II", "04006381333931", "casque-brume")
        )

    def test_the_editor_takes_a_products_address_for_its_price_box(self) -> None:
        product = self.product(title="Casque Brume")
        self.at_desk(self.camille)
        address = f"{self.kg.origin}/comparateur/casque-brume/"
        response = self.client.get(reverse("admin:articles_article_embed"), {"url": address})
        self.assertEqual(response.json(), {"product": product.pk, "name": "Casque Brume"})


class QueueTests(DeskTestCase):
    def setUp(self) -> None:
        self.brume = self.product(title="Casque Brume", brand="Aulne", model="AU-1", gtin=code(1))
        self.unsure = row(title="Casque Brume", brand="Aulne", model="AU-1", gtin=code(2))
        self.vague = row(title="Brume noir", brand="", model="", gtin="")
        self.imported(self.unsure, self.vague, of=self.octave)

    def decide(self, key: str, decision: str) -> Any:
        data = {"offer": str(self.offer(key).pk), "decision": decision, "tab": "unsure"}
        return self.client.post(reverse("admin:comparator_offer_decide"), data, follow=True)

    def test_offers_stand_beside_their_candidates_each_with_its_key(self) -> None:
        self.at_desk(self.ines)
        text = self.page(QUEUE)
        self.assertIn(self.unsure.key, text)
        self.assertIn("105,00\u00a0€", text)
        self.assertNotIn(self.vague.key, text)
        self.assertIn(f'value="product:{self.brume.pk}" aria-keyshortcuts="1" data-key="1"', text)
        self.assertIn(self.vague.key, self.page(f"{QUEUE}?tab=unknown"))

    def test_each_decision_is_written_and_can_be_taken_back(self) -> None:
        self.at_desk(self.ines)
        for key, decision, match in (
            (self.unsure.key, f"product:{self.brume.pk}", "person"), (self.vague.key, "none", "refused"),
        ):  # fmt: skip
            response = self.decide(key, decision)
            self.assertEqual(self.offer(key).match, match)
            self.assertContains(response, 'value="reopen"')
            self.decide(key, "reopen")
            self.assertEqual(self.offer(key).match, "unsure")
        self.decide(self.vague.key, "make")
        self.assertTrue(Product.objects.filter(name="Brume noir").exists())

    def test_who_comes_second_is_told(self) -> None:
        self.at_desk(self.ines)
        self.decide(self.unsure.key, "none")
        self.assertContains(self.decide(self.unsure.key, "make"), "tranchée entre-temps")

    def test_another_product_is_found_by_words(self) -> None:
        galet = self.product(title="Clavier Galet")
        self.at_desk(self.ines)
        text = self.page(f"{QUEUE}?tab=unknown&offer={self.offer(self.vague.key).pk}&words=galet")
        self.assertIn(f"product:{galet.pk}", text)

    def test_it_shows_a_page_at_a_bounded_cost(self) -> None:
        self.at_desk(self.ines)
        self.page(f"{QUEUE}?tab=unknown")
        with self.assertNumQueries(15):
            self.page(f"{QUEUE}?tab=unknown")
        self.imported(*(row(title=f"Vague {n}", brand="", model="", gtin="") for n in range(30)), of=self.octave)
        with self.assertNumQueries(15 + 9 * 2):  # ten are shown, two queries for the candidates of each
            self.page(f"{QUEUE}?tab=unknown")

    def test_a_writer_looks_and_a_moderator_does_not(self) -> None:
        self.at_desk(self.camille)
        self.assertNotIn("data-key", self.page(QUEUE))
        self.assertEqual(self.decide(self.unsure.key, "none").status_code, 403)
        self.at_desk(self.sarah)
        self.assertEqual(self.client.get(QUEUE).status_code, 403)
