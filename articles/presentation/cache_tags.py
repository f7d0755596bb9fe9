"""The cache tags of each model: which pages and parts have them, and which of them a change to an article invalidates.

To answer "why is this page stale?", compare the tags of the page with those that the action invalidated:

publication:1       what shows a site's name, language, colours, dates
menu:1              its menu, its footer, and what follows from its sections
most_read:1:day     the order of its articles by their visits of a period
front:1             its pins, its strips, and what it mixes in from sisters
changes:1           its sitemaps: whatever readers get of an article
section:3           what shows its name or address
article:42          the article's page, and every card of it
comments:42         its thread, and the counts of its comments
replies:42          the replies published by right under it
threads:1           a site's threads: its settings of comments, and its sections' policies
tag:7, author:5     what shows their names
image:9             what shows it
partner:4           strips that show a partner's headlines

What lists articles has a tag that says so. It is invalidated when an article enters or leaves the list, or moves in it:

list:publication:1, list:section:3, list:tag:7, list:author:5, list:archive:1:2025-02
"""

from articles.models import Article, Author, Image, PartnerFeed, Section, Tag
from articles.workflow import Kind
from newsroom.publications.models import Publication


def of_id(kind: str, pk: int) -> str:
    """Return the tag of a row by its kind, as above, and its id: for rows that are not read."""
    return f"{kind}:{pk}"


def publication(row: Publication) -> str:
    return row.cache_tag


def menu(row: Publication) -> str:
    return of_id("menu", row.pk)


def front(row: Publication) -> str:
    return of_id("front", row.pk)


def most_read(publication_id: int, period: str) -> str:
    return f"most_read:{publication_id}:{period}"


def changes(row: Publication) -> str:
    return of_id("changes", row.pk)


def threads(row: Publication) -> str:
    return of_id("threads", row.pk)


def section(row: Section) -> str:
    return of_id("section", row.pk)


def article(row: Article) -> str:
    return of_id("article", row.pk)


def comments(article_id: int) -> str:
    return of_id("comments", article_id)


def replies(article_id: int) -> str:
    return of_id("replies", article_id)


def tag(row: Tag) -> str:
    return of_id("tag", row.pk)


def author(row: Author) -> str:
    return of_id("author", row.pk)


def image(row: Image) -> str:
    return of_id("image", row.pk)


def partner(row: PartnerFeed) -> str:
    return of_id("partner", row.pk)


def list_of(kind: str, pk: int) -> str:
    """Return the tag of what lists articles: of a publication, a section, a tag, an author."""
    return f"list:{kind}:{pk}"


def archive(row: Publication, year: int, month: int) -> str:
    return f"list:archive:{row.pk}:{year:04d}-{month:02d}"


def positions(row: Article) -> dict[str, object]:
    """Return what decides where an article stands in lists: by the tag of each list, its position there.

    Compared before and after a change, they tell which lists it changed. Three queries.
    """
    found: dict[str, object] = {}
    for placement in row.placements.select_related("publication"):
        local = placement.published_at.astimezone(placement.publication.zone)
        position = (placement.published_at, placement.withdrawn_at, placement.kind)
        found[list_of("publication", placement.publication_id)] = position
        found[archive(placement.publication, local.year, local.month)] = position
        if placement.section_id:
            found[list_of("section", placement.section_id)] = position
    times = (row.published_at, row.withdrawn_at)
    found |= {list_of("tag", pk): times for pk in row.tagged.values_list("tag_id", flat=True)}
    found |= {list_of("author", pk): times for pk in row.byline_set.values_list("author_id", flat=True)}
    return found


def own_tags(row: Article) -> set[str]:
    """Return the tags of what an article itself says: its page and cards, its site's sitemaps; for a static page, the
    footer that links to it. No query, if the row came with its publication."""
    tags = {article(row), changes(row.publication)}
    return tags | {menu(row.publication)} if row.live_kind == Kind.PAGE else tags


def listing_tags(row: Article) -> set[str]:
    """Return the tags of all that shows an article: itself, and every list in which it stands. Three queries."""
    return own_tags(row) | set(positions(row))
