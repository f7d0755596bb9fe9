"""Which product an offer is for."""

from newsroom.comparator.matching import Known, candidates
from newsroom.comparator.models.offer import Match
from tests.newsroom.comparator.base import ComparatorTestCase, code, row


class MatchingTests(ComparatorTestCase):
    def setUp(self) -> None:
        self.brume = self.product(title="Casque Brume", brand="Aulne", model="AU-1", gtin=code(900))

    def verdict(self, **said: str) -> tuple[str, object]:
        """Return how an offer is matched that says only this, and with what."""
        values = {"title": "Tout autre chose", "brand": "", "model": "", "gtin": "", **said}
        offer = row(**values)
        found = Known.to([offer]).verdict(offer)
        return found.match.value, found.product

    def test_it_goes_by_the_bar_code_whatever_the_name(self) -> None:
        self.assertEqual(self.verdict(gtin=code(900), title="Hoofdtelefoon"), ("gtin", self.brume))

    def test_it_goes_by_brand_and_model_however_they_are_written(self) -> None:
        self.assertEqual(self.verdict(brand="AULNE", model="au 1"), ("model", self.brume))
        self.assertEqual(self.verdict(brand="Sirocco", model="AU-1"), ("unknown", None), "another brand's AU-1")

    def test_it_goes_by_the_whole_name(self) -> None:
        self.assertEqual(self.verdict(title="CASQUE  brume"), ("name", self.brume))
        self.assertEqual(self.verdict(title="Casque Brume 2"), ("unknown", None))

    def test_it_is_unsure_where_the_bar_code_contradicts_the_rest(self) -> None:
        self.assertEqual(self.verdict(brand="Aulne", model="AU-1", gtin=code(901)), ("unsure", None))
        self.assertEqual(self.verdict(title="Casque Brume", gtin=code(901)), ("unsure", None))

    def test_another_brands_product_of_that_name_is_another_product(self) -> None:
        self.assertEqual(self.verdict(title="Casque Brume", brand="Sirocco"), ("unknown", None))

    def test_it_is_unsure_where_two_products_have_the_name(self) -> None:
        self.product(title="Casque Brume", brand="Sirocco", model="S-1", gtin=code(902))
        self.assertEqual(self.verdict(title="Casque Brume"), ("unsure", None))

    def test_it_proposes_the_likeliest_first(self) -> None:
        self.product(title="Casque Galet", brand="Aulne", model="AU-2")
        self.product(title="Clavier Brume", brand="Tessière", model="T-1")
        names = [product.name for product in candidates(row(title="Casque sans fil Brume noir", brand="", gtin=""))]
        self.assertEqual(names[0], "Casque Brume")
        self.assertEqual(set(names), {"Casque Brume", "Casque Galet", "Clavier Brume"})

    def test_it_asks_as_much_for_many_offers_as_for_one(self) -> None:
        for number in (1, 40):
            offers = [row() for _ in range(number)]
            with self.assertNumQueries(3):
                self.assertEqual(Known.to(offers).verdict(offers[0]).match, Match.UNKNOWN)
