"""Related articles (« Les sujets liés à ces tags… »): those that share most tags with an article."""

from array import array
from collections import Counter
from collections.abc import Sequence
from heapq import nlargest
from typing import NamedTuple

from django.utils import timezone

from articles.models import TaggedArticle
from articles.presentation import cache_tags
from articles.presentation.cards import card_key
from newsroom.lib.compiled import Compiled
from newsroom.pagecache.fragments import Fragment
from newsroom.pagecache.parts import Making, part, parts
from newsroom.publications.parts import publication_of, rendered

HOW_MANY = 4
# Ranking looks at each tag's latest articles only, so that a tag of 20,000 articles costs what one of 200 does.
CANDIDATES_A_TAG = 100


_NEWEST = Compiled(
    lambda publication, tag, now: (
        TaggedArticle.objects.filter(publication=publication, tag=tag)
        .live(now)
        .order_by("-published_at", "-content_object_id")
        .values_list("publication", "tag", "content_object", "published_at")[:CANDIDATES_A_TAG]
    ),
    numbers=2,
)


class Tagged(NamedTuple):
    """The latest live articles with a tag on a publication: their ids, and times in seconds since 1970."""

    ids: "array[int]"
    times: "array[float]"


@parts
def tagged(makings: Sequence[Making]) -> None:
    """Return the Tagged of publications and tags (their ids). One query, however many."""
    now, by_list = timezone.now(), dict[tuple[int, int], Tagged]()
    for making in makings:
        making.tag(cache_tags.list_of("tag", making.arguments[1]))
        making.value = by_list[making.arguments] = Tagged(array("q"), array("d"))
    for publication, tag, article, published_at in _NEWEST.rows([(*making.arguments, now) for making in makings]):
        found = by_list[publication, tag]
        found.ids.append(article)
        found.times.append(published_at.timestamp())


def ranked(lists: Sequence[Tagged], article: int) -> list[int]:
    """Return the ids of the articles that share most of the tags of these lists with an article, of equals the newest
    first."""
    shared: Counter[int] = Counter()
    times: dict[int, float] = {}
    for found in lists:
        shared.update(found.ids)
        times.update(zip(found.ids, found.times, strict=True))
    del shared[article]
    return nlargest(HOW_MANY, shared, key=lambda pk: (shared[pk], times[pk], pk))


@part
def related(making: Making, publication: int, article: int, tags: tuple[int, ...]) -> Fragment:
    """Make the section of related articles, below an article with these tags. No query while the lists are held."""
    found = ranked(making.get_each(tagged, [(publication, tag) for tag in tags]), article)
    options = [(pk, card_key(publication, pk, "brief")) for pk in found]
    return rendered(
        making, "articles/parts/related.html", publication_of(making, publication), is_optional=True,
        cards=making.choose(options, HOW_MANY),
    )  # fmt: skip
