"""The sitemaps of products."""

from typing import ClassVar
from xml.etree import ElementTree

from newsroom.comparator.models import Product
from newsroom.comparator.views import sitemaps
from tests.newsroom.comparator.base import ComparatorTestCase

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


class ProductSitemapTests(ComparatorTestCase):
    products: ClassVar[list[Product]]

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.products = [cls.product(cls(), title=f"Casque Brume {n}") for n in range(3)]
        Product.objects.create(name="Ce que personne ne vend", slug="personne")

    def locations(self, path: str) -> list[str]:
        response = self.read(path)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/xml; charset=utf-8")
        return [str(row.text) for row in ElementTree.fromstring(response.content).iter(LOC)]

    def test_robots_are_led_to_every_product_that_is_offered(self) -> None:
        self.assertIn(f"Sitemap: {self.kg.origin}/sitemap-products.xml\n", self.read("/robots.txt").content.decode())
        [first] = self.locations("/sitemap-products.xml")
        self.assertEqual(first, f"{self.kg.origin}/sitemap-products-0.xml")
        pages = self.locations("/sitemap-products-0.xml")
        self.assertEqual(pages, [f"{self.kg.origin}/comparateur/{row.slug}/" for row in self.products])

    def test_no_sitemap_grows_past_its_block(self) -> None:
        sitemaps.BLOCK, before = 1, sitemaps.BLOCK
        self.addCleanup(setattr, sitemaps, "BLOCK", before)
        maps = self.locations("/sitemap-products.xml")
        self.assertEqual(len(maps), 3)
        self.assertEqual([len(self.locations(url.removeprefix(self.kg.origin))) for url in maps], [1, 1, 1])

    def test_the_queries_are_one_and_the_site_s_own(self) -> None:
        for path in ("/sitemap-products.xml", "/sitemap-products-0.xml"):
            self.read(path)
            with self.assertNumQueries(2):
                self.read(path)

    def test_there_is_none_of_no_products_nor_on_a_site_that_compares_no_prices(self) -> None:
        for path in ("/sitemap-products-7.xml", "/sitemap-products-99999999999999999999.xml"):
            self.assertEqual(self.read(path).status_code, 404)
        self.assertEqual(self.read("/sitemap-products.xml", self.ia).status_code, 404)
        self.assertNotIn("products", self.read("/robots.txt", self.ia).content.decode())
