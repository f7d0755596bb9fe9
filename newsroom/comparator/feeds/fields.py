"""The fields of an offer, and what feeds call them: one table for all formats.

Google: the product data specification (support.google.com/merchants/answer/7052112). Awin: the columns of its product
feeds ("Create-a-Feed"). Effiliation: the French columns of its catalogues. A merchant's own names come first; they are
written at the desk (MerchantFeed.columns).
"""

from collections.abc import Mapping
from typing import Final

from newsroom.lib.text import slugify

# Ours → theirs, in the order in which they are looked for: Google's first, then Awin's, then Effiliation's.
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "key": ("id", "merchant_product_id", "aw_product_id", "id_produit", "sku", "reference_interne", "reference"),
    "title": ("title", "product_name", "nom", "nom_produit", "titre", "name", "libelle"),
    "price": ("price", "search_price", "store_price", "display_price", "prix", "prix_ttc", "prix_promo"),
    "sale_price": ("sale_price", "prix_solde", "prix_remise"),
    "sale_dates": ("sale_price_effective_date",),
    "delivery": (
        "shipping", "delivery_cost", "frais_de_port", "frais_port", "frais_livraison", "frais_de_livraison", "fdp",
        "shipping_cost",
    ),
    "currency": ("currency", "devise"),
    "url": (
        "link", "aw_deep_link", "merchant_deep_link", "url_produit", "url_affiliee", "url", "deeplink", "lien",
        "product_url",
    ),
    "image": (
        "image_link", "merchant_image_url", "large_image", "aw_image_url", "url_image", "image_url", "image",
        "url_grande_image",
    ),
    "gtin": ("gtin", "product_gtin", "ean", "ean13", "upc", "isbn", "code_ean", "code_barre"),
    "brand": ("brand", "brand_name", "marque"),
    "model": ("mpn", "model_number", "product_model", "reference_fabricant", "ref_fabricant", "modele"),
    "category": (
        "product_type", "merchant_category", "category_name", "google_product_category", "categorie", "rayon",
        "category",
    ),
    "availability": ("availability", "stock_status", "in_stock", "disponibilite", "dispo", "stock"),
    "condition": ("condition", "etat"),
    "is_for_sale": ("is_for_sale",),
}  # fmt: skip
REQUIRED: Final = ("key", "title", "price", "url")


def plain_name(name: str) -> str:
    """Return a column's name as it is compared: "g:Image Link", "Image-link" and "image_link" are one."""
    return slugify(name.rpartition(":")[2], 60).replace("-", "_")


def known_names() -> set[str]:
    """Return every name that the table knows."""
    return {name for names in FIELDS.values() for name in names}


def names_of(own: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the names of each field for one feed: its own first."""
    return {ours: (plain_name(own[ours]), *theirs) if ours in own else theirs for ours, theirs in FIELDS.items()}
