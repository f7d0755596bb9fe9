"""Template context of the pages of one article at the desk: its state, notes, pins, times ahead and log. Only reads."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from articles.admin.audience import audience_of
from articles.admin.states import state_badges
from articles.models import Article, Event, Pin, Revision
from articles.workflow import Pending, Stage, Verb
from newsroom.extensions import extensions
from newsroom.publications.permissions import may

# What another app shows on an article's page: a `template`, and what it needs; None where there is nothing to show.
Panel = Callable[[Article, Any], dict[str, Any] | None]
SHOWN_EVENTS = 30
SHOWN_NOTES = 50


def context_of(article: Article, user: Any, now: dt.datetime) -> dict[str, Any]:
    """Return what the form's page shows of an article beside the form itself, for `user` at `now`."""
    return {
        "badges": state_badges(article),
        "times_ahead": times_ahead(article, now),
        "notes": list(article.notes.select_related("author")[:SHOWN_NOTES]),
        "pins": _current_pins(article, now),
        "may_pin": may(user, "article.pin", article),
        "events": list(article.events.select_related("actor", "revision")[:SHOWN_EVENTS]),
        "is_live": article.is_live(now),
        "audience": audience_of(article),
        "changes_requested": _changes_requested(article),
        "may_expunge": may(user, "article.expunge", article),
        "panels": _panels(article, user),
        "imported": article.imported_from.first(),
    }


def _panels(article: Article, user: Any) -> list[dict[str, Any]]:
    functions: tuple[Panel, ...] = extensions("article_panels")
    return [panel for function in functions if (panel := function(article, user))]


def times_ahead(article: Article, now: dt.datetime) -> list[tuple[Any, dt.datetime, Revision | None]]:
    """Return the times that an article waits for: label, time, and the revision that is concerned, if any."""
    pending = article.pending(now)
    times = [
        (_("Embargo until"), article.embargo_until if article.is_embargoed(now) else None, None),
        (_("Published at"), article.published_at if Pending.PUBLICATION in pending else None, article.live),
        (_("Change at"), article.next_at if Pending.CHANGE in pending else None, article.next),
        (_("Withdrawn at"), article.withdrawn_at if Pending.WITHDRAWAL in pending else None, None),
    ]
    return [(label, moment, revision) for label, moment, revision in times if moment]


def _current_pins(article: Article, now: dt.datetime) -> list[Pin]:
    if not article.live_id:
        return []
    return list(article.pins.current(now).select_related("slot__section", "slot__publication"))


def _changes_requested(article: Article) -> Event | None:
    """Return the event by which an editor sent the article back, until its writer submits it again."""
    if article.stage != Stage.CHANGES:
        return None
    return article.events.select_related("actor").filter(verb=Verb.CHANGES_REQUESTED).first()
