"""The base of rows that lists are read from.

What a list filters and sorts by is in the row itself, so that one index answers.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from newsroom.lib import subqueries  # noqa: F401 (the lookup `in_first`)
from newsroom.lib.keyset import Cursor, Page, page
from newsroom.publications.models import Publication


def live_at(now: dt.datetime) -> Q:
    """Return the condition of visibility at `now`: the time has come, and it is not withdrawn.

    The only one, for articles and listed rows alike.
    """
    return Q(published_at__lte=now) & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=now))


class ListedQuerySet(models.QuerySet[Any]):
    """Listed rows, and how lists read them."""

    def live(self, now: dt.datetime) -> Self:
        """Return the rows that readers see at `now`."""
        return self.filter(live_at(now))

    def listed_on(self, publication: Publication) -> Self:
        """Return the rows of a publication's lists."""
        return self.filter(publication=publication)

    def page(self, size: int, after: Cursor | None = None) -> Page[Any]:
        """Return `size` rows after a cursor, the newest first. One query."""
        return page(self, size, after, tie=f"{self.model.article_field}_id")

    def union_of(self, parts: Sequence[models.QuerySet[Any]]) -> Self:
        """Return the rows of several lists of limited length. One query, which reads each list from one index."""
        ids = [self.model.objects.filter(pk__in=part.values("pk")).order_by().values("pk") for part in parts]
        return self.filter(pk__in_first=ids[0].union(*ids[1:], all=True) if len(ids) > 1 else ids[0])

    def rows_of(self, parts: Sequence[models.QuerySet[Any]]) -> list[Any]:
        """Return the rows of several lists of limited length, in no order. One query."""
        return list(parts[0] if len(parts) == 1 else self.union_of(parts))

    def with_cards(self) -> Self:
        """Select the article and what its card shows with each row."""
        article = self.model.article_field
        relations = ("publication", "live__section", "live__lead_image", "next__section", "next__lead_image")
        return self.select_related(*(f"{article}__{name}" for name in relations))


class Listed(models.Model):
    """A row of a list: the publication that lists an article, and the article's times.

    Written by actions only, which keep the times equal to the article's own (Edition has times of its own).
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ListedQuerySet.as_manager()
    article_field: ClassVar[str] = "article"  # the name of the foreign key to the article

    class Meta:
        abstract = True

    @property
    def listed_id(self) -> int:
        """The id of the article that it lists."""
        pk: int = getattr(self, f"{self.article_field}_id")
        return pk
