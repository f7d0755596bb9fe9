"""Feeds of merchants: CSV and XML of Google's, Awin's and Effiliation's names, whole and damaged."""

import datetime as dt
import gzip
import tempfile
from pathlib import Path
from typing import Any
from unittest import TestCase

from newsroom.comparator.feeds.offers import OfferRow, Skipped, Terms
from newsroom.comparator.feeds.reading import read
from newsroom.comparator.feeds.source import Unreadable

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
TERMS = Terms("EUR", "FR", NOW)
GOOGLE_CSV = (
    "id,title,link,image_link,price,sale_price,shipping,gtin,brand,mpn,availability,condition,product_type\n"
    'a1,"Casque ""Brume"", noir",https://m.example/a1,https://m.example/a1.jpg,199.90 EUR,,'
    '"FR:::4.99 EUR,BE:::9.99 EUR",4006381333931,Aulne,AU-1,in stock,new,Casques > Sans fil\n'
)
AWIN_CSV = (
    "aw_deep_link|product_name|merchant_product_id|aw_product_id|search_price|delivery_cost|currency|ean|brand_name|"
    "mpn|in_stock|is_for_sale\n"
    "https://awin.example/1|Casque Brume|m-1|900|199.90|4.99|EUR|4006381333931|Aulne|AU-1|1|1\n"
    "https://awin.example/2|Casque épuisé|m-2|901|99.90||EUR||Aulne|AU-2|0|1\n"
    "https://awin.example/3|Casque retiré|m-3|902|99.90||EUR||Aulne|AU-3|1|0\n"
)
EFFILIATION_CSV = (
    "id_produit;nom;prix;devise;url_produit;url_image;marque;ean;frais_de_port;disponibilite;categorie\n"
    "7;Casque Brume;1 199,90;EUR;https://e.example/7;https://e.example/7.jpg;Aulne;4006381333931;4,99;"
    "En stock;Casques\n"
)
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
    "<title>Boutique</title><link>https://m.example/</link>"
    "<item><title>Casque R&amp;D</title><link>https://m.example/a1</link><g:id>a1</g:id><g:title>Casque Brume</g:title>"
    "<g:price>199.90 EUR</g:price><g:gtin>4006381333931</g:gtin><g:brand>Aulne</g:brand><g:mpn>AU-1</g:mpn>"
    "<g:availability>preorder</g:availability>"
    "<g:shipping><g:country>BE</g:country><g:price>1.99 EUR</g:price></g:shipping>"
    "<g:shipping><g:country>FR</g:country><g:service>Point relais</g:service><g:price>3.99 EUR</g:price></g:shipping>"
    "<g:shipping><g:country>FR</g:country><g:price>5.99 EUR</g:price></g:shipping></item></channel></rss>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Boutique</title>'
    '<link href="https://m.example/"/><entry><g:id>a1</g:id><title>Casque Brume</title>'
    '<link rel="self" href="https://m.example/api/a1"/><link href="https://m.example/a1"/>'
    "<g:price>199.90 EUR</g:price></entry></feed>"
)


