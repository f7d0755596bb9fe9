"""Actions of the desk on messages: each a step of states.STEPS, by one function, in the message's log.

Whoever acts names the version of the message that they saw: where somebody was faster, nothing is done, and the page
says who. Locks: an article first, then its messages by their ids.
"""

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Edition
from articles.workflow import Change
from comments import text
from comments.actions import message_mails
from comments.models import Message, MessageEvent
from comments.models.message import MAX_MESSAGE_CHARACTERS
from comments.refusals import Refused
from comments.states import CLOSED_STATES, STEPS, MessageState, MessageVerb, Subject
from newsroom.actions import action
from newsroom.publications.permissions import SYSTEM, may, require, user_of

MAX_REASON_CHARACTERS = 1000


@action
def take(message: Message, *, by: Any, version: int | None = None) -> Message:
    """Take a message: it is this person's to see to. Raises Forbidden, Refused."""
    message = begin(MessageVerb.TAKEN, message, by, version)
    message.assigned_to = user_of(by)
    return end(MessageVerb.TAKEN, message, by)


@action
def give(message: Message, to: Any, *, by: Any, version: int | None = None) -> Message:
    """Give a message to a colleague, who is mailed. Raises Forbidden; Refused where they could not read it."""
    message = begin(MessageVerb.GIVEN, message, by, version, right="message.assign")
    message.assigned_to = to
    if not to.is_active or not may(to, "message.view", message):
        raise Refused("to", _("They could not read it: they have no role here."))
    message = end(MessageVerb.GIVEN, message, by, to.get_full_name() or to.get_username())
    message_mails.given(message, by=by)
    return message


@action
def put_under(message: Message, subject: str, *, by: Any, version: int | None = None) -> Message:
    """Put a message under the subject that it is really about. Raises Forbidden, Refused.

    Only who decides about a right of reply says that a message asks for one, or does not.
    """
    message = begin(MessageVerb.SORTED, message, by, version)
    if Subject.REPLY in (subject, message.subject):
        require(by, "message.decide", message)
    if subject not in Subject.values or subject == message.subject:
        raise Refused("subject", _("Say what it is about."))
    if subject == Subject.REPLY and message.article is None:
        raise Refused("subject", _("It names no article: a reply is published under one."))
    message.subject = subject
    message.awaits_correction = message.awaits_correction and subject != Subject.REPLY
    return end(MessageVerb.SORTED, message, by, str(Subject(subject).label))


@action
def add_note(message: Message, words: str, *, by: Any) -> Message:
    """Add a note for the desk to a message's log. Raises Forbidden, Refused."""
    message = begin(MessageVerb.NOTED, message, by, None)
    return end(MessageVerb.NOTED, message, by, checked_words(words, "note", MAX_REASON_CHARACTERS))


@action
def answer(message: Message, words: str, *, by: Any, closes: bool = False, version: int | None = None) -> Message:
    """Mail an answer to the sender, and keep it in the log; close the message with it, if `closes`.

    Raises Forbidden, Refused.
    """
    message = begin(MessageVerb.ANSWERED, message, by, version)
    if not message.email:
        raise Refused("answer", _("Its sender was forgotten: there is no address any more."))
    words = checked_words(words, "answer", MAX_MESSAGE_CHARACTERS)
    if message.assigned_to is None:
        message.assigned_to = user_of(by)
    if closes and message.is_open:
        _refuse_undecided(message)
        message = end(MessageVerb.ANSWERED, message, by, words, to=MessageState.DONE)
    else:
        to = MessageState.TAKEN if message.is_open else None
        message = end(MessageVerb.ANSWERED, message, by, words, to=to)
    message_mails.answered(message, words)
    return message


@action
def begin_correction(message: Message, *, by: Any, thanks: bool, version: int | None = None) -> Message:
    """Take a message to correct its article: the next correction that readers get closes it, whoever publishes it.

    `thanks`: its sender is then thanked by mail. Raises Forbidden, Refused.
    """
    message = begin(MessageVerb.CORRECTING, message, by, version)
    if message.article is None:
        raise Refused("", _("It names no article."))
    _refuse_undecided(message)
    message.assigned_to, message.awaits_correction, message.thanks = user_of(by), True, thanks
    return end(MessageVerb.CORRECTING, message, by)


@action
def close(
    message: Message, *, by: Any, correction: int | None = None, thanks: bool = False, version: int | None = None
) -> Message:
    """Close a message; by a correction of its article since then, if the id of its revision is given.

    `thanks`: the sender is thanked for that by mail. Raises Forbidden, Refused.
    """
    if correction is None:
        message = begin(MessageVerb.CLOSED, message, by, version)
        _refuse_undecided(message)
        return end(MessageVerb.CLOSED, message, by)
    message = begin(MessageVerb.CORRECTED, message, by, version)
    _refuse_undecided(message)
    edition = next((row for row in corrections_since(message) if row.revision_id == correction), None)
    if edition is None:
        raise Refused("correction", _("Readers got no such correction since the message came."))
    return corrected(message, edition, by=by, thanks=thanks)


