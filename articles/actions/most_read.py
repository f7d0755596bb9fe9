"""Ranking articles by their visits, for the strips that show what is read most."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.utils import timezone

from articles.models import CardStrip, Placement, RankedArticle
from articles.models.card_strip import Period, StripSource
from articles.presentation import cache_tags
from newsroom.actions import action
from newsroom.audience.models import Span, VisitCount
from newsroom.audience.writing import start_of
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication

RANKED = 30  # articles of each ranking: more than a strip shows, for those that readers may not see by then


def begin_of(period: Period, now: dt.datetime) -> dt.datetime:
    """Return the beginning of a period that ends now: an hour's of the clock, and a day's for the week, whose hours are
    folded (newsroom/audience/writing.py). So the last hour is the one before, and what there is of this one."""
    if period == Period.WEEK:
        return start_of(Span.DAY, now - dt.timedelta(days=7))
    return start_of(Span.HOUR, now - dt.timedelta(hours=1 if period == Period.HOUR else 24))


@action
def renew(publication: Publication, period: Period) -> bool:
    """Rank the articles that a publication lists, and engines may find, by their visits. Return whether the order is
    another than before: only then is anything written, and what shows it made anew. Two queries where it is not."""
    Publication.objects.select_for_update(no_key=True).get(pk=publication.pk)  # two at once
    now = timezone.now()
    listed = Placement.objects.listed_on(publication).live(now).filter(article__is_indexable=True)
    visits = VisitCount.objects.since(begin_of(period, now)).filter(
        Exists(listed.filter(article=OuterRef("object_id")))
    )
    order = [article for article, _visits in visits.most_visited(RANKED)]
    ranking = RankedArticle.objects.filter(publication=publication, period=period)
    if order == list(ranking.values_list("article", flat=True)):
        return False
    ranking.delete()
    RankedArticle.objects.bulk_create(
        RankedArticle(publication=publication, period=period, rank=rank, article_id=article)
        for rank, article in enumerate(order, 1)
    )
    invalidate({cache_tags.most_read(publication.pk, period)})
    return True


def renew_all() -> None:
    """Renew the rankings that strips show, live or not, each in a transaction of its own; delete all others."""
    strips = CardStrip.objects.filter(source=StripSource.MOST_READ).select_related("publication").order_by("pk")
    shown = {(strip.publication, Period(strip.period)): None for strip in strips}
    for publication, period in shown:
        renew(publication, period)
    kept = {(publication.pk, period) for publication, period in shown}
    for pair in set(RankedArticle.objects.order_by().values_list("publication", "period").distinct()) - kept:
        RankedArticle.objects.filter(publication=pair[0], period=pair[1]).delete()
