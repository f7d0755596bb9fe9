"""What stands at the head of a page: the stories pinned to it by hand, until the hour of each."""

import datetime as dt
from dataclasses import replace

from articles.models import Pick, Placement, Section
from articles.presentation.cards import Card, cards
from newsroom.publications.models import Publication


def pinned(publication: Publication, section: Section | None, now: dt.datetime) -> list[Card]:
    """The cards at the head of the front page, or of a section's, in order: those that readers have. One query."""
    picks = Pick.objects.standing(now).filter(block__publication=publication, block__section=section)
    rows = Placement.objects.listed_on(publication).live(now).filter(article__picks__in=picks).with_cards()
    shown = cards(rows.order_by("article__picks__position", "article__picks__pk"), on=publication, now=now)
    return [replace(card, pinned=True) for card in shown]
