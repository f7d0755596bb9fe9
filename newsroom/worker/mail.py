"""Mails to people of the desk and of the house: written with the change that wants them, sent by the worker.

Sending can't be undone or asked about: where a worker died in the midst of it, the mail is shown, never sent again by
itself. SMTP's own answers are RFC 5321's: 4xx is "try later", 5xx is "no".
"""

import hashlib
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskContext, task

from newsroom.publications.models import Publication
from newsroom.worker.models import Mail
from newsroom.worker.queue import MAX_TRIES, enqueue

State = Mail.State


def post(
    key: str,
    *,
    to: str,
    subject: str,
    body: str,
    publication: Publication | None,
    about: str = "",
    unsubscribe: str = "",
) -> None:
    """Writes a mail and queues its sending, inside the transaction of what it tells. One for each key, ever.

    `about` names what it tells of ("article:42"), so that it can be found again. `unsubscribe` is an address at which a
    POST ends mails of its kind (RFC 8058's one click).
    """
    mail, is_new = Mail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": " ".join(subject.split())[:250],
            "body": body,
            "publication": publication,
            "about": about,
            "unsubscribe": unsubscribe,
        },
    )
    if is_new:
        enqueue(deliver, mail=mail.pk)


@task(takes_context=True)
def deliver(context: TaskContext, mail: int) -> None:
    """Sends one mail. Raises what makes the queue try again: only where the mail surely did not go out."""
    now = timezone.now()
    if not Mail.objects.filter(pk=mail, state=State.WAITING).update(state=State.SENDING, tried_at=now):
        # Somebody began and never said how it went.
        _write(mail, State.UNCERTAIN, "", only_from=State.SENDING)
        return
    row = Mail.objects.select_related("publication").get(pk=mail)
    is_last = context.attempt >= MAX_TRIES
    try:
        _send(row)
    except _NotSent as error:
        _write(mail, State.FAILED if is_last or error.for_good else State.WAITING, str(error))
        if not error.for_good:
            raise
    except Exception as error:
        _write(mail, State.UNCERTAIN, repr(error))
    else:
        _write(mail, State.SENT, "")


class _NotSent(Exception):
    """The mail surely did not go out. `for_good`: the server said no, and will again."""

    def __init__(self, error: Exception, for_good: bool = False):
        super().__init__(_in_words(error))
        self.for_good = for_good


def _in_words(error: Exception) -> str:
    """What a server said, without the addresses that it said it of: a traceback is kept longer than a mail."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"SMTPRecipientsRefused({sorted({code for code, _words in error.recipients.values()})})"
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
        codes = [code for code, _ in error.recipients.values()]
        raise _NotSent(error, for_good=all(code >= 500 for code in codes)) from None
    except smtplib.SMTPResponseException as error:
        raise _NotSent(error, for_good=error.smtp_code >= 500) from None
    finally:
        connection.close()


def _write(mail: int, state: str, error: str, only_from: str | None = None) -> None:
    rows = Mail.objects.filter(pk=mail)
    (rows.filter(state=only_from) if only_from else rows).update(state=state, error=error)


@transaction.atomic
def send_again(mail: Mail) -> bool:
    """A person decides that a mail goes out once more. False if it was settled meanwhile."""
    changed = Mail.objects.needing_attention().filter(pk=mail.pk).update(state=State.WAITING, error="")
    if changed:
        enqueue(deliver, mail=mail.pk)
    return bool(changed)


@transaction.atomic
def settle(mail: Mail) -> bool:
    """A person knows that it arrived, or that it no longer matters. False if it was settled meanwhile."""
    return bool(Mail.objects.needing_attention().filter(pk=mail.pk).update(state=State.SENT))
