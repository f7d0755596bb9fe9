"""The action that writes what a feed lists, a batch at a time. Doing it again changes nothing."""

import datetime as dt
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import IntegrityError

from newsroom.actions import action
from newsroom.comparator.actions import prices
from newsroom.comparator.actions.products import add_products, product_of
from newsroom.comparator.feeds.offers import OfferRow, Skipped
from newsroom.comparator.feeds.source import Unreadable
from newsroom.comparator.matching import Known, Verdict, can_be_made
from newsroom.comparator.models import Merchant, MerchantFeed, Offer, Product
from newsroom.comparator.models.offer import Match
from newsroom.comparator.words import model_key, name_key
from newsroom.lib.batches import batched

BATCH = 1_000
PAUSE_SECONDS = 0.05  # between batches, for whoever else writes: SQLite has one writer at a time
MAX_SKIPPED_NOTED = 50
MAX_SKIPPED_CHARACTERS = 200
# The columns that a feed gives.
_FROM_FEED = (
    "feed", "product", "title", "brand", "model", "gtin", "category", "price_cents", "delivery_cents", "total_cents",
    "currency", "availability", "condition", "url", "image_url", "is_paid", "seen_at", "leaves_at", "is_counted",
    "match", "identity", "digest",
)  # fmt: skip


@dataclass(frozen=True)
class How:
    """How offers are imported: whose, from which feed (None: a file), paid for or not, adding products or not."""

    merchant: Merchant
    feed: MerchantFeed | None = None
    is_paid: bool = False
    makes_products: bool = True


@dataclass
class Counts:
    """What an import did: rows by what became of them, products that were made, rows that are no offer."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    products: int = 0
    unsure: int = 0  # offers of this import for which a person must choose the product
    unknown: int = 0  # offers of this import for which no product is known
    skipped: Counter[str] = field(default_factory=Counter)  # by reason
    examples: list[tuple[str, str]] = field(default_factory=list)  # reason, and what the feed has there

    @property
    def offers(self) -> int:
        return self.new + self.changed + self.unchanged

    def as_json(self) -> dict[str, Any]:
        """Return the numbers, as a row of a feed keeps them."""
        numbers = {name: value for name, value in asdict(self).items() if isinstance(value, int)}
        return {**numbers, "skipped": dict(self.skipped)}

    def skip(self, row: Skipped) -> None:
        """Count a row that is no offer."""
        self.skipped[row.reason] += 1
        if len(self.examples) < MAX_SKIPPED_NOTED:
            self.examples.append((row.reason, row.what[:MAX_SKIPPED_CHARACTERS]))

    def add(self, other: "Counts") -> None:
        """Add the numbers of a batch."""
        for name in ("new", "changed", "unchanged", "products", "unsure", "unknown"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def import_all(
    rows: Iterable[OfferRow | Skipped],
    how: How,
    now: dt.datetime,
    counts: Counts,
) -> None:
    """Write the offers of a feed, a transaction for each batch, and add up in `counts` what was done.

    Raises Unreadable for a file that is damaged in the midst: what stands before that is written, and counted.
    """
    faults: list[Unreadable] = []

    def offers() -> Iterable[OfferRow]:
        try:
            for row in rows:
                if isinstance(row, Skipped):
                    counts.skip(row)
                else:
                    yield row
        except Unreadable as fault:
            faults.append(fault)

    for number, batch in enumerate(batched(offers(), BATCH)):
        if number:
            time.sleep(PAUSE_SECONDS)
        counts.add(_imported(batch, how, now))
    if faults:
        raise faults[0]


def _imported(batch: Sequence[OfferRow], how: How, now: dt.datetime) -> Counts:
    """Import a batch; once more where another feed's import made one of its products at the same moment."""
    try:
        return import_batch(batch, how, now)
    except IntegrityError:
        return import_batch(batch, how, now)


