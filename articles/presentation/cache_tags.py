"""The cache tags of each model: which pages have them, and which of them a change to an article invalidates.

To answer "why is this page stale?", compare the tags of the page with those that the action invalidated:

publication:1       the front page, and every page for its menu, footer, logo and colour
section:3           the section's list, and pages that show its name
article:42          the article's page, and every card of it
tag:7, author:5     their lists, and pages that show their names
image:9             pages that show it
archive:1:2025-02   a month's list
partner:4           strips that show a partner's headlines
"""

from articles.models import Article, Author, Image, PartnerFeed, Section, Tag
from newsroom.publications.models import Publication


def of_id(kind: str, pk: int) -> str:
    """Return the tag of a row by its kind, as above, and its id: for rows that are not read."""
    return f"{kind}:{pk}"


def publication(row: Publication) -> str:
    return row.cache_tag


def section(row: Section) -> str:
    return of_id("section", row.pk)


def article(row: Article) -> str:
    return of_id("article", row.pk)


def tag(row: Tag) -> str:
    return of_id("tag", row.pk)


def author(row: Author) -> str:
    return of_id("author", row.pk)


def image(row: Image) -> str:
    return of_id("image", row.pk)


def partner(row: PartnerFeed) -> str:
    return of_id("partner", row.pk)


def archive(row: Publication, year: int, month: int) -> str:
    return f"archive:{row.pk}:{year:04d}-{month:02d}"


def listing_tags(row: Article) -> set[str]:
    """Return the tags to invalidate when what readers have of an article changes: its page, its cards, its lists.

    Call it before and after the change and invalidate both, so that lists it leaves are rendered again too. Three
    queries, if the row came with its publication.
    """
    tags = {article(row)}
    placements = list(row.placements.select_related("publication"))
    for placement in placements:
        local = placement.published_at.astimezone(placement.publication.zone)
        tags |= {publication(placement.publication), archive(placement.publication, local.year, local.month)}
        if placement.section_id:
            tags.add(of_id("section", placement.section_id))
    tags |= {of_id("tag", pk) for pk in row.tagged.values_list("tag_id", flat=True)}
    tags |= {of_id("author", pk) for pk in row.byline_set.values_list("author_id", flat=True)}
    if not placements:
        tags.add(publication(row.publication))  # a static page is linked from the footer of every page
    return tags
