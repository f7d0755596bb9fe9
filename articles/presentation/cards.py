"""Cards: what lists and strips show of an article, a sister site's article or a partner's headline.

An article's card is a part, in one of several styles; so is the count of its comments, which changes more often.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation

from articles.models import Article, Image, PartnerItem, Revision
from articles.models.partner import PartnerImage
from articles.presentation import cache_tags
from articles.presentation.names import tag_named, tags_of_ids
from articles.workflow import Kind
from newsroom.pagecache.fragments import Fragment, PartKey
from newsroom.pagecache.parts import Making, part, parts
from newsroom.publications.models import Publication
from newsroom.publications.parts import publication_of, rendered

BESIDE = "(min-width: 60rem) 6rem, 34vw"  # the width of an image, as HTML's `sizes`
# By the style of a card: how its template shows it.
STYLES: dict[str, dict[str, Any]] = {
    "lead": {"lead": True},
    "side": {"brief": True, "loading": "eager", "sizes": "(min-width: 64rem) 9rem, 34vw"},
    "first": {"loading": "eager"},  # on the screen from the start
    "listed": {},
    "headed": {"level": "h3"},  # below a heading
    "strip": {"level": "h3", "subjects": True},
    "brief": {"brief": True, "level": "h3"},
    "beside": {"brief": True, "level": "h3", "sizes": BESIDE},
}
# What no card shows of a revision.
UNSHOWN = ("body", "notice", "seo_title", "seo_description")


@dataclass(frozen=True)
class Card:
    """A headline with its standfirst, image and details, as a list shows it. The same for an article of the site, of
    a sister site, and for a partner's headline."""

    article: Article | None  # None for a partner's headline
    url: str
    headline: str
    standfirst: str
    image: Image | PartnerImage | None
    published_at: dt.datetime
    origin: str  # name of the sister site or partner that it is from; "" on the article's own site
    kicker: str = ""
    section: str = ""
    section_url: str = ""
    reading_minutes: int = 0
    kind: str = ""
    kind_label: str = ""
    sponsor: str = ""
    subjects: tuple[str, ...] = ()  # names of its tags
    item: PartnerItem | None = None  # the partner's headline, if it is one

    @property
    def comments_url(self) -> str:
        """The address of the comments: on the article's own site, wherever the card is shown."""
        return f"{self.url}#comments"


def card(article: Article, revision: Revision, *, on: Publication, subjects: tuple[str, ...] = ()) -> Card:
    """Return the card of a revision of an article, as a page of the publication `on` shows it.

    No query if the row came from ListedQuerySet.page() or with_cards().
    """
    is_own = article.publication_id == on.pk
    assert article.published_at is not None
    section = revision.section
    return Card(
        article=article,
        url=article.path if is_own else article.get_absolute_url(),
        headline=revision.headline,
        kicker=revision.kicker,
        standfirst=revision.standfirst,
        image=revision.lead_image,
        section=section.name if section else "",
        section_url=(section.path if is_own else article.publication.origin + section.path) if section else "",
        published_at=article.published_at,
        reading_minutes=revision.reading_minutes,
        kind=revision.kind,
        kind_label=str(Kind(revision.kind).label) if revision.kind not in (Kind.NEWS, Kind.SPONSORED) else "",
        sponsor=revision.sponsor if revision.is_sponsored else "",
        origin="" if is_own else article.publication.name,
        subjects=subjects,
    )


def card_key(on: int, article: int, style: str, *, pinned: bool = False) -> PartKey:
    """Return the key of an article's card on a page of the publication `on`, in one of STYLES."""
    return (article_card, on, article, style, pinned)


@parts
def article_card(makings: Sequence[Making]) -> None:
    """Make the cards of articles: of a publication's pages (its id), of an article, in a style, pinned or not.

    One query, however many; one more for subjects that are not held, and one where changes wait for their time. What
    readers don't have has no card.
    """
    now, by_id = timezone.now(), _with_cards({making.arguments[1] for making in makings})
    _read_subjects(makings, by_id, now)
    for making in makings:
        on, article_id, style, pinned = making.arguments
        making.tag(cache_tags.of_id("article", article_id))
        article = by_id.get(article_id)
        if article is None or not article.is_live(now):
            making.value = making.fragment("")
            continue
        publication, revision = publication_of(making, on), article.revision_at(now)
        subjects = tags_of_ids(making, revision.tag_ids) if "subjects" in STYLES[style] else []
        with translation.override(publication.language):
            shown = card(article, revision, on=publication, subjects=tuple(tag.name for tag in subjects))
        making.tag(*tags_of([shown]), *([cache_tags.section(revision.section)] if revision.section else []))
        making.value = rendered(
            making, "articles/parts/card.html", publication, card=shown, pinned=pinned,
            count=making.place(comment_count, on, article_id, shown.comments_url, False, seed=article),
            **{name: value for name, value in STYLES[style].items() if name != "subjects"},
        )  # fmt: skip


