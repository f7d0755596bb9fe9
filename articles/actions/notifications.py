"""Mails about articles, to the people whom they concern, in the publication's language.

A mail about something that has happened is written in the transaction of the action. A mail about a future time is a
task for that time, which first checks that it is still true: nothing has to be cancelled with a schedule.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles.actions.base import display_name
from articles.models import Article, Event, Note, Revision
from articles.presentation import cache_tags
from newsroom.publications.models import origin_of
from newsroom.publications.permissions import may, user_of
from newsroom.worker import mail
from newsroom.worker.models import Mail
from newsroom.worker.queue import AnyTask, enqueue, idempotent_task

User = get_user_model()
_MENTION = re.compile(r"(?<!\w)@([\w.+-]*\w)")  # a user name; the full stop after it ends the sentence


# -- at once -----------------------------------------------------------------------------------------------------------


def changes_requested(article: Article, event: Event, *, by: Any) -> None:
    """Mail an article's people that an editor asks for changes; the event's note says which."""
    _mail_people(article, f"sent-back:{event.pk}", _people_of(article), by, lambda: (
        _("To take up again: %(headline)s"),
        _("%(who)s sent your article back:\n\n%(note)s") % {"who": display_name(by), "note": event.note},
    ))  # fmt: skip


def assigned(article: Article, event: Event, *, by: Any, brief: str) -> None:
    """Mail the person to whom an article was assigned, with the brief."""
    _mail_people(article, f"assigned:{event.pk}", [article.assigned_to], by, lambda: (
        _("For you: %(headline)s"),
        "\n\n".join(filter(None, (
            _("%(who)s assigned this article to you.") % {"who": display_name(by)},
            _deadline_line(article),
            brief,
        ))),
    ))  # fmt: skip


def note_added(note: Note, *, by: Any) -> None:
    """Mail a note to the article's people, to those who wrote notes on it, and to those it names with an @."""
    article = note.article
    note_authors = User.objects.filter(pk__in=article.notes.values("author"))
    people = [*_people_of(article), *note_authors, *mentioned(note)]
    _mail_people(article, f"noted:{note.pk}", people, by, lambda: (
        _("Note: %(headline)s"),
        _("%(who)s notes:\n\n%(note)s") % {"who": display_name(by), "note": note.text},
    ))  # fmt: skip


def mentioned(note: Note) -> list[Any]:
    """Return those whom a note names with an @, and who have a role in its article's publication."""
    names = _MENTION.findall(note.text)
    rows = User.objects.filter(username__in=names, memberships__publication=note.article.publication)
    return list(rows.distinct())


def recipients_of(note: Note) -> tuple[list[str], list[str]]:
    """Return the addresses that a note was mailed to, and the names after an @ that are nobody's there."""
    to = Mail.objects.filter(key__startswith=f"noted:{note.pk}:").values_list("to", flat=True)
    known = {person.username for person in mentioned(note)}
    return list(to), [name for name in dict.fromkeys(_MENTION.findall(note.text)) if name not in known]


def deadline_near(article: Article) -> None:
    """Mail who writes an article that its deadline is near, once for each deadline."""
    key = f"deadline:{article.pk}:{article.deadline:%Y%m%dT%H%M}:{article.assigned_to_id}"
    _mail_people(
        article, key, [article.assigned_to], None, lambda: (_("Due soon: %(headline)s"), _deadline_line(article))
    )


# -- at a set time -----------------------------------------------------------------------------------------------------


def published(article: Article, revision: Revision, *, by: Any, at: dt.datetime) -> None:
    """Queue a mail for the time at which readers get a revision, now or later."""
    _enqueue_for(at, notify_published, f"published:{revision.pk}", by, revision=revision.pk)


@idempotent_task
def notify_published(revision: int, moment: str, by: int | None) -> None:
    """Mail an article's people that readers have a revision, if they do since that time (ISO 8601)."""
    _refuse_before(moment)
    article = Article.objects.filter(
        editions__revision=revision, editions__published_at=dt.datetime.fromisoformat(moment)
    ).first()
    if article is None or not article.is_live(timezone.now()):
        return
    number = Revision.objects.get(pk=revision).number
    _mail_people(article, f"published:{revision}:{moment}", _people_of(article), _user(by), lambda: (
        _("Live: %(headline)s") if article.editions.count() == 1 else _("The change is live: %(headline)s"),
        _("Readers have revision %(n)d:") % {"n": number} + f"\n{article.get_absolute_url()}",
    ))  # fmt: skip


def withdrawn(article: Article, *, by: Any, at: dt.datetime) -> None:
    """Queue a mail for the time at which an article is withdrawn, now or later."""
    _enqueue_for(at, notify_withdrawn, f"withdrawn:{article.pk}", by, article=article.pk)


@idempotent_task
def notify_withdrawn(article: int, moment: str, by: int | None) -> None:
    """Mail an article's people that it was withdrawn, if it is since that time (ISO 8601)."""
    _refuse_before(moment)
    row = Article.objects.filter(pk=article, withdrawn_at=dt.datetime.fromisoformat(moment)).first()
    if row is not None:
        _mail_people(row, f"withdrawn:{article}:{moment}", _people_of(row), _user(by), lambda: (
            _("Withdrawn: %(headline)s"), row.withdrawal_notice
        ))  # fmt: skip


def _enqueue_for(moment: dt.datetime, task: AnyTask, key: str, by: Any, **arguments: Any) -> None:
    """Enqueue an idempotent task for a time, once for each time that a person sets."""
    user = user_of(by)
    enqueue(
        task, at=moment, key=f"{key}:{moment:%Y%m%dT%H%M%S.%f}", moment=moment.isoformat(),
        by=user.pk if user else None, **arguments,
    )  # fmt: skip


class TooEarly(Exception):
    """A task was run before its time: the queue tries again."""


def _refuse_before(moment: str) -> None:
    if dt.datetime.fromisoformat(moment) > timezone.now():
        raise TooEarly(moment)


# -- to whom, and how --------------------------------------------------------------------------------------------------


def _people_of(article: Article) -> list[Any]:
    """Return who created an article, who is to write it, and who signs it."""
    signing = User.objects.filter(byline__in=article.working.author_ids)
    return [article.created_by, article.assigned_to, *signing]


def _mail_people(article: Article, key: str, people: Iterable[Any], by: Any, words: Any) -> None:
    """Mail each of these people, once, but the one who did it, if they may still see the article.

    `words` returns subject and text; it is called with the publication's language and time zone set.
    """
    with_email = {person.pk: person for person in people if person and person.email and person != by}
    recipients = [person for person in with_email.values() if may(person, "article.view", article)]
    with translation.override(article.publication.language), timezone.override(article.publication.zone):
        subject, body = words() if recipients else ("", "")
        page = f"{origin_of(settings.DESK_HOST)}{reverse('admin:articles_article_change', args=[article.pk])}"
        body = f"{body}\n\n{article.desk_headline}\n{article.publication.name} · {page}\n"
    for person in recipients:
        mail.post(
            f"{key}:{person.pk}", to=person.email, subject=subject % {"headline": article.desk_headline}, body=body,
            publication=article.publication, about=cache_tags.article(article),
        )  # fmt: skip


def _deadline_line(article: Article) -> str:
    return _("By %(time)s.") % {"time": article.publication.date(article.deadline)} if article.deadline else ""


def _user(pk: int | None) -> Any:
    return User.objects.filter(pk=pk).first() if pk else None
