"""Mails to staff and readers: written with the change that wants them, sent by the worker, settled by a person.

Sending can't be undone or asked about: where a worker died in the midst of it, the mail is shown, never sent again by
itself. SMTP's own answers are RFC 5321's: 4xx is "try later", 5xx is "no".
"""

import datetime as dt
import hashlib
import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskContext, task
from django_tasks_db.models import DBTaskResult

from newsroom.actions import action
from newsroom.lib.text import one_line
from newsroom.publications.models import Publication
from newsroom.publications.permissions import require
from newsroom.worker.models import Mail
from newsroom.worker.queue import MAX_TRIES, READY, RUNNING, enqueue

State = Mail.State
MAX_SUBJECT_CHARACTERS = 250


def post(
    key: str,
    *,
    to: str,
    subject: str,
    body: str,
    publication: Publication | None,
    about: str = "",
    unsubscribe: str = "",
    is_secret: bool = False,
) -> None:
    """Write a mail and enqueue its sending, inside the transaction of the change that it is about. One for each key.

    `about` is the cache tag of what it is about ("article:42"), so that it can be found again. `unsubscribe` is an
    address at which a POST ends mails of its kind (RFC 8058's one click). The text of one that `is_secret`, with a link
    that lets somebody in, is forgotten once it was sent. Raises OutsideTransaction.
    """
    mail, is_new = Mail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": one_line(subject)[:MAX_SUBJECT_CHARACTERS],
            "body": body,
            "publication": publication,
            "about": about,
            "unsubscribe": unsubscribe,
            "is_secret": is_secret,
        },
    )
    if is_new:
        enqueue(deliver, mail=mail.pk)


@task(takes_context=True)
def deliver(context: TaskContext, mail: int) -> None:
    """Send one mail, by its id. Raises what makes the queue try again, where the mail surely did not go out."""
    now = timezone.now()
    if not Mail.objects.filter(pk=mail, state=State.WAITING).update(state=State.SENDING, tried_at=now):
        # A worker began, and never wrote how it ended.
        Mail.objects.filter(pk=mail, state=State.SENDING).update(state=State.UNCERTAIN, error="")
        return
    row = Mail.objects.select_related("publication").get(pk=mail)
    is_last = context.attempt >= MAX_TRIES
    try:
        _send(row)
    except _NotSent as error:
        _end_try(mail, now, State.FAILED if is_last or error.for_good else State.WAITING, str(error))
        if not error.for_good:
            raise
    except Exception as error:
        _end_try(mail, now, State.UNCERTAIN, repr(error))
    else:
        _end_try(mail, now, State.SENT, "")


def _end_try(mail: int, tried_at: dt.datetime, state: str, error: str) -> None:
    """Write how a try ended, unless a person settled the mail, or another try began, meanwhile."""
    own = Mail.objects.filter(pk=mail, tried_at=tried_at, state__in=[State.SENDING, State.UNCERTAIN])
    own.update(state=state, error=error)
    _forget_secret(mail)


def _forget_secret(mail: int) -> None:
    """Forget the text of a secret mail that was sent."""
    Mail.objects.filter(pk=mail, is_secret=True, state=State.SENT).update(body="")


class _NotSent(Exception):
    """The mail surely did not go out. `for_good`: the server said no, and will again."""

    def __init__(self, error: Exception, for_good: bool = False):
        super().__init__(_description_of(error))
        self.for_good = for_good


def _description_of(error: Exception) -> str:
    """Return an error without the addresses that a server quotes in it: a traceback is kept longer than a mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"SMTPRecipientsRefused({sorted({code for code, _reply in error.recipients.values()})})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}({error.smtp_code})"
    return repr(error)


def _send(row: Mail) -> None:
    """Raises _NotSent where it surely did not go out, anything else where nobody knows."""
    sender = settings.DEFAULT_FROM_EMAIL
    reply_to = [row.publication.contact_email] if row.publication and row.publication.contact_email else None
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise _NotSent(error) from error
    headers = {
        # One for each mail, so that a receiver can tell a second copy, which a person asked for, from another mail.
        "Message-ID": f"<{hashlib.sha256(row.key.encode()).hexdigest()[:40]}@{sender.rpartition('@')[2].rstrip('>')}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answers, please
    }
    if row.unsubscribe:
        headers["List-Unsubscribe"] = f"<{row.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMessage(
        row.subject, row.body, sender, [row.to], connection=connection, headers=headers, reply_to=reply_to
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _reply in error.recipients.values()]
        raise _NotSent(error, for_good=all(code >= 500 for code in codes)) from None
    except smtplib.SMTPResponseException as error:
        raise _NotSent(error, for_good=error.smtp_code >= 500) from None
    finally:
        connection.close()


@task
def settle_given_up() -> None:
    """Have a person see the mails whose task failed for good before it could write how it ended.

    A worker that dies in a mail's last try leaves it as being sent, or waiting, with nobody to send it.
    """
    tasks = DBTaskResult.objects.filter(task_path=deliver.module_path)
    given_up = _mails_of(tasks.failed())
    if not given_up:
        return
    with transaction.atomic():
        open_mails = Mail.objects.filter(pk__in=given_up, state__in=[State.SENDING, State.WAITING])
        locked = set(open_mails.select_for_update().values_list("pk", flat=True))
        # One that a person has had sent again has another task. Asked with the mails locked: `send_again` locks first.
        abandoned = Mail.objects.filter(pk__in=locked - _mails_of(tasks.filter(status__in=[READY, RUNNING])))
        abandoned.filter(state=State.SENDING).update(state=State.UNCERTAIN)
        abandoned.filter(state=State.WAITING).update(state=State.FAILED)


def _mails_of(tasks: Any) -> set[int]:
    return {kwargs["mail"] for kwargs in tasks.values_list("args_kwargs__kwargs", flat=True)}


@action
def send_again(mail: Mail, *, by: Any) -> bool:
    """Have a mail sent once more: a person decides so. Return False if it was settled meanwhile. Raises Forbidden."""
    require(by, "mail.settle", mail.publication)
    changed = Mail.objects.needing_attention().filter(pk=mail.pk).update(state=State.WAITING, error="")
    if changed:
        enqueue(deliver, mail=mail.pk)
    return bool(changed)


@action
def settle(mail: Mail, *, by: Any) -> bool:
    """Mark a mail as sent: a person knows that it arrived, or that it no longer matters.

    Return False if it was settled meanwhile. Raises Forbidden.
    """
    require(by, "mail.settle", mail.publication)
    changed = Mail.objects.needing_attention().filter(pk=mail.pk).update(state=State.SENT)
    _forget_secret(mail.pk)
    return bool(changed)