@action
def import_batch(batch: Sequence[OfferRow], how: How, now: dt.datetime) -> Counts:
    """Write some offers of a merchant as a feed lists them: new, changed, or merely seen. About fifteen queries.

    An offer that a person gave its product, or set aside, keeps what they decided, until the merchant's number is for
    something else.
    """
    by_key = {row.key: row for row in batch}  # of two of one number, the last
    locked = Offer.objects.select_for_update().filter(merchant=how.merchant, merchant_key__in=by_key)
    known_offers = {offer.merchant_key: offer for offer in locked.order_by("pk")}
    counts, leaves_at = Counts(), now + how.merchant.lifetime
    seen: list[Offer] = []
    written: list[Offer] = []
    to_match: list[tuple[Offer, OfferRow]] = []
    shown_otherwise: set[int] = set()
    pays_otherwise = False
    for row in by_key.values():
        offer = known_offers.get(row.key)
        digest = _hash(row, how.is_paid)
        is_same = offer is not None and offer.digest == digest
        if offer is not None and is_same and offer.match not in (Match.UNSURE, Match.UNKNOWN):
            seen.append(offer)
            if offer.product_id and (offer.leaves_at <= now or not offer.is_counted):
                shown_otherwise.add(offer.product_id)  # it comes back
            continue
        if offer is not None and offer.product_id:
            shown_otherwise.add(offer.product_id)
        counts.new += offer is None
        counts.changed += offer is not None and not is_same
        counts.unchanged += is_same
        pays_otherwise |= offer is not None and offer.is_paid != how.is_paid
        offer = offer or Offer(merchant=how.merchant, merchant_key=row.key, match=Match.UNKNOWN)
        _fill(offer, row, how, digest)
        identity = _identity(row)
        if identity != offer.identity or offer.match in (Match.UNSURE, Match.UNKNOWN):
            offer.identity = identity
            to_match.append((offer, row))
        written.append(offer)
    counts.unchanged += len(seen)
    counts.products = _match(to_match, how)
    for offer in written:
        offer.seen_at, offer.leaves_at, offer.is_counted = now, leaves_at, True
        counts.unsure += offer.match == Match.UNSURE
        counts.unknown += offer.match == Match.UNKNOWN
    _write(written)
    touched = [offer.pk for offer in seen]
    Offer.objects.filter(pk__in=touched).update(seen_at=now, leaves_at=leaves_at, is_counted=True, feed=how.feed)
    products = {offer.product_id for offer in (*seen, *written) if offer.product_id} | shown_otherwise
    changed = shown_otherwise | {offer.product_id for offer in written if offer.product_id}
    prices.follow(products, now, changed=changed, changes_lists=pays_otherwise)
    return counts


def _write(offers: Sequence[Offer]) -> None:
    """Write offers, those that are there already in their places."""
    Offer.objects.bulk_create(
        offers, update_conflicts=True, unique_fields=["merchant", "merchant_key"], update_fields=_FROM_FEED
    )


def _fill(offer: Offer, row: OfferRow, how: How, digest: str) -> None:
    for name in ("title", "brand", "model", "gtin", "category", "price_cents", "delivery_cents", "currency",
                 "availability", "condition", "url"):  # fmt: skip
        setattr(offer, name, getattr(row, name))
    offer.image_url, offer.total_cents = row.image, row.price_cents + (row.delivery_cents or 0)
    offer.feed, offer.is_paid, offer.digest = how.feed, how.is_paid, digest


def _match(offers: Sequence[tuple[Offer, OfferRow]], how: How) -> int:
    """Set the product of offers, and make those that nobody knows, if the feed may. Return how many were made."""
    if not offers:
        return 0
    known, made = Known.to(row for _offer, row in offers), list[Product]()
    learned: list[Product] = []
    for offer, row in offers:
        verdict = known.verdict(row)
        if verdict.match == Match.UNKNOWN and how.makes_products and can_be_made(row):
            product = product_of(row, row.category, row.image)
            made.append(product)
            known.add(product)
            verdict = Verdict(Match.GTIN if row.gtin else Match.MODEL, product)
        elif verdict.product and row.gtin and not verdict.product.gtin and verdict.match == Match.MODEL:
            verdict.product.gtin = row.gtin  # the first merchant did not say it
            known.by_gtin[row.gtin] = verdict.product
            if verdict.product.pk:
                learned.append(verdict.product)
        offer.match, offer.product = verdict.match, verdict.product
    Product.objects.bulk_update(learned, ["gtin"])
    add_products(made)
    return len(made)


def _hash(row: OfferRow, is_paid: bool) -> str:
    text = "\x1f".join(str(getattr(row, name)) for name in OfferRow.__slots__)
    return hashlib.sha256(f"{text}\x1f{is_paid}".encode()).hexdigest()[:32]


def _identity(row: OfferRow) -> str:
    text = "\x1f".join((row.gtin, model_key(row.brand, row.model), name_key(row.title)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
