"""The articles that editors pinned to the head of a page, each until a set time."""

import datetime as dt

from articles.models import Pin, Placement, Section
from newsroom.publications.models import Publication


def pinned(publication: Publication, section: Section | None, now: dt.datetime) -> list[int]:
    """Return the ids of the live articles pinned to a section's page (None: the front page), in order. One query."""
    pins = Pin.objects.current(now).filter(slot__publication=publication, slot__section=section)
    rows = Placement.objects.listed_on(publication).live(now).filter(article__pins__in=pins)
    rows = rows.order_by("article__pins__position", "article__pins__pk")
    return list(dict.fromkeys(rows.values_list("article", flat=True)))
