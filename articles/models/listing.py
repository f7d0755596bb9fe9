"""Rows that lists are read from: what a list filters and sorts by stands in the row itself, so one index answers."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from newsroom.lib.keyset import Cursor, Page, page
from newsroom.publications.models import Publication


def live_at(now: dt.datetime) -> Q:
    """The only rule of visibility: the hour has come, and it is not withdrawn. For articles and for listed rows."""
    return Q(published_at__lte=now) & (Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=now))


class ListedQuerySet(models.QuerySet[Any]):
    def live(self, now: dt.datetime) -> Self:
        """What readers see at `now`."""
        return self.filter(live_at(now))

    def listed_on(self, publication: Publication) -> Self:
        return self.filter(publication=publication)

    def page(self, size: int, after: Cursor | None = None) -> Page[Any]:
        """`size` rows, newest first, with the article and all that its card shows. One query."""
        return page(self.with_cards(), size, after, tie=f"{self.model.article_field}_id")

    def union_of(self, parts: Sequence[models.QuerySet[Any]]) -> Self:
        """The rows of several lists that are cut short, found in one query: each part is one index's work."""
        ids = [self.model.objects.filter(pk__in=part.values("pk")).order_by().values("pk") for part in parts]
        return self.filter(pk__in=ids[0].union(*ids[1:], all=True) if len(ids) > 1 else ids[0])

    def with_cards(self) -> Self:
        """With the article, and all that its card shows."""
        article = self.model.article_field
        shown = ("publication", "live__section", "live__lead_image", "next__section", "next__lead_image")
        return self.select_related(*(f"{article}__{name}" for name in shown))


class Listed(models.Model):
    """Where and when an article is listed; kept equal to the article's own columns by the doors."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ListedQuerySet.as_manager()
    article_field: ClassVar[str] = "article"  # the name of the foreign key to the article

    class Meta:
        abstract = True
