"""The search for products: by their words, at a cost that does not grow with how many there are; by bar code."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from newsroom.comparator import gtin
from newsroom.comparator.models import Product, ProductWord
from newsroom.comparator.words import compact, words_of
from newsroom.lib.cleaning import clean_line

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
    """Return the products that have, for each word typed, one that begins with it; or the one of a bar code.

    The rarest word gives the products, the others are looked up for each of them. With nothing typed, those that most
    merchants offer. A query for each word, and one more.
    """
    code = gtin.normalised(text)
    if code and (product := Product.objects.filter(gtin=code).first()):
        return Found([product], False)
    words = sorted(words_of(text), key=lambda word: (-len(word), word))[:MOST_WORDS]
    if not words:
        return _page(Product.objects.filter(offer_count__gt=0), page) if not text else Found([], False)
    found = _page(Product.objects.filter(pk__in_first=_with(words)), page)
    if not found.products and page == 1 and len(words) > 1 and (whole := compact(text).encode()[:120]):
        found = _page(Product.objects.filter(pk__in_first=_with([whole])), page)  # "SM S921 B" of "SMS921B"
    return found


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
