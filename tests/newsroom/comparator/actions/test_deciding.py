"""The desk's decisions about offers without a product."""

from newsroom.comparator.actions import deciding
from newsroom.comparator.actions.deciding import DecidedMeanwhile
from newsroom.comparator.models import Offer, PricePoint, Product
from newsroom.publications.permissions import Forbidden
from tests.newsroom.comparator.base import ComparatorTestCase, code, row


class DecidingTests(ComparatorTestCase):
    def setUp(self) -> None:
        self.brume = self.product(title="Casque Brume", gtin=code(1))
        self.vague = row(title="Brume noir", brand="", model="", gtin="", price_cents=5_000)
        self.imported(self.vague, of=self.octave)

    @property
    def waiting(self) -> Offer:
        return self.offer(self.vague.key)

    def test_it_gives_an_offer_its_product_whose_price_follows(self) -> None:
        deciding.assign(self.waiting, self.brume, by=self.ines)
        self.assertEqual((self.waiting.product, self.waiting.match), (self.brume, "person"))
        self.brume.refresh_from_db()
        self.assertEqual(self.brume.offer_count, 2)
        self.assertEqual(PricePoint.objects.get().cents, 5_500)

    def test_it_makes_a_product_that_is_found(self) -> None:
        made = deciding.make_product(self.waiting, by=self.ines).product
        assert made is not None
        self.assertEqual((made.name, made.offer_count), ("Brume noir", 0))
        self.assertEqual(Product.objects.get(pk=made.pk).offer_count, 1)
        self.assertTrue(made.word_rows.filter(word=b"noir").exists())

    def test_a_product_that_is_made_takes_no_other_ones_bar_code(self) -> None:
        contested = row(title="Casque Brume", brand="Aulne", model="X", gtin=code(2))
        self.imported(contested, of=self.octave)
        self.assertEqual(self.offer(contested.key).match, "unsure")
        Product.objects.filter(pk=self.brume.pk).update(gtin=code(2))
        made = deciding.make_product(self.offer(contested.key), by=self.ines).product
        assert made is not None
        self.assertIsNone(made.gtin)

    def test_it_sets_aside_and_takes_back(self) -> None:
        deciding.set_aside(self.waiting, by=self.ines)
        self.assertEqual(self.waiting.match, "refused")
        deciding.reopen(self.waiting, by=self.ines)
        self.assertEqual((self.waiting.match, self.waiting.product), ("unsure", None))
        deciding.assign(self.waiting, self.brume, by=self.ines)
        deciding.reopen(self.waiting, by=self.ines)
        self.brume.refresh_from_db()
        self.assertEqual(self.brume.offer_count, 1)

    def test_the_second_of_two_people_is_told(self) -> None:
        seen = self.waiting
        deciding.set_aside(self.waiting, by=self.ines)
        for act in (deciding.make_product, deciding.set_aside):
            with self.assertRaises(DecidedMeanwhile):
                act(seen, by=self.thomas)
        with self.assertRaises(DecidedMeanwhile):
            deciding.reopen(Offer.objects.filter(match="gtin")[0], by=self.thomas)

    def test_a_writer_may_not(self) -> None:
        with self.assertRaises(Forbidden):
            deciding.assign(self.waiting, self.brume, by=self.camille)
        with self.assertRaises(Forbidden):
            deciding.set_aside(self.waiting, by=self.zoe)
