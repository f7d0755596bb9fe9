"""The search for products: a table of what is typed and what must be found."""

from newsroom.comparator import search
from newsroom.comparator.models import Product
from tests.newsroom.comparator.base import ComparatorTestCase, code, row

# What is typed → the products that are found, the first first; the reason stands beside each.
TYPED = (
    ("casque", ["Casque Brume", "Casque d’Été R&D"], "a word: the one that more merchants offer first"),
    ("CASQUE ete", ["Casque d’Été R&D"], "no accents, no capitals, an elision"),
    ("casq bru", ["Casque Brume"], "beginnings of words, in any order"),
    ("brume casque", ["Casque Brume"], "the other way round"),
    ("sms921b", ["Smartphone Halcyon 5G"], "a model’s number as one word"),
    ("SM-S921B", ["Smartphone Halcyon 5G"], "as its maker writes it"),
    ("sm s 921 b", ["Smartphone Halcyon 5G"], "parted otherwise"),
    ("5g", ["Smartphone Halcyon 5G"], "a short word with a digit"),
    ("r&d", ["Casque d’Été R&D"], "signs part words"),
    ("4006381333931", ["Smartphone Halcyon 5G"], "a bar code"),
    ("400 6381 333931", ["Smartphone Halcyon 5G"], "as people type it"),
    ("halcyon", ["Smartphone Halcyon 5G"], "a brand"),
    ("casque halcyon", [], "no product has both"),
    ("zorglub", [], "nothing"),
    ("%' OR 1=1 --", [], "signs of a database’s language are no words"),
    ("★ 🎧", [], "no word at all"),
    ("brume " * 500, ["Casque Brume"], "far too long"),
)


class SearchTests(ComparatorTestCase):
    def setUp(self) -> None:
        brume = row(title="Casque Brume", gtin=code(1))
        self.imported(
            brume, row(title="Casque d’Été R&D"),
            row(title="Smartphone Halcyon 5G", brand="Halcyon", model="SM-S921B", gtin="04006381333931", category=""),
        )  # fmt: skip
        self.imported(row(gtin=code(1)), of=self.octave)

    def test_it_finds_what_was_meant(self) -> None:
        for typed, expected, why in TYPED:
            found = search.find(search.typed(typed))
            self.assertEqual([product.name for product in found.products], expected, why)

    def test_with_nothing_typed_it_gives_what_most_merchants_offer(self) -> None:
        Product.objects.create(name="Sans offre", slug="sans-offre")
        names = [product.name for product in search.find("").products]
        self.assertEqual((names[0], len(names)), ("Casque Brume", 3))

    def test_it_asks_a_query_for_each_word_and_one_more_however_many_products(self) -> None:
        for _round in range(2):
            with self.assertNumQueries(3):
                search.find("casque brume")
            with self.assertNumQueries(1):
                search.find("casque")
            self.imported(*(row() for _ in range(60)))

    def test_it_goes_page_by_page(self) -> None:
        self.imported(*(row(title=f"Manette {n:02d}") for n in range(30)))
        first, second = search.find("manette"), search.find("manette", 2)
        self.assertEqual((len(first.products), first.has_more), (24, True))
        self.assertEqual([row.name for row in second.products], [f"Manette {n:02d}" for n in range(24, 30)])
        self.assertFalse(second.has_more)

    def test_it_knows_a_products_page_by_its_address(self) -> None:
        address = f"{self.kg.origin}/comparateur/casque-brume/"
        for suffix in ("", "?utm_source=x", "#alert-title"):
            found = search.product_at(address + suffix, [self.kg])
            assert found is not None
            self.assertEqual(found.name, "Casque Brume")
        for other in (address.replace("brume", "brume-2"), "https://autre.example/comparateur/casque-brume/"):
            self.assertIsNone(search.product_at(other, [self.kg]))