def corrections_since(message: Message) -> list[Edition]:
    """Return the corrections of its article that readers got since a message came, the last first. One query."""
    if message.article_id is None:
        return []
    rows = Edition.objects.filter(article=message.article_id, change=Change.CORRECTION)
    rows = rows.filter(published_at__gte=message.posted_at, published_at__lte=timezone.now())
    return list(rows.select_related("revision").order_by("-published_at")[:10])


def corrected(message: Message, edition: Edition, *, by: Any, thanks: bool) -> Message:
    """Close a locked message by a correction that readers have, and thank its sender. Within a transaction."""
    message.correction_id = edition.revision_id
    message = end(MessageVerb.CORRECTED, message, by, edition.revision.notice)
    if thanks:
        message_mails.thanked(message)
    return message


@action
def refuse(message: Message, reason: str, *, by: Any, tells: bool = False, version: int | None = None) -> Message:
    """Refuse what a message asks; the reason stays in the log, and is mailed to the sender if `tells`.

    A right of reply is a publisher's to refuse. Raises Forbidden, Refused.
    """
    message = begin(MessageVerb.REFUSED, message, by, version)
    if message.subject == Subject.REPLY:
        require(by, "message.decide", message)
    reason = checked_words(reason, "reason", MAX_REASON_CHARACTERS)
    message = end(MessageVerb.REFUSED, message, by, reason)
    if tells:
        message_mails.refused(message, reason)
    return message


@action
def mark_spam(message: Message, *, by: Any, version: int | None = None) -> Message:
    """Mark a message as spam. Its sender is told nothing. Raises Forbidden, Refused."""
    message = begin(MessageVerb.SPAM, message, by, version)
    if message.subject == Subject.REPLY and message.rule == "":
        require(by, "message.decide", message)  # what screening found nothing in is a publisher's to put away
    return end(MessageVerb.SPAM, message, by)


@action
def reopen(message: Message, *, by: Any, version: int | None = None) -> Message:
    """Open again what was closed, refused or marked as spam. Raises Forbidden, Refused."""
    message = begin(MessageVerb.REOPENED, message, by, version)
    message.correction_id = None
    return end(MessageVerb.REOPENED, message, by)


def _refuse_undecided(message: Message) -> None:
    """A right of reply is published or refused: it is not closed past its publisher."""
    if message.subject == Subject.REPLY and message.is_open:
        raise Refused("", _("A right of reply is published or refused by a publisher, or put under another subject."))


# -- what all of them do -----------------------------------------------------------------------------------------------


def begin(
    verb: MessageVerb, message: Message, by: Any, version: int | None, *, right: str = "message.handle"
) -> Message:
    """Return the message as it is now, locked. Raises Forbidden; Refused if its state does not allow `verb`, or it is
    no longer at `version`."""
    rows = Message.objects.select_for_update(of=("self",))
    rows = rows.select_related(
        "publication", "article__publication", "article__live", "article__next", "article__draft",
        "assigned_to",
    )  # fmt: skip
    message = rows.get(pk=message.pk)
    require(by, right, message)
    if version is not None and version != message.version:
        last = message.events.select_related("actor").first()
        assert last is not None, "a message is received before it is worked on"
        who = last.actor.get_full_name() or last.actor.get_username() if last.actor else _("the system")
        params = {"what": last.get_verb_display(), "who": who}
        raise Refused("", _("Meanwhile: %(what)s (%(who)s). Nothing was done; look at it again.") % params)
    if not message.allows(verb):
        raise Refused("", _("Its state doesn’t allow it: %(state)s.") % {"state": message.get_state_display()})
    return message


def end(verb: MessageVerb, message: Message, by: Any, words: str = "", *, to: MessageState | None = None) -> Message:
    """Bring a locked message to where `verb` leads (or to `to`), save it, log it, and return it."""
    before, message.state = message.state, to or STEPS[verb][1] or MessageState(message.state)
    message.version += 1
    if message.state in CLOSED_STATES:
        message.closed_at = message.closed_at or timezone.now()
        message.awaits_correction = False
    else:
        message.closed_at = None
    message.save(update_fields=[
        "state", "subject", "assigned_to", "awaits_correction", "thanks", "correction", "closed_at", "version",
    ])  # fmt: skip
    MessageEvent.objects.create(
        message=message, verb=verb, actor=user_of(by), from_state=before, to_state=message.state, words=words,
        at=timezone.now(),
    )  # fmt: skip
    return message


def checked_words(words: str, field: str, longest: int) -> str:
    """Return a colleague's words, clean. Raises Refused for none, or too many."""
    words = text.clean(words)
    if not text.is_visible(words):
        raise Refused(field, _("Write something."))
    if len(words) > longest:
        raise Refused(field, _("%(n)d characters at most.") % {"n": longest})
    return words


def close_corrected(edition: Edition) -> Collection[Message]:
    """Close the messages that await a correction of its article, once readers have it. Returns them.

    Within a transaction that holds the article's lock. Called as SYSTEM: who published the correction is in its log.
    """
    rows = Message.objects.filter(article=edition.article_id, awaits_correction=True)
    rows = rows.select_for_update(of=("self",)).select_related(
        "publication", "article__publication", "article__live", "article__next"
    )
    waiting = [row for row in rows.order_by("pk") if row.allows(MessageVerb.CORRECTED)]
    return [corrected(row, edition, by=SYSTEM, thanks=row.thanks) for row in waiting]
