"""Prices: whole cents, read from what feeds write and written as readers read them."""

import re
from decimal import ROUND_HALF_UP, Decimal

from newsroom.lib.languages import NNBSP, language_of

NBSP = "\u00a0"
MAX_CENTS = 2_000_000_000  # what a column of 32 bits holds
SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_CODE = re.compile(r"\b[A-Z]{3}\b")
_NUMBER = re.compile(r"\d[\d.,]*")
_SPACES = re.compile(r"[\s'\u2019]+")


class NotAPrice(ValueError):
    """A text that is no price, or that could be two: "1.299" is 1,299 or 1.30."""


def read(text: str, currency: str) -> tuple[int, str]:
    """Return the cents and the currency of a price: "12.99 EUR", "1 299,00 €", "EUR 1,299.00". Raises NotAPrice.

    `currency` is the one of a text that names none. All currencies are taken to have hundredths.
    """
    code = _CODE.search(text.upper())
    sign = next((sign for sign in SIGNS if sign in text), "")
    named = code[0] if code else SIGNS.get(sign, currency)
    number = _NUMBER.search(_SPACES.sub("", text))
    if not number or "-" in text:
        raise NotAPrice(text[:40])
    cents = (Decimal(_decimal(number[0])) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    if cents > MAX_CENTS:
        raise NotAPrice(text[:40])
    return int(cents), named


def _decimal(number: str) -> str:
    """Return a number with a decimal point and nothing that groups its thousands. Raises NotAPrice."""
    number = number.rstrip(".,")
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return number
    whole, decimals, mark = number[:last], number[last + 1 :], number[last]
    other = "," if mark == "." else "."
    if mark in whole:  # "1,299,000": it groups
        if other in whole:
            raise NotAPrice(number)
        return number.replace(mark, "")
    if len(decimals) == 3 and other not in whole and whole.strip("0"):
        raise NotAPrice(number)  # thousands for some, thousandths for others
    return f"{whole.replace(other, '')}.{decimals}"


def shown(cents: int, currency: str, language: str) -> str:
    """Return a price as readers of a language write it: "1 299,00 €" in French, "€1,299.00" in English."""
    sign = next((sign for sign, code in SIGNS.items() if code == currency), "")
    number = f"{cents // 100:,}.{cents % 100:02d}"
    if language_of(language).name == "Français":
        return f"{number.replace(',', NNBSP).replace('.', ',')}{NBSP}{sign or currency}"
    return f"{sign}{number}" if sign else f"{currency}{NBSP}{number}"
