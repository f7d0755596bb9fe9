"""Actions on products: made of offers, written by the desk, found by their words."""

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from newsroom.actions import action
from newsroom.comparator import gtin
from newsroom.comparator.addresses import RESERVED
from newsroom.comparator.matching import Described
from newsroom.comparator.models import Product, ProductWord
from newsroom.comparator.models.product import TAG_OF_ALL
from newsroom.lib.text import slugify
from newsroom.pagecache.tags import invalidate
from newsroom.publications.permissions import require

DESK_FIELDS = ("name", "brand", "model", "gtin", "category", "image_url")
MAX_SLUG_CHARACTERS = 80


@action
def save_product(product: Product, *, by: Any) -> Product:
    """Add a product, or write the desk's fields of one; its slug stays. Raises Forbidden, ValidationError."""
    require(by, "product.change", None)
    if product.gtin:
        product.gtin = gtin.normalised(product.gtin) or product.gtin
        if not gtin.normalised(product.gtin):
            raise ValidationError({"gtin": _("This is no bar code: its check digit does not fit.")})
        if Product.objects.filter(gtin=product.gtin).exclude(pk=product.pk).exists():
            raise ValidationError({"gtin": _("Another product has this bar code.")})
    product.gtin = product.gtin or None
    product.set_keys()
    if product.pk:
        product.save(update_fields=[*DESK_FIELDS, "model_key", "name_key", "changed_at"])
    else:
        set_slugs([product])
        product.save()
    sync_words([product])
    invalidate({product.cache_tag, TAG_OF_ALL})
    return product


def product_of(offer: Described, category: str = "", image_url: str = "") -> Product:
    """Return a new product, not saved, as an offer describes it."""
    product = Product(
        name=offer.title, brand=offer.brand, model=offer.model, gtin=offer.gtin or None, category=category,
        image_url=image_url,
    )  # fmt: skip
    product.set_keys()
    return product


def add_products(products: Collection[Product]) -> None:
    """Save new products, with slugs and words. Inside an action."""
    set_slugs(products)
    Product.objects.bulk_create(products)
    rows = [ProductWord(product_id=product.pk, word=word) for product in products for word in sorted(product.words)]
    ProductWord.objects.bulk_create(rows)


def set_slugs(products: Iterable[Product]) -> None:
    """Give each of some new products a slug of its own. One query, and one more for each name that is taken twice."""
    wanted = {id(product): slugify(product.name, MAX_SLUG_CHARACTERS) or "p" for product in products}
    taken = set(Product.objects.filter(slug__in=set(wanted.values())).values_list("slug", flat=True)) | RESERVED
    for product in products:
        slug = wanted[id(product)]
        if slug in taken:
            mark = product.gtin or hashlib.sha256(f"{product.brand}|{product.model}".encode()).hexdigest()[:8]
            slug = f"{slug}-{mark.lstrip('0')}"
        number, free = 1, slug
        while free in taken or (free != wanted[id(product)] and Product.objects.filter(slug=free).exists()):
            number += 1
            free = f"{slug}-{number}"
        taken.add(free)
        product.slug = free


def sync_words(products: Iterable[Product]) -> None:
    """Make the rows of products' words what their names say."""
    for product in products:
        words = product.words
        known = {bytes(word) for word in product.word_rows.values_list("word", flat=True)}
        if known - words:
            product.word_rows.filter(word__in=known - words).delete()
        ProductWord.objects.bulk_create(ProductWord(product=product, word=word) for word in sorted(words - known))
