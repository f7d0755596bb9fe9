"""One row of a feed → one offer: prices, delivery, availability, as the fields of fields.py have them."""

import datetime as dt
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsroom.comparator import gtin, money
from newsroom.lib.cleaning import clean_line
from newsroom.lib.text import fold, plain, shortened

MAX_TEXT = {"key": 100, "title": 200, "brand": 80, "model": 80, "category": 120}
MAX_URL_CHARACTERS, MAX_IMAGE_URL_CHARACTERS = 2_000, 1_000
_IN_STOCK = {
    "in stock", "in_stock", "instock", "available", "limited availability", "yes", "true", "oui", "y", "en stock",
    "disponible", "vrai", "o",
}  # fmt: skip
_OUT_OF_STOCK = {
    "out of stock", "out_of_stock", "outofstock", "discontinued", "sold out", "no", "false", "non", "n", "epuise",
    "rupture", "en rupture", "rupture de stock", "indisponible", "hors stock", "faux",
}  # fmt: skip
_PREORDER = {"preorder", "pre order", "pre-order", "precommande", "presale"}
_BACKORDER = {"backorder", "back order", "available for order", "sur commande", "en reapprovisionnement"}
_CONDITIONS = {
    "refurbished": "refurbished", "reconditionne": "refurbished", "reconditioned": "refurbished",
    "used": "used", "occasion": "used", "d'occasion": "used", "second hand": "used",
}  # fmt: skip
_COUNT = re.compile(r"-?\d+(?:[.,]0+)?\Z")
_IN_ADDRESS = re.compile(r"[\s<>\"\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer as a feed lists it. Prices are cents; `delivery_cents` is None where the feed does not tell."""

    key: str
    title: str
    price_cents: int
    delivery_cents: int | None
    currency: str
    availability: str  # models.offer.Availability
    condition: str  # models.offer.Condition
    url: str
    image: str
    gtin: str  # 14 digits, or ""
    brand: str
    model: str
    category: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that makes no offer: why, and what the feed has there."""

    reason: str  # key, title, price, currency, url, not_for_sale, line
    what: str


@dataclass(frozen=True)
class Terms:
    """What a feed's rows are read with: the currency that is compared, the country delivered to, the moment."""

    currency: str
    country: str
    now: dt.datetime
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # fields.names_of


def offer_of(values: Mapping[str, str], terms: Terms) -> OfferRow | Skipped:
    """Return the offer of a row, by its plain names of columns; or why it is none."""
    found = {ours: _first(values, theirs) for ours, theirs in terms.names.items()}
    texts = {name: _text(found[name], limit) for name, limit in MAX_TEXT.items()}
    if not texts["key"] or len(found["key"].strip()) > MAX_TEXT["key"]:
        return Skipped("key", texts["title"] or found["url"][:100])
    if not texts["title"]:
        return Skipped("title", texts["key"])
    if fold(found["is_for_sale"]) in ("0", "no", "false", "non"):
        return Skipped("not_for_sale", texts["title"])
    url = _address(found["url"], MAX_URL_CHARACTERS)
    if not url:
        return Skipped("url", texts["title"])
    default = found["currency"].strip().upper()[:3] or terms.currency
    try:
        cents, currency = _price(found, default, terms.now)
    except money.NotAPrice as error:
        return Skipped("price", f"{texts['title'][:100]}: {error}")
    if currency != terms.currency:
        return Skipped("currency", f"{texts['title'][:100]}: {currency}")
    if not cents:
        return Skipped("price", f"{texts['title'][:100]}: 0")
    return OfferRow(
        **texts,
        price_cents=cents,
        delivery_cents=_delivery(found["delivery"], currency, terms.country),
        currency=currency,
        availability=_availability(found["availability"]),
        condition=_CONDITIONS.get(fold(found["condition"]), "new"),
        url=url,
        image=_address(found["image"], MAX_IMAGE_URL_CHARACTERS),
        gtin=gtin.normalised(found["gtin"]),
    )


def _first(values: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := values.get(name)) and value.strip()), "")


def _text(value: str, limit: int) -> str:
    """Return plain text on one line: feeds have tags and entities in names."""
    if "<" in value:
        value = plain(value)
    elif "&" in value:
        value = html.unescape(value)
    return shortened(" ".join(clean_line(value).split()), limit)


def _address(value: str, limit: int) -> str:
    """Return a whole http or https address; "" for anything else."""
    value = value.strip()
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return value if is_whole and len(value) <= limit and not _IN_ADDRESS.search(value) else ""


def _price(found: Mapping[str, str], default: str, now: dt.datetime) -> tuple[int, str]:
    """Return what is paid now: the sale's price while a sale lasts. Raises money.NotAPrice."""
    cents, currency = money.read(found["price"], default)
    if found["sale_price"] and _lasts(found["sale_dates"], now):
        sale, sale_currency = money.read(found["sale_price"], default)
        if 0 < sale < cents and sale_currency == currency:
            return sale, currency
    return cents, currency


def _lasts(dates: str, now: dt.datetime) -> bool:
    """Return whether a sale lasts: "2026-11-27T08:00+0100/2026-11-30T23:59+0100", always where nothing is said."""
    start, slash, end = dates.strip().partition("/")
    if not slash:
        return not dates.strip()
    try:
        moments = [dt.datetime.fromisoformat(text.strip()) for text in (start, end)]
    except ValueError:
        return False  # the price that holds in any case
    first, last = (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC) for moment in moments)
    return first <= now <= last


def _delivery(text: str, currency: str, country: str) -> int | None:
    """Return what delivery costs, in cents: "4,99 €", or the lowest of Google's "FR:::4.99 EUR,BE:::9.99 EUR" for the
    country. None where the feed does not tell."""
    prices = []
    for part in _shipping_parts(text):
        place, colon, price = part.rpartition(":")
        if colon and place.partition(":")[0].strip().upper() not in ("", country):
            continue
        try:
            cents, of = money.read(price, currency)
        except money.NotAPrice:
            continue
        if of == currency:
            prices.append(cents)
    return min(prices, default=None)


def _shipping_parts(text: str) -> list[str]:
    """Google parts several by commas, which stand in prices too: only what has colons is parted."""
    if ":" not in text:
        return [text] if text.strip() else []
    return re.split(r",(?=\s*[A-Za-z]{2}:|\s*:)", text)


def _availability(text: str) -> str:
    word = fold(text).replace("_", " ").removeprefix("https://schema.org/").removeprefix("http://schema.org/")
    if _COUNT.match(word):
        return "out_of_stock" if word.startswith("-") or not word.strip("0.,") else "in_stock"
    for name, words in (
        ("in_stock", _IN_STOCK), ("out_of_stock", _OUT_OF_STOCK), ("preorder", _PREORDER), ("backorder", _BACKORDER),
    ):  # fmt: skip
        if word in words:
            return name
    return "unknown"
