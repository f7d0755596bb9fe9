"""What stands at the head of a page: the articles pinned to it by hand, until the hour of each."""

import datetime as dt
from dataclasses import replace

from articles.models import Pin, Placement, Section
from articles.presentation.cards import Card, cards
from newsroom.publications.models import Publication


def pinned(publication: Publication, section: Section | None, now: dt.datetime) -> list[Card]:
    """The cards at the head of the front page, or of a section's, in order: those that readers have. One query."""
    pins = Pin.objects.current(now).filter(slot__publication=publication, slot__section=section)
    rows = Placement.objects.listed_on(publication).live(now).filter(article__pins__in=pins).with_cards()
    shown = cards(rows.order_by("article__pins__position", "article__pins__pk"), on=publication, now=now)
    return [replace(card, pinned=True) for card in shown]
