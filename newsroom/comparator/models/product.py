"""Products, and the words by which they are found."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.comparator.words import MAX_WORD_CHARACTERS, model_key, name_key, words_of
from newsroom.timestamps import Timestamped

LISTS_TAG = "product-lists"  # of pages that show who is listed, and how many offer what
TAG_OF_ALL = "products"  # of every page that shows offers: for a change of more of them than are named one by one


class Product(Timestamped):
    """A thing that merchants sell. Its slug never changes: articles and readers link to it."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True, help_text=_("The manufacturer’s own number (MPN)."))
    gtin = models.CharField(
        _("bar code"), max_length=14, null=True, blank=True, unique=True, help_text=_("EAN, UPC or ISBN.")
    )
    category = models.CharField(_("category"), max_length=120, blank=True)
    image_url = models.CharField(_("address of an image"), max_length=1000, blank=True)

    # What follows from the above, and from the offers: kept by actions.
    model_key = models.CharField(max_length=200, blank=True, db_index=True, editable=False)
    name_key = models.CharField(max_length=200, blank=True, db_index=True, editable=False)
    offer_count = models.PositiveIntegerField(_("offers"), default=0, editable=False)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [models.Index(models.F("offer_count").desc(), "name_key", "id", name="products_most_offered")]

    def __str__(self) -> str:
        return self.name

    @property
    def cache_tag(self) -> str:
        return product_tag(self.pk)

    def set_keys(self) -> None:
        """Set the keys that follow from name, brand and model."""
        self.model_key, self.name_key = model_key(self.brand, self.model), name_key(self.name)

    @property
    def words(self) -> set[bytes]:
        """The words by which it is found; its model also as one word."""
        return words_of(self.name, self.brand, self.model, self.category, self.model_key.partition("|")[2])


def product_tag(pk: int) -> str:
    """Return the cache tag of a product: its page, its price boxes."""
    return f"product:{pk}"


class ProductWordQuerySet(models.QuerySet["ProductWord"]):
    def beginning_with(self, word: bytes) -> Self:
        """Return the rows of words that begin with one of `words_of()`, that very word first. One range of an index."""
        rows = self.filter(word__gte=word, word__lt=word + b"\xff")  # a byte that UTF-8 never has
        return rows.order_by("word", "product_id")


class ProductWord(models.Model):
    """A word of a product. Written by actions only (actions/products.py)."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="word_rows", db_index=False)
    word = models.BinaryField(max_length=4 * MAX_WORD_CHARACTERS)

    objects = ProductWordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "word"], name="product_word_once")]
        indexes = [models.Index("word", "product", name="product_search")]

    def __str__(self) -> str:
        return bytes(self.word).decode()
