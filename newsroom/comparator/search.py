"""The search for products: by their words, at a cost that does not grow with how many there are; by bar code."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from newsroom.comparator import gtin
from newsroom.comparator.addresses import compare_url
from newsroom.comparator.models import Product, ProductWord
from newsroom.comparator.words import MAX_WORD_CHARACTERS, compact, words_of
from newsroom.lib.cleaning import clean_line
from newsroom.publications.models import Publication

MAX_TYPED_CHARACTERS = 200
MOST_WORDS = 8  # of what was typed
MOST_FOUND = 2_000  # of more, those with the first spelling
PAGE = 24


@dataclass(frozen=True)
class Found:
    """A page of products, the most offered first, and whether there are more."""

    products: list[Product]
    has_more: bool


def typed(text: str) -> str:
    """Return what was typed as it is searched for and shown again."""
    return " ".join(clean_line(text[:MAX_TYPED_CHARACTERS]).split())


def find(text: str, page: int = 1) -> Found:
    """Return the products that were searched for; with nothing typed, those that most merchants offer.

    A query for each word, and one more.
    """
    if not text:
        return _page(Product.objects.filter(offer_count__gt=0), page)
    found = _page(matching(text), page)
    if not found.products and page == 1 and (whole := compact(text).encode()[:MAX_WORD_CHARACTERS]):
        found = _page(Product.objects.filter(pk__in_first=_with([whole])), page)  # "SM S921 B" of "SMS921B"
    return found


def matching(text: str) -> QuerySet[Product]:
    """Return the products that have, for each word typed, one that begins with it; or the one of a bar code.

    The rarest word gives the products, the others are looked up for each of them.
    """
    code = gtin.normalised(text)
    if code and Product.objects.filter(gtin=code).exists():
        return Product.objects.filter(gtin=code)
    words = sorted(words_of(text), key=lambda word: (-len(word), word))[:MOST_WORDS]
    return Product.objects.filter(pk__in_first=_with(words)) if words else Product.objects.none()


def _with(words: list[bytes]) -> Any:
    """Return a query for the ids of products that have a word with each of these beginnings."""
    rarest = words[0]
    if len(words) > 1:
        rarest = min(words, key=_frequency)
    rows = ProductWord.objects.beginning_with(rarest)
    for word in words:
        if word != rarest:
            rows = rows.filter(Exists(ProductWord.objects.filter(product=OuterRef("product")).beginning_with(word)))
    return rows.values("product")[:MOST_FOUND]


def _frequency(word: bytes) -> int:
    return len(ProductWord.objects.beginning_with(word).values_list("pk")[:MOST_FOUND])


def _page(rows: QuerySet[Product], page: int) -> Found:
    first = (page - 1) * PAGE
    products = list(rows.order_by("-offer_count", "name_key", "pk")[first : first + PAGE + 1])
    return Found(products[:PAGE], len(products) > PAGE)


def product_at(address: str, sites: Iterable[Publication]) -> Product | None:
    """Return the product whose page, on one of these sites, has a whole address; None for any other address."""
    for on in sites:
        stem = on.origin + compare_url(on)
        if address.startswith(stem):
            slug = address.removeprefix(stem).partition("?")[0].partition("#")[0].strip("/")
            return Product.objects.filter(slug=slug).first()
    return None
