"""The action by which a reader writes to the desk. What is done with the message then: inbox.py.

Screening loses nothing: what any rule finds waits in the inbox to be checked, and nobody is mailed about it. Beyond
MAX_A_MINUTE on a publication (`is_flooded`), or MAX_A_DAY_FROM_ONE_SOURCE, it is refused, and the form keeps it.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.presentation.pasted import NotHere, Pasted, resolve_pasted
from comments import sources, text
from comments.actions import message_mails
from comments.actions.settings import locked_settings
from comments.models import Message, MessageEvent
from comments.models.message import MAX_MESSAGE_CHARACTERS, MAX_NAME_CHARACTERS
from comments.refusals import Refused
from comments.screening import Screen, SentMessage
from comments.states import MessageState, MessageVerb, Status, Subject
from newsroom.actions import action
from newsroom.lib.client import Client
from newsroom.publications.models import Publication

MAX_A_MINUTE = 60  # on one site: beyond it nothing is taken for the moment
MAX_A_DAY_FROM_ONE_SOURCE = 20
RESEND_WINDOW = dt.timedelta(minutes=10)  # within it the same words of the same sender are one message


@dataclass(frozen=True)
class NewMessage:
    """What a reader typed, as the form sent it. `took`: seconds from the form to the sending; None where unknown.

    `address` is that of the page that it is about, as pasted; `form_key` is the form's own, "" where there was no form.
    """

    subject: str
    text: str
    name: str
    email: str
    address: str = ""
    honeypot: str = ""
    took: float | None = None
    form_key: str = ""


class FormUsed(Exception):
    """A form that has sent another message already."""


def is_flooded(publication: Publication, now: dt.datetime) -> bool:
    """Return whether a site got MAX_A_MINUTE messages or more in the last minute. One query."""
    recent = Message.objects.filter(publication=publication, posted_at__gt=now - dt.timedelta(minutes=1))
    return len(recent.order_by().values_list("pk")[:MAX_A_MINUTE]) >= MAX_A_MINUTE


@action
def receive(publication: Publication, new: NewMessage, *, client: Client) -> Message:
    """Screen and store a reader's message, mail its receipt and the people whom it concerns; return it.

    A form that is sent twice, or the same words of the same sender within RESEND_WINDOW, return the message that there
    is. Raises FormUsed if the form sent another one; Refused, whose field says what to correct.
    """
    settings = locked_settings(publication)
    now = timezone.now()
    new = _checked(new)
    page = _page(new, publication)
    known_sources = tuple(sources.keys(client.network))
    earlier = _sent_by_form(publication, new) or _sent_just_now(publication, new, known_sources, now)
    if earlier is not None:
        return earlier
    _refuse_over_rate(publication, known_sources, now)
    verdict = Screen.of(settings).judge(
        SentMessage(
            settings=settings, text=new.text, email=new.email, at=now, sources=known_sources, took=new.took,
            honeypot=new.honeypot,
        )
    )  # fmt: skip
    message = Message(
        publication=publication, subject=new.subject, article=page.article, page=page.path, name=new.name,
        email=new.email, source=next(iter(known_sources), ""), form_key=new.form_key or None, posted_at=now,
        state=MessageState.NEW if verdict.status == Status.APPROVED else MessageState.HELD,
        rule=verdict.rule, matched=verdict.matched,
    )  # fmt: skip
    message.set_text(new.text)
    message.save()
    MessageEvent.objects.create(message=message, verb=MessageVerb.RECEIVED, to_state=message.state, at=now)
    if message.state == MessageState.NEW:
        message_mails.received(message)
    return message


def _checked(new: NewMessage) -> NewMessage:
    if new.subject not in Subject.values:
        raise Refused("subject", _("Say what it is about."))
    words, name, email = text.clean(new.text), text.clean_line(new.name), new.email.strip().lower()
    if not text.is_visible(name):
        raise Refused("name", _("Give your name."))
    if len(name) > MAX_NAME_CHARACTERS:
        raise Refused("name", _("A name has %(n)d characters at most.") % {"n": MAX_NAME_CHARACTERS})
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("email", _("Give an e-mail address at which the desk can answer you.")) from error
    if not text.is_visible(words):
        raise Refused("text", _("Write something."))
    if len(words) > MAX_MESSAGE_CHARACTERS:
        too_many = len(words) - MAX_MESSAGE_CHARACTERS
        message = ngettext(
            "%(n)d character too many: shorten it, nothing is lost.",
            "%(n)d characters too many: shorten it, nothing is lost.",
            too_many,
        )
        raise Refused("text", message % {"n": too_many})
    return replace(new, text=words, name=name, email=email, honeypot=new.honeypot.strip())


def _page(new: NewMessage, publication: Publication) -> Pasted:
    """Return what the message is about; the empty path where it names nothing. Raises Refused."""
    if not new.address.strip():
        if new.subject == Subject.REPLY:
            raise Refused("address", _("Give the address of the article that you reply to."))
        return Pasted("", None)
    try:
        page = resolve_pasted(new.address, publication)
    except NotHere as error:
        if error.elsewhere:
            params = {"site": error.elsewhere.name, "address": error.elsewhere.origin}
            message = _("This is a page of %(site)s: write to the desk there (%(address)s).")
            raise Refused("address", message % params) from error
        message = _("%(site)s has no page at this address: copy it from the bar of your browser.")
        raise Refused("address", message % {"site": publication.name}) from error
    if new.subject == Subject.REPLY and page.article is None:
        raise Refused("address", _("This is no article: give the address of the one that you reply to."))
    return page


def _sent_by_form(publication: Publication, new: NewMessage) -> Message | None:
    """Return the message that this form sent, or None. Raises FormUsed where the form now says something else."""
    sent = Message.objects.filter(form_key=new.form_key).first() if new.form_key else None
    if sent is None:
        return None
    now_says = (publication.pk, new.subject, new.text, new.name, new.email)
    if (sent.publication_id, sent.subject, sent.text, sent.name, sent.email) != now_says:
        raise FormUsed
    return sent


def _sent_just_now(
    publication: Publication, new: NewMessage, known_sources: Collection[str], now: dt.datetime
) -> Message | None:
    """Return what the same sender wrote a moment ago by another form, in the same words: the desk needs it once."""
    if not known_sources:
        return None
    recent = Message.objects.filter(
        publication=publication, digest=text.digest(new.text), posted_at__gt=now - RESEND_WINDOW, email=new.email,
        subject=new.subject, source__in=known_sources,
    )  # fmt: skip
    return next((row for row in recent if row.text == new.text), None)


def _refuse_over_rate(publication: Publication, known_sources: Collection[str], now: dt.datetime) -> None:
    if not known_sources:
        return
    recent = Message.objects.filter(source__in=known_sources, posted_at__gt=now - dt.timedelta(days=1))
    recent = recent.filter(publication=publication).order_by()
    if len(recent.values_list("pk")[:MAX_A_DAY_FROM_ONE_SOURCE]) >= MAX_A_DAY_FROM_ONE_SOURCE:
        raise Refused("", _("You have written much today: your text is still here, send it tomorrow."))
