"""Why is this page stale? Model → the tags its pages bear, and what a change to it touches.

publication:1   its home, its menu and footer, its face
section:3       the section's list and name
article:42      the article's page, and every card of it
tag:7 author:5  their pages and their names
image:9         pages that show it
archive:1:2025-02   a month's list
partner:4       strips that show a partner's headlines
"""

from articles.models import Article, Author, Image, PartnerFeed, Section, Tag
from newsroom.publications.models import Publication


def publication(row: Publication) -> str:
    return row.cache_tag


def section(row: Section) -> str:
    return f"section:{row.pk}"


def article(row: Article) -> str:
    return f"article:{row.pk}"


def tag(row: Tag) -> str:
    return f"tag:{row.pk}"


def author(row: Author) -> str:
    return f"author:{row.pk}"


def image(row: Image) -> str:
    return f"image:{row.pk}"


def partner(row: PartnerFeed) -> str:
    return f"partner:{row.pk}"


def archive(row: Publication, year: int, month: int) -> str:
    return f"archive:{row.pk}:{year:04d}-{month:02d}"


def listing_tags(row: Article) -> set[str]:
    """All that a change to an article as readers have it touches: its page and cards, and each list that it stands in.

    Called before and after the change, so that lists it leaves are touched too. Three queries.
    """
    touched = {article(row)}
    placements = list(row.placements.select_related("publication"))
    for placement in placements:
        local = placement.published_at.astimezone(placement.publication.zone)
        touched |= {publication(placement.publication), archive(placement.publication, local.year, local.month)}
        if placement.section_id:
            touched.add(f"section:{placement.section_id}")
    touched |= {f"tag:{pk}" for pk in row.tagged.values_list("tag_id", flat=True)}
    touched |= {f"author:{pk}" for pk in row.byline_set.values_list("author_id", flat=True)}
    if not placements:
        touched.add(publication(row.publication))  # a static page stands in the footer of every page
    return touched
