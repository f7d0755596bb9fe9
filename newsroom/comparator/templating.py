"""What readers' templates may use of the Comparateur: prices, and counts in words."""

import datetime as dt

from django.utils.translation import get_language, ngettext, pgettext_lazy
from markupsafe import Markup, escape

from newsroom.comparator import money
from newsroom.comparator.addresses import compare_url, how_url
from newsroom.lib.languages import FALLBACK, language_of
from newsroom.templating import PageNames


def price(cents: int, currency: str) -> str:
    """Return a price in the page's language: {{ offer.total_cents|price(offer.currency) }}."""
    return money.shown(cents, currency, get_language() or FALLBACK)


def data_price(cents: int) -> Markup:
    """Return a price for programs: "1299.00"."""
    return escape(f"{cents // 100}.{cents % 100:02d}")


def round_price(cents: int, currency: str) -> str:
    """Return a price without cents, for the axis of a drawing."""
    shown = price(cents, currency)
    return shown.replace(",00", "").replace(".00", "")


def day(moment: dt.date) -> str:
    """Return a day in the page's language: "3 mars 2026"."""
    code = get_language() or FALLBACK
    first = "1er" if moment.day == 1 and code.startswith("fr") else str(moment.day)
    return f"{first} {language_of(code).long_months[moment.month - 1]} {moment.year}"


def merchants_in_words(number: int) -> str:
    """Return "1 merchant", "4 merchants"."""
    return ngettext("%(n)d merchant", "%(n)d merchants", number) % {"n": number}


NAMES = PageNames(
    values={
        "compare_url": compare_url,
        "how_url": how_url,
        "merchants_in_words": merchants_in_words,
        "ad_label": pgettext_lazy("offer", "Ad"),
    },
    filters={"price": price, "data_price": data_price, "round_price": round_price, "day": day},
)
