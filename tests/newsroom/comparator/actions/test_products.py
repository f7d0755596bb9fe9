"""Products as the desk writes them."""

from django.core.exceptions import ValidationError

from newsroom.comparator.actions.products import save_product
from newsroom.comparator.models import Product
from newsroom.pagecache.models import Purge
from newsroom.publications.permissions import Forbidden
from tests.newsroom.comparator.base import ComparatorTestCase, code


class ProductTests(ComparatorTestCase):
    def test_it_adds_one_with_words_and_a_slug(self) -> None:
        made = save_product(Product(name="Écran Œil", brand="Orme", gtin="4006381333931"), by=self.ines)
        self.assertEqual((made.slug, made.gtin), ("ecran-oeil", "04006381333931"))
        self.assertEqual({bytes(row.word) for row in made.word_rows.all()}, {b"ecran", b"oeil", b"orme"})

    def test_a_new_name_is_found_and_shown_and_the_address_stays(self) -> None:
        product = self.product(title="Casque Brume")
        Purge.objects.all().delete()
        product.name = "Casque Galet"
        save_product(product, by=self.ines)
        self.assertEqual(Product.objects.get(pk=product.pk).slug, "casque-brume")
        words = {bytes(row.word) for row in product.word_rows.all()}
        self.assertIn(b"galet", words)
        self.assertNotIn(b"brume", words)
        self.assertTrue(Purge.objects.filter(tag=f"product:{product.pk}").exists())

    def test_it_refuses_a_bar_code_that_is_wrong_or_another_ones(self) -> None:
        self.product(gtin=code(1))
        for gtin in ("4006381333932", code(1)):
            with self.assertRaises(ValidationError):
                save_product(Product(name="Écran", gtin=gtin), by=self.ines)

    def test_a_writer_may_not(self) -> None:
        with self.assertRaises(Forbidden):
            save_product(Product(name="Écran"), by=self.camille)
