"""Tags, and their links to articles as readers have them."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from articles.models.listing import Listed, ListedQuerySet
from newsroom.lib.text import fold


class Tag(TagBase):
    """A tag, shared by all publications of this install. Its folded key makes two spellings one tag.

    A merged tag is kept and points to the tag that it was merged into: its address leads there, its spelling finds that
    one, and revisions with its id still resolve. Written by actions/taxonomy.py.
    """

    folded = models.CharField(max_length=220, unique=True, editable=False)
    description = models.CharField(_("description"), max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["folded"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the tag, its key derived from its name."""
        self.folded = self.key(self.name)
        super().save(*args, **kwargs)

    @staticmethod
    def key(name: str) -> str:
        """Return the folded key of a name, without case and accents."""
        return fold(name)[:220]

    @property
    def canonical(self) -> "Tag":
        """This tag, or the one at the end of its merges. No query for the first merge if `merged_into` was selected."""
        tag, seen = self, {self.pk}
        while tag.merged_into and tag.merged_into.pk not in seen:
            tag = tag.merged_into
            seen.add(tag.pk)
        return tag

    @classmethod
    def resolve(cls, ids: Iterable[int], *, lock: bool = False) -> "list[Tag]":
        """Return the tags of a revision's ids, in their order, merges followed, each once.

        One query; with `lock` one more for each step of a chain of merges.

        `lock` locks their rows until the transaction ends, in the order of their ids, so that none is merged meanwhile.
        """
        tag_ids = list(ids)
        rows = cls.objects.select_related("merged_into").filter(pk__in=tag_ids)
        if lock:
            rows = rows.select_for_update(of=("self",)).order_by("pk")
        by_id = {tag.pk: tag for tag in rows}
        tags = list(dict.fromkeys(by_id[pk].canonical for pk in tag_ids if pk in by_id))
        if lock and any(tag.merged_into_id for tag in by_id.values()):
            # The tags that they were merged into are not locked yet.
            return cls.resolve([tag.pk for tag in tags], lock=True)
        return tags


class TaggedArticle(ItemBase, Listed):
    """A tag of an article as readers have it, in order. Written by actions only."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="tagged")
    content_object = models.ForeignKey(
        "articles.Article", models.CASCADE, db_column="article_id", related_name="tagged"
    )
    position = models.PositiveSmallIntegerField(default=0)
    objects = ListedQuerySet.as_manager()  # type: ignore[misc]  # ItemBase brings one of its own
    article_field: ClassVar[str] = "content_object"  # django-taggit's name for it

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="tag_once_on_an_article")]
        indexes = [
            models.Index(
                "tag",
                "publication",
                models.F("published_at").desc(),
                models.F("content_object").desc(),
                name="tag_list",
            )
        ]
