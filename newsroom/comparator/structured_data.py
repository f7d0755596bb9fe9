"""Structured data of a product's page: schema.org's Product with AggregateOffer, as JSON-LD.

What a page that compares may say: https://developers.google.com/search/docs/appearance/structured-data/product-snippet
(AggregateOffer is for one product of several sellers). Nothing is said of a product that nobody offers.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from newsroom.comparator.addresses import product_url
from newsroom.comparator.models import Offer, Product
from newsroom.comparator.models.offer import Availability, Condition
from newsroom.publications.models import Publication

AVAILABILITY = {
    Availability.IN_STOCK: "https://schema.org/InStock",
    Availability.PREORDER: "https://schema.org/PreOrder",
    Availability.BACKORDER: "https://schema.org/BackOrder",
}
CONDITION = {
    Condition.NEW: "https://schema.org/NewCondition",
    Condition.REFURBISHED: "https://schema.org/RefurbishedCondition",
    Condition.USED: "https://schema.org/UsedCondition",
}
# "</" would end the script element: in JSON these characters can be written as escapes.
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def of_product(product: Product, offers: Sequence[Offer], on: Publication) -> SafeString:
    """Return the JSON-LD of a product's page, in its script element; "" for a product that nobody offers."""
    if not offers:
        return mark_safe("")
    prices = [offer.total_cents for offer in offers]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "url": on.origin + product_url(on, product.slug),
        "brand": {"@type": "Brand", "name": product.brand} if product.brand else None,
        "mpn": product.model,
        "gtin": product.gtin,
        "category": product.category,
        "image": product.image_url,
        "offers": {
            "@type": "AggregateOffer",
            "lowPrice": _price(min(prices)),
            "highPrice": _price(max(prices)),
            "priceCurrency": offers[0].currency,
            "offerCount": len(offers),
            "offers": [_offer(offer) for offer in offers],
        },
    }
    text = json.dumps({name: value for name, value in data.items() if value}, ensure_ascii=False)
    return mark_safe(f'<script type="application/ld+json">{text.translate(_ESCAPES)}</script>')  # noqa: S308 (escaped)


def _offer(offer: Offer) -> dict[str, Any]:
    found = {
        "@type": "Offer",
        "price": _price(offer.total_cents),
        "priceCurrency": offer.currency,
        "availability": AVAILABILITY.get(Availability(offer.availability)),
        "itemCondition": CONDITION[Condition(offer.condition)],
        "seller": {"@type": "Organization", "name": offer.merchant.name},
    }
    return {name: value for name, value in found.items() if value}


def _price(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
