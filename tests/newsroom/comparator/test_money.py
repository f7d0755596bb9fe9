"""Prices as feeds write them, and as readers read them."""

from unittest import TestCase

from newsroom.comparator.money import NotAPrice, read, shown

PRICES = (
    ("12.99 EUR", 1299, "EUR"), ("12,99", 1299, "EUR"), ("1 299,00 €", 129_900, "EUR"),
    ("EUR 1,299.00", 129_900, "EUR"),
    ("1.299,00", 129_900, "EUR"), ("1\u202f299,5\u00a0€", 129_950, "EUR"), ("$12", 1200, "USD"), ("0.999", 100, "EUR"),
    ("1,299,000", 129_900_000, "EUR"), ("1299.0000", 129_900, "EUR"), ("12'345.60 CHF", 1_234_560, "CHF"),
    ("12.", 1200, "EUR"), ("19.995", None, ""), ("1.299", None, ""), ("1,299", None, ""), ("-5", None, ""),
    ("gratuit", None, ""), ("", None, ""), ("1,2.3,4", None, ""), ("99999999999", None, ""),
)  # fmt: skip


class MoneyTests(TestCase):
    def test_it_reads_what_feeds_write_and_refuses_what_could_be_two_prices(self) -> None:
        for text, cents, currency in PRICES:
            if cents is None:
                with self.assertRaises(NotAPrice, msg=text):
                    read(text, "EUR")
            else:
                self.assertEqual(read(text, "EUR"), (cents, currency), text)

    def test_it_writes_them_as_each_language_does(self) -> None:
        self.assertEqual(shown(129_900, "EUR", "fr"), "1\u202f299,00\u00a0€")
        self.assertEqual(shown(5, "EUR", "fr-CA"), "0,05\u00a0€")
        self.assertEqual(shown(129_900, "EUR", "en"), "€1,299.00")
        self.assertEqual(shown(1000, "CHF", "en"), "CHF\u00a010.00")
