"""Which articles are read most, of those that readers may see now."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q

from articles.models import Placement, RankedArticle

PublicationPeriod = tuple[int, str]  # the id of a publication, a Period


@dataclass
class Ranking:
    """The ids of articles, the one that is read most first: those that may be `shown`, and `all` that were ranked."""

    shown: list[int] = field(default_factory=list)
    all: list[int] = field(default_factory=list)


def rankings(wanted: Collection[PublicationPeriod], now: dt.datetime) -> dict[PublicationPeriod, Ranking]:
    """Return the rankings of publications over periods. One query; none if none is wanted.

    Shown is what the publication lists, is live at `now` and may be found by engines.
    """
    found = {pair: Ranking() for pair in wanted}
    if not found:
        return found
    conditions = Q()
    for publication, period in found:
        conditions |= Q(publication=publication, period=period)
    listed = Placement.objects.filter(article=OuterRef("article"), publication=OuterRef("publication")).live(now)
    rows = RankedArticle.objects.filter(conditions).annotate(is_listed=Exists(listed))
    rows = rows.annotate(is_indexable=F("article__is_indexable")).order_by("rank")
    for row in rows:
        ranking = found[row.publication_id, row.period]
        ranking.all.append(row.article_id)
        if row.is_listed and row.is_indexable:
            ranking.shown.append(row.article_id)
    return found