class FeedTestCase(TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def read(self, body: str | bytes, **options: Any) -> list[OfferRow | Skipped]:
        path = self.folder / "feed"
        path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return list(read(path, TERMS, **options))

    def offer(self, body: str | bytes, **options: Any) -> OfferRow:
        (found,) = self.read(body, **options)
        assert isinstance(found, OfferRow), found
        return found

    def code(self, body: str | bytes, **options: Any) -> str:
        with self.assertRaises(Unreadable) as caught:
            self.read(body, **options)
        return caught.exception.code


class FormatTests(FeedTestCase):
    def test_it_reads_googles_columns(self) -> None:
        self.assertEqual(
            self.offer(GOOGLE_CSV),
            OfferRow(
                key="a1", title='Casque "Brume", noir', price_cents=19_990, delivery_cents=499, currency="EUR",
                availability="in_stock", condition="new", url="https://m.example/a1",
                image="https://m.example/a1.jpg", gtin="04006381333931", brand="Aulne", model="AU-1",
                category="Casques > Sans fil",
            ),
        )  # fmt: skip

    def test_it_reads_awins_columns_and_what_is_not_for_sale(self) -> None:
        first, sold_out, withdrawn = self.read(AWIN_CSV)
        assert isinstance(first, OfferRow) and isinstance(sold_out, OfferRow)
        self.assertEqual((first.key, first.url, first.delivery_cents), ("m-1", "https://awin.example/1", 499))
        self.assertEqual((sold_out.availability, sold_out.delivery_cents), ("out_of_stock", None))
        self.assertEqual(withdrawn, Skipped("not_for_sale", "Casque retiré"))

    def test_it_reads_effiliations_columns(self) -> None:
        found = self.offer(EFFILIATION_CSV)
        self.assertEqual((found.key, found.price_cents, found.delivery_cents), ("7", 119_990, 499))
        self.assertEqual((found.brand, found.availability, found.category), ("Aulne", "in_stock", "Casques"))

    def test_it_reads_rss_with_googles_names_before_its_own(self) -> None:
        found = self.offer(RSS)
        self.assertEqual(
            (found.title, found.url, found.availability), ("Casque Brume", "https://m.example/a1", "preorder")
        )
        self.assertEqual(found.delivery_cents, 399, "the cheapest way to France")

    def test_it_reads_atom_with_the_link_to_the_page(self) -> None:
        found = self.offer(ATOM)
        self.assertEqual(
            (found.url, found.delivery_cents, found.availability), ("https://m.example/a1", None, "unknown")
        )

    def test_it_reads_what_is_packed(self) -> None:
        self.assertEqual(self.offer(gzip.compress(GOOGLE_CSV.encode())).key, "a1")

    def test_it_reads_the_encodings_that_merchants_use(self) -> None:
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
            body = "id;title;price;link\n1;Écran à 60 Hz – l’été;9,90;https://m.example/\n"
            self.assertEqual(self.offer(body.encode(encoding)).title, "Écran à 60 Hz – l’été", encoding)

    def test_it_takes_a_merchants_own_names_first(self) -> None:
        body = "N°\tDésignation\tPrix public\tprice\tAdresse\n1\tCasque\t10,00\t99.00\thttps://m.example/\n"
        columns = {"key": "N°", "title": "Désignation", "price": "Prix public", "url": "Adresse"}
        self.assertEqual(self.offer(body, columns=columns).price_cents, 1000)

    def test_it_shows_plain_text_for_tags_and_entities(self) -> None:
        for name in ("<b>R&amp;D</b> &eacute;cran", "R&amp;D &eacute;cran", "R&D écran"):
            body = f'id,title,price,link\n1,"{name}",9,https://m.example/\n'
            self.assertEqual(self.offer(body).title, "R&D écran")


class RowTests(FeedTestCase):
    def row(self, **values: str) -> OfferRow | Skipped:
        values = {"id": "1", "title": "Casque", "price": "9.90 EUR", "link": "https://m.example/", **values}
        lines = ["\t".join(values), "\t".join(values.values())]
        (found,) = self.read("\n".join(lines))
        return found

    def test_it_tells_why_a_row_is_no_offer(self) -> None:
        for reason, values in (
            ("key", {"id": ""}), ("key", {"id": "9" * 101}), ("title", {"title": " "}), ("price", {"price": "gratuit"}),
            ("price", {"price": "0"}), ("price", {"price": "1.299"}), ("currency", {"price": "9 USD"}),
            ("url", {"link": "javascript:alert(1)"}), ("url", {"link": "https://a@m.example/"}),
            ("url", {"link": "/a"}),
        ):  # fmt: skip
            found = self.row(**values)
            self.assertIsInstance(found, Skipped, values)
            assert isinstance(found, Skipped)
            self.assertEqual(found.reason, reason, values)

    def test_it_takes_a_sales_price_while_the_sale_lasts(self) -> None:
        for dates, cents in (
            ("", 500), ("2026-11-01T00:00Z/2026-12-01T00:00Z", 500), ("2026-12-01T00:00Z/2026-12-02T00:00Z", 990),
            ("2026-11-01T00:00/2026-11-02T00:00", 990), ("demain/hier", 990),
        ):  # fmt: skip
            found = self.row(sale_price="5 EUR", sale_price_effective_date=dates)
            assert isinstance(found, OfferRow)
            self.assertEqual(found.price_cents, cents, dates)

    def test_it_reads_availability_in_words_and_numbers(self) -> None:
        for text, expected in (
            ("in_stock", "in_stock"), ("Disponible", "in_stock"), ("12", "in_stock"), ("0", "out_of_stock"),
            ("Rupture de stock", "out_of_stock"), ("https://schema.org/PreOrder", "preorder"),
            ("backorder", "backorder"),
            ("bientôt", "unknown"), ("", "unknown"),
        ):  # fmt: skip
            found = self.row(availability=text)
            assert isinstance(found, OfferRow)
            self.assertEqual(found.availability, expected, text)


class DamageTests(FeedTestCase):
    def test_it_says_which_columns_are_missing(self) -> None:
        with self.assertRaises(Unreadable) as caught:
            self.read("id;title\n1;Casque\n")
        self.assertEqual((caught.exception.code, caught.exception.detail), ("columns", "price, url"))

    def test_it_refuses_what_is_no_feed(self) -> None:
        self.assertEqual(self.code(b""), "columns")
        self.assertEqual(self.code("Bonjour,\nvoici nos prix.\n"), "columns")
        self.assertEqual(self.code("id;title;price;link\n"), "no_offers")
        self.assertEqual(self.code("<html><body><p>404</p></body></html>"), "no_offers")
        self.assertEqual(self.code("id;title;price;link\n" + "x" * 600_000), "malformed")

    def test_it_refuses_any_dtd(self) -> None:
        bomb = '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        self.assertEqual(self.code(f"{bomb}<rss><channel><item><id>&b;</id></item></channel></rss>"), "dtd")

    def test_it_gives_what_stands_before_a_fault(self) -> None:
        path = self.folder / "feed"
        path.write_text(RSS.replace("</channel></rss>", "<item><g:id>a2</g:id><"))
        found = read(path, TERMS)
        self.assertIsInstance(next(found), OfferRow)
        with self.assertRaises(Unreadable) as caught:
            next(found)
        self.assertEqual(caught.exception.code, "malformed")

    def test_it_refuses_what_is_packed_and_cut_short(self) -> None:
        self.assertEqual(self.code(gzip.compress(GOOGLE_CSV.encode() * 50)[:-40]), "malformed")

    def test_it_goes_on_after_a_line_that_cannot_be_read(self) -> None:
        body = f'id;title;price;link\n1;"{"x" * 140_000}";9;https://m.example/\n2;Casque;9;https://m.example/\n'
        bad, good = self.read(body)
        assert isinstance(bad, Skipped) and isinstance(good, OfferRow)
        self.assertEqual((bad.reason, good.key), ("line", "2"))

    def test_it_cuts_what_no_field_needs(self) -> None:
        body = RSS.replace("<g:brand>Aulne</g:brand>", f"<g:brand>{'Aulne ' * 100_000}</g:brand>")
        self.assertLessEqual(len(self.offer(body).brand), 80)

    def test_it_tells_how_far_it_has_read(self) -> None:
        seen: list[int] = []
        self.read(GOOGLE_CSV, on_read=seen.append)
        self.assertEqual(seen[-1], len(GOOGLE_CSV.encode()))