def _read_subjects(makings: Sequence[Making], by_id: Mapping[int, Article], now: dt.datetime) -> None:
    """Read the tags that some of the cards name at once."""
    named = {making.arguments[1] for making in makings if "subjects" in STYLES[making.arguments[2]]} & by_id.keys()
    revisions = [by_id[pk].revision_at(now) for pk in named if by_id[pk].is_live(now)]
    makings[0].reading.made([(tag_named, tag) for revision in revisions for tag in revision.tag_ids])


@parts
def comment_count(makings: Sequence[Making]) -> None:
    """Make the links to articles' comments, with their number: on a publication's pages (its id), to an article's
    address, shown though there is none or not. One query, however many; none for an article that is the seed."""
    unknown = {making.arguments[1] for making in makings if making.seed is None}
    counts = dict(Article.objects.filter(pk__in=unknown).values_list("pk", "comment_count")) if unknown else {}
    for making in makings:
        on, article_id, url, is_always = making.arguments
        making.tag(cache_tags.comments(article_id))
        n = making.seed.comment_count if making.seed is not None else counts.get(article_id, 0)
        if n or is_always:
            publication = publication_of(making, on)
            making.value = rendered(making, "comments/parts/count.html", publication, n=n, url=url)
        else:
            making.value = making.fragment("")


@part
def comment_number(making: Making, article: int) -> Fragment:
    """Make the number of an article's comments, alone. One query; none if the article is the seed."""
    making.tag(cache_tags.comments(article))
    row = making.seed or Article.objects.only("comment_count").get(pk=article)
    return making.fragment(str(row.comment_count))


@part
def social_image(making: Making, on: int, article: int, template: str) -> Fragment:
    """Make the elements of a page's head that show the image of an article: by a template of `articles/parts/`. One
    query."""
    making.tag(cache_tags.of_id("article", article))
    rows = Article.objects.select_related("live__lead_image", "next__lead_image")
    row = rows.defer("live__body", "next__body").filter(pk=article).first()
    image = row.revision_at(timezone.now()).lead_image if row and row.live_id else None
    if image is None:
        return making.fragment("")
    making.tag(cache_tags.image(image))
    return rendered(making, f"articles/parts/{template}.html", publication_of(making, on), image=image)


def cards_of(articles: Sequence[int], *, on: Publication) -> list[Card]:
    """Return the cards of articles by their ids, in this order, but for those that readers don't have. One query."""
    now, by_id = timezone.now(), _with_cards(articles)
    found = [by_id[pk] for pk in articles if pk in by_id and by_id[pk].is_live(now)]
    return [card(article, article.revision_at(now), on=on) for article in found]


def _with_cards(articles: Iterable[int]) -> dict[int, Article]:
    """Articles with what their cards show, by their ids. One query, and one more where a change waits for its time."""
    rows = Article.objects.select_related("publication", "live__section", "live__lead_image")
    found = rows.defer(*(f"live__{column}" for column in UNSHOWN)).in_bulk(list(articles))
    if next_ids := [row.next_id for row in found.values() if row.next_id]:
        changed = Revision.objects.select_related("section", "lead_image").defer(*UNSHOWN).in_bulk(next_ids)
        for row in found.values():
            if row.next_id:
                row.next = changed[row.next_id]
    return found


def partners_card(item: PartnerItem) -> Card:
    """Return the card of a partner's headline. No query if the row came with its feed."""
    return Card(
        article=None,
        url=item.url,
        headline=item.title,
        standfirst=item.teaser,
        image=item.image,
        published_at=item.published_at,
        origin=item.feed.name,
        subjects=tuple(item.subjects),
        item=item,
    )


def cards(
    rows: Iterable[Any], *, on: Publication, now: dt.datetime, subjects: Mapping[int, tuple[str, ...]] | None = None
) -> list[Card]:
    """Return the cards of listed rows (Placement, TaggedArticle, Byline, Edition), in their order.

    `subjects`: the names of the tags to show, by the article's id. No query if the rows came by with_cards().
    """
    articles: Iterable[Article] = (getattr(row, row.article_field) for row in rows)
    names = subjects or {}
    return [card(article, article.revision_at(now), on=on, subjects=names.get(article.pk, ())) for article in articles]


def tags_of(cards: Iterable[Card]) -> list[str]:
    """Return the cache tags of a list of cards: those of its articles, partners, sister sites and images."""
    tags = []
    for card in cards:
        if card.article:
            tags.append(cache_tags.article(card.article))
            if card.origin:  # the name of a sister site
                tags.append(cache_tags.publication(card.article.publication))
        elif card.item:
            tags.append(cache_tags.partner(card.item.feed))
        if isinstance(card.image, Image):
            tags.append(cache_tags.image(card.image))
    return tags
