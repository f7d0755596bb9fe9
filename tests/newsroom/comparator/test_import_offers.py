"""The command import_offers: what it prints, what it writes, how it ends."""

import io
import tempfile
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper

from newsroom.comparator.models import Offer, Product
from tests.newsroom.comparator.base import ComparatorTestCase

GOOD = "id;title;price;link;brand;mpn\n1;Casque Brume;10,00;https://m.example/1;Aulne;A1\n"


class ImportOffersTests(ComparatorTestCase):
    def setUp(self) -> None:
        self.file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "offers.csv"

    def run_it(self, body: str = GOOD, **options: Any) -> str:
        self.file.write_text(body, encoding="utf-8")
        out = io.StringIO()
        call_command(
            "import_offers", str(self.file), stdout=OutputWrapper(out), **{"merchant": "electro-bastide", **options}
        )
        return out.getvalue()

    def failure(self, body: str = GOOD, **options: Any) -> tuple[str, int]:
        with self.assertRaises(CommandError) as caught:
            self.run_it(body, **options)
        return str(caught.exception), caught.exception.returncode

    def test_it_says_what_it_did_and_changes_nothing_the_second_time(self) -> None:
        self.assertIn("Offers: 1 new, 0 changed, 0 as before. Products added: 1.", self.run_it(paid=True))
        self.assertTrue(Offer.objects.get().is_paid)
        self.assertIn("Offers: 0 new, 0 changed, 1 as before.", self.run_it(paid=True))

    def test_a_dry_run_says_it_and_writes_nothing(self) -> None:
        self.assertIn("Offers: 1 new", self.run_it(dry_run=True))
        self.assertFalse(Offer.objects.exists() or Product.objects.exists())

    def test_it_adds_no_products_where_it_is_told_so(self) -> None:
        self.assertIn("1 unknown", self.run_it(known_products_only=True))
        self.assertFalse(Product.objects.exists())

    def test_rows_that_were_not_taken_end_it_with_3(self) -> None:
        message, code = self.failure(GOOD + "2;Galet;gratuit;https://m.example/2;;\n")
        self.assertEqual((code, Offer.objects.count()), (3, 1))
        self.assertIn("1 rows", message)

    def test_what_cannot_be_read_ends_it_with_1_and_says_why(self) -> None:
        for body, words in (("bonjour", "columns"), ("id;title\n1;A\n", "price, url"), ("<a/>", "no_offers")):
            message, code = self.failure(body)
            self.assertEqual(code, 1, body)
            self.assertIn(words, message)
        self.assertEqual(
            self.failure("id;title;price;link\n1;Galet;gratuit;https://m.example/2\n")[1], 1, "not one was"
        )

    def test_it_names_the_merchants_that_are_known(self) -> None:
        message, code = self.failure(merchant="inconnu")
        self.assertEqual(code, 1)
        self.assertIn("chez-octave, electro-bastide", message)
        self.assertIn("There is no file", self.failure_of_file("/nowhere.csv"))

    def failure_of_file(self, path: str) -> str:
        with self.assertRaises(CommandError) as caught:
            call_command("import_offers", path, merchant="electro-bastide")
        return str(caught.exception)
