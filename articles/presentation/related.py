"""Related articles (« Les sujets liés à ces tags… »): those that share most tags with an article."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count, Max

from articles.models import Article, Placement, Tag, TaggedArticle
from articles.presentation.cards import Card, cards

HOW_MANY = 4
# Ranking looks at each tag's latest articles only, so that a tag of 20,000 articles costs what one of 200 does.
CANDIDATES_A_TAG = 100


def related(article: Article, tags: Sequence[Tag], now: dt.datetime) -> list[Card]:
    """Return the cards of up to HOW_MANY live articles of the same publication that share most of `tags`.

    In the order of how many they share, of equals the newest first. One query; none without tags.
    """
    if not tags:
        return []
    listed = TaggedArticle.objects.listed_on(article.publication).live(now)
    newest = [listed.filter(tag=tag).order_by("-published_at", "-content_object")[:CANDIDATES_A_TAG] for tag in tags]
    ranked = (
        TaggedArticle.objects.union_of(newest)
        .filter(tag__in=tags)
        .exclude(content_object=article.pk)
        .order_by()
        .values("content_object")
        .annotate(shared=Count("pk"), newest=Max("published_at"))
        .order_by("-shared", "-newest", "-content_object")
        .values("content_object")[:HOW_MANY]
    )
    rows = (
        Placement.objects.listed_on(article.publication).filter(article__in_first=ranked).live(now).page(HOW_MANY).rows
    )
    own = {tag.pk for tag in tags}

    def rank(row: Placement) -> tuple[int, dt.datetime]:
        revision = row.article.revision_at(now)
        return len(own & set(revision.tag_ids)), row.published_at

    return cards(sorted(rows, key=rank, reverse=True), on=article.publication, now=now)
