"""Which product an offer is for: by bar code, then brand and model, then name. What is unsure waits for a person."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from newsroom.comparator.models import Product, ProductWord
from newsroom.comparator.models.offer import Match
from newsroom.comparator.words import compact, model_key, name_key, words_of
from newsroom.lib.text import likeness

MAX_CANDIDATES = 5
MAX_COMPARED = 200  # products that share a word with an offer


class Described(Protocol):
    """What an offer says of its product."""

    @property
    def title(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def gtin(self) -> str: ...


@dataclass(frozen=True)
class Verdict:
    """What an offer is for. `product` is None unless `match` says how it was found."""

    match: Match
    product: Product | None = None


@dataclass
class Known:
    """The products that some offers can be for, by their keys; those that are made meanwhile are added."""

    by_gtin: dict[str, Product] = field(default_factory=dict)
    by_model: dict[str, list[Product]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[Product]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def to(cls, offers: Iterable[Described]) -> "Known":
        """Return what is known of these offers' keys. Three queries."""
        offers, known = list(offers), cls()
        keys = {
            "gtin": {offer.gtin for offer in offers if offer.gtin},
            "model_key": {key for offer in offers if (key := model_key(offer.brand, offer.model))},
            "name_key": {key for offer in offers if (key := name_key(offer.title))},
        }
        found = {row.pk: row for name, of in keys.items() for row in Product.objects.filter(**{f"{name}__in": of})}
        for _pk, product in sorted(found.items()):
            known.add(product)
        return known

    def add(self, product: Product) -> None:
        """Know a product that was just made, or read."""
        if product.gtin:
            self.by_gtin[product.gtin] = product
        if product.model_key:
            self.by_model[product.model_key].append(product)
        self.by_name[product.name_key].append(product)

    def verdict(self, offer: Described) -> Verdict:
        """Return which product an offer is for.

        A bar code decides. Without one that is known, brand and model do, or else the whole name of no other brand's
        product. Two answers, or one that has another bar code, are unsure.
        """
        if offer.gtin and (product := self.by_gtin.get(offer.gtin)):
            return Verdict(Match.GTIN, product)
        for how, named in (
            (Match.MODEL, self.by_model.get(model_key(offer.brand, offer.model), [])),
            (Match.NAME, [row for row in self.by_name.get(name_key(offer.title), []) if _same_brand(offer, row)]),
        ):
            is_other_code = bool(offer.gtin and named and named[0].gtin)  # the code would have found it
            if len(named) == 1 and not is_other_code:
                return Verdict(how, named[0])
            if named:
                return Verdict(Match.UNSURE)
        return Verdict(Match.UNKNOWN)


def _same_brand(offer: Described, product: Product) -> bool:
    """Whether an offer and a product are of one brand, or either does not say."""
    return not (offer.brand and product.brand) or compact(offer.brand) == compact(product.brand)


def can_be_made(offer: Described) -> bool:
    """Return whether an offer says what its product is, so that one can be made of it."""
    return bool(offer.gtin or model_key(offer.brand, offer.model))


def candidates(offer: Described) -> list[Product]:
    """Return the products that an offer may be for, the likeliest first: for a person to choose from.

    Those of its keys; then those that share its longest words, by how alike the names are. About five queries.
    """
    known = Known.to([offer])
    named = [
        *known.by_model.get(model_key(offer.brand, offer.model), ()),
        *known.by_name.get(name_key(offer.title), ()),
    ]
    if offer.gtin in known.by_gtin:
        named.insert(0, known.by_gtin[offer.gtin])
    longest = sorted(words_of(offer.title, offer.model), key=lambda word: (-len(word), word))[:4]
    shared = ProductWord.objects.filter(word__in=longest).values("product")[:MAX_COMPARED]
    similar = Product.objects.filter(pk__in_first=shared)
    ranked = sorted(similar, key=lambda row: -likeness(offer.title, f"{row.brand} {row.model} {row.name}"))
    return list({product.pk: product for product in [*named, *ranked]}.values())[:MAX_CANDIDATES]
