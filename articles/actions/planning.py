"""Actions of planning: who writes an article and by when, notes on it, its embargo. Readers notice none of them."""

import datetime as dt
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import notifications
from articles.actions.base import display_name, locked, log
from articles.models import Article, Note
from articles.workflow import Finding, Refused, Verb
from newsroom.actions import action
from newsroom.lib.sorting import Alphabetical
from newsroom.publications.models import Publication
from newsroom.publications.permissions import require, rights

MAX_NOTE_CHARACTERS = 4000
DUPLICATE_NOTE_SECONDS = 60  # within them the same words again are one note


def writers_of(publication: Publication) -> QuerySet[Any]:
    """Return those to whom an article of a publication can be assigned."""
    writing = list(rights()["article.save"])  # the roles that may save an article: never "all roles but…"
    people = get_user_model().objects.filter(
        is_active=True, memberships__publication=publication, memberships__role__in=writing
    )
    return people.distinct().order_by(Alphabetical("first_name"), Alphabetical("last_name"), "username")


@action
def assign(article: Article, *, to: Any, by: Any, deadline: dt.datetime | None = None, brief: str = "") -> Article:
    """Assign an article to a writer, with a deadline; `to=None` unassigns it. `brief` goes into the mail and the log.

    Nothing is published at a deadline. Raises Forbidden, Refused.
    """
    article = locked(article)
    require(by, "article.assign", article)
    if to is not None and not writers_of(article.publication).filter(pk=to.pk).exists():
        params = {"who": display_name(to), "publication": article.publication.name}
        raise Refused([Finding("to", _("%(who)s does not write for %(publication)s.") % params)])
    if to is None and deadline is not None:
        raise Refused([Finding("to", _("A deadline is somebody’s: say whose."))])
    if deadline is not None and deadline != article.deadline and deadline <= timezone.now():
        raise Refused([Finding("deadline", _("This time has passed."))])
    brief = brief.strip()
    if (article.assigned_to, article.deadline) == (to, deadline) and not brief:
        return article
    article.assigned_to, article.deadline = to, deadline
    article.save()
    when = article.publication.date(deadline) if deadline else ""
    note = " · ".join(filter(None, (display_name(to) if to else _("nobody"), when, brief)))
    event = log(Verb.ASSIGNED, article, by, revision=article.working, note=note)
    if to is not None:
        notifications.assigned(article, event, by=by, brief=brief)
    return article


@action
def add_note(article: Article, text: str, *, by: Any) -> Note:
    """Leave a note on an article for those who work on it, and mail it to them. Raises Forbidden, Refused."""
    article = locked(article)
    require(by, "article.note", article)
    text = text.strip()
    if not text or len(text) > MAX_NOTE_CHARACTERS:
        message = _("A note has some words, and %(n)d characters at most.")
        raise Refused([Finding("text", message % {"n": MAX_NOTE_CHARACTERS})])
    now = timezone.now()
    since = now - dt.timedelta(seconds=DUPLICATE_NOTE_SECONDS)
    same: Note | None = article.notes.filter(author=by, text=text, at__gt=since).first()
    if same is not None:  # a button pressed twice
        return same
    row = Note.objects.create(article=article, author=by, text=text, at=now)
    notifications.note_added(row, by=by)
    return row


@action
def set_embargo(article: Article, *, until: dt.datetime | None, by: Any) -> Article:
    """Set until when nobody outside the desk may have an article or a change to it; None lifts the embargo.

    Who writes an article may set it or make it longer; only an editor may shorten or lift it. Raises Forbidden; Refused
    for a time that has passed, or if something is scheduled before it.
    """
    article, now = locked(article), timezone.now()
    require(by, "article.embargo", article)
    current = article.embargo_until if article.is_embargoed(now) else None
    if until == current:
        return article
    if current and (until is None or until < current):
        require(by, "article.lift_embargo", article, _("Only an editor can shorten or lift an embargo."))
    if until is not None and until <= now:
        raise Refused([Finding("until", _("This time has passed."))])
    scheduled = next((moment for moment in (article.published_at, article.next_at) if moment and moment > now), None)
    if until is not None and scheduled and scheduled < until:
        message = _("It is to come out before that, on %(time)s: take it off the schedule first.")
        raise Refused([Finding("until", message % {"time": article.publication.date(scheduled)})])
    article.embargo_until = until
    article.save()
    verb = Verb.EMBARGOED if until else Verb.EMBARGO_LIFTED
    log(verb, article, by, revision=article.working, note=article.publication.date(until) if until else "")
    return article
