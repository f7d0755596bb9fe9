"""Mails about messages to the desk: the receipt, those to colleagues, those that the desk sends to the sender.

Anybody can type anybody's address, so an address gets one receipt a day, which quotes nothing that was typed, and ends
for good with one click; none for what waits to be checked. What colleagues are mailed quotes nothing either: they read
it at the desk, where it can be forgotten.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings as install
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from comments.actions import subscriptions
from comments.models import Message, Subscription
from comments.states import MessageState, Subject
from newsroom.publications.models import Membership, Publication, Role, origin_of
from newsroom.publications.permissions import may
from newsroom.worker import mail
from newsroom.worker.models import Mail
from newsroom.worker.queue import enqueue, idempotent_task

User = get_user_model()
MAX_LOOKED_AT = 50  # messages of one address in that time: beyond, no receipt
RECEIPT_INTERVAL = dt.timedelta(days=1)  # between two receipts to one address
MAX_TOLD_AN_HOUR = 30  # messages of one site about which people are mailed at once; of the others, by the digest
DIGEST_INTERVAL = dt.timedelta(hours=3)
REMINDER_BEFORE = dt.timedelta(days=1)  # a right of reply's three days are over
TAG = "message:"
# Beside the people of the article that it is about.
ROLES = {
    Subject.CORRECTION: (Role.EDITOR, Role.PUBLISHER),
    Subject.REPLY: (Role.PUBLISHER,),
    Subject.GENERAL: (Role.PUBLISHER, Role.EDITOR),
}
Words = Callable[[], tuple[str, str]]


def mail_tag(message: Message) -> str:
    """Return the `about` of mails about a message, by which they are found when its sender is forgotten."""
    return f"{TAG}{message.pk}"


# -- to the desk -------------------------------------------------------------------------------------------------------


def received(message: Message) -> None:
    """Mail the receipt of a message that screening let through, and the people whom it concerns."""
    _receipt(message)
    since = timezone.now() - dt.timedelta(hours=1)
    told = Message.objects.filter(publication=message.publication, posted_at__gt=since, is_told=True)
    if len(told.values_list("pk")[:MAX_TOLD_AN_HOUR]) < MAX_TOLD_AN_HOUR:
        Message.objects.filter(pk=message.pk).update(is_told=True)
        message.is_told = True
        _mail_people(message, "received", people_of(message), lambda: (
            _("Inbox: %(subject)s") % {"subject": message.get_subject_display()},
            _("A reader of %(site)s wrote to the desk.") % {"site": message.publication.name},
        ))  # fmt: skip
    if message.due_at:
        enqueue(remind, at=message.due_at - REMINDER_BEFORE, key=f"reply-reminder:{message.pk}", message=message.pk)


def given(message: Message, *, by: Any) -> None:
    """Mail the colleague to whom a message was given."""
    if message.assigned_to and message.assigned_to != by:
        name = by.get_full_name() or by.get_username()
        _mail_people(message, f"given:{message.version}", [message.assigned_to], lambda: (
            _("For you: %(subject)s") % {"subject": message.get_subject_display()},
            _("%(who)s gave you a message of a reader.") % {"who": name},
        ))  # fmt: skip


@idempotent_task
def remind(message: int) -> None:
    """Mail publishers that a right of reply has a day left, if nobody has decided about it."""
    row = Message.objects.select_related("publication", "article").filter(pk=message).first()
    if row is None or not row.is_open or row.due_at is None:
        return
    due = row.due_at
    _mail_people(row, "due", people_of(row), lambda: (
        _("Right of reply: a day left"),
        _("Nobody has decided yet. The three days of the law end on %(time)s.") % {"time": row.publication.date(due)},
    ))  # fmt: skip


def people_of(message: Message) -> list[Any]:
    """Return the colleagues whom a message concerns, each once, in the order of their ids.

    A mistake: who is assigned the article, or signs it, and editors; publishers where there is no editor. A right of
    reply: publishers. Else publishers and editors.
    """
    people: list[Any] = []
    if message.subject == Subject.CORRECTION and message.article:
        article = message.article
        signing = User.objects.filter(byline__in=article.revision_at(timezone.now()).author_ids)
        people += [row for row in (article.assigned_to, *signing) if row]
    by_role = _by_role(message.publication, ROLES[Subject(message.subject)])
    if message.subject == Subject.CORRECTION:
        people += next(iter(by_role.values()), [])
    else:
        people += [person for group in by_role.values() for person in group]
    found = {person.pk: person for person in people if person.is_active and person.email}
    return [person for _pk, person in sorted(found.items()) if may(person, "message.view", message)]


def _by_role(publication: Publication, roles: Iterable[Role]) -> dict[Role, list[Any]]:
    """The people of a publication by role, in the order of `roles`; roles that nobody has are left out. One query."""
    roles = list(roles)
    rows = Membership.objects.filter(publication=publication, role__in=roles, user__is_active=True)
    found = list(rows.select_related("user"))
    by_role = {role: [row.user for row in found if row.role == role] for role in roles}
    return {role: people for role, people in by_role.items() if people}


def notify_inbox(publication: Publication, now: dt.datetime) -> int:
    """Mail publishers and editors what waits and nobody was told of, where something came since the last such mail.

    Returns how many mails were written. Within a transaction.
    """
    about = f"inbox:{publication.pk}"
    waiting = Message.objects.open().filter(publication=publication, is_told=False)
    newest = waiting.order_by("-posted_at").values_list("posted_at", flat=True).first()
    last = Mail.objects.filter(about=about).order_by("-pk").values_list("created_at", flat=True).first()
    if newest is None or (last and (last > newest or last > now - DIGEST_INTERVAL)):
        return 0
    to_check = waiting.filter(state=MessageState.HELD).count()
    others = waiting.count() - to_check
    by_role = _by_role(publication, (Role.PUBLISHER, Role.EDITOR))
    people = {person.pk: person for group in by_role.values() for person in group if person.email}
    with translation.override(publication.language):
        lines = [
            ngettext("%(n)d message to check", "%(n)d messages to check", to_check) % {"n": to_check},
            ngettext("%(n)d other message", "%(n)d other messages", others) % {"n": others},
            f"{origin_of(install.DESK_HOST)}{reverse('admin:comments_message_changelist')}",
        ]
        subject = _("Messages wait on %(site)s") % {"site": publication.name}
    for person in people.values():
        mail.post(
            f"{about}:{person.pk}:{now:%Y%m%dT%H%M}", to=person.email, subject=subject, body="\n".join(lines),
            publication=publication, about=about,
        )  # fmt: skip
    return len(people)


def _mail_people(message: Message, key: str, people: Iterable[Any], words: Words) -> None:
    """Mail colleagues in the publication's language; what the article is called, and where to read the message."""
    publication = message.publication
    with translation.override(publication.language), timezone.override(publication.zone):
        subject, body = words()
        lines = [body, ""]
        if message.article:
            lines.append(_headline(message))
        if message.due_at:
            lines.append(_("To be published by %(time)s.") % {"time": publication.date(message.due_at)})
        lines.append(f"{publication.name} · {origin_of(install.DESK_HOST)}{message.path_at_desk()}")
    for person in people:
        mail.post(
            f"{TAG}{message.pk}:{key}:{person.pk}", to=person.email, subject=subject, body="\n".join(lines) + "\n",
            publication=publication, about=mail_tag(message),
        )  # fmt: skip


# -- to the sender -----------------------------------------------------------------------------------------------------


def _receipt(message: Message) -> None:
    earlier = Message.objects.filter(email=message.email, posted_at__gt=timezone.now() - RECEIPT_INTERVAL)
    keys = [_receipt_key(pk) for pk in earlier.values_list("pk", flat=True)[:MAX_LOOKED_AT]]
    recent = Mail.objects.filter(key__in=keys)  # by key: mails have no index by whom they are to
    subscription = subscriptions.get_or_create(message.publication, message.email, Subscription.About.RECEIPTS)
    if not subscription.is_active or len(keys) == MAX_LOOKED_AT or recent.exists():
        return
    kind = {
        Subject.CORRECTION: _sentence_of_corrections,
        Subject.REPLY: _sentence_of_replies,
        Subject.GENERAL: _sentence_of_others,
    }[Subject(message.subject)]
    _mail_sender(message, "receipt", lambda: (
        _("We have your message"),
        "\n\n".join((
            _("Thank you. Your message of %(time)s has reached the desk (no. %(n)d).")
            % {"time": message.publication.date(message.posted_at), "n": message.pk},
            kind(),
            _("If you did not write to us, somebody else typed your address: you need do nothing."),
        )),
    ), subscription)  # fmt: skip


def _receipt_key(message: int) -> str:
    return _sender_key(message, "receipt")


def _sentence_of_corrections() -> str:
    return _("Somebody reads the article again. What was wrong is put right, and said below the article.")


def _sentence_of_replies() -> str:
    return _("The publisher decides about your reply. The law has it published within three days of its receipt.")


def _sentence_of_others() -> str:
    return _("Somebody will read it, and answer where an answer is wanted.")


def answered(message: Message, words: str) -> None:
    """Mail the desk's answer to the sender, as a person wrote it."""
    _mail_sender(message, f"answer:{message.version}", lambda: (
        _("Re: your message to %(site)s (no. %(n)d)") % {"site": message.publication.name, "n": message.pk}, words
    ))  # fmt: skip


def thanked(message: Message) -> None:
    """Mail the sender that the mistake is put right."""
    _mail_sender(message, "thanks", lambda: (
        _("Corrected, thanks to you"),
        _("You told us of a mistake in “%(headline)s”. It is corrected:\n\n%(address)s\n\nThank you.")
        % {"headline": _headline(message), "address": message.page_url},
    ))  # fmt: skip


def refused(message: Message, reason: str) -> None:
    """Mail the sender that their reply, or what they asked, was refused, and why."""
    is_reply = message.subject == Subject.REPLY
    _mail_sender(message, f"refused:{message.version}", lambda: (
        _("Your reply is not published") if is_reply else _("About your message"),
        "\n\n".join(filter(None, (
            _("The publisher of %(site)s does not publish your reply to “%(headline)s”.")
            % {"site": message.publication.name, "headline": _headline(message)} if is_reply else "",
            _("The reason: %(reason)s") % {"reason": reason},
            _("If you think that this is wrong, you can turn to the court (loi du 29 juillet 1881, article 13).")
            if is_reply else "",
        ))),
    ))  # fmt: skip


def inserted(message: Message) -> None:
    """Mail the sender where their reply is published."""
    _mail_sender(message, "inserted", lambda: (
        _("Your reply is published"),
        _("Your reply stands under the article “%(headline)s”, as long as the article is online:\n\n%(address)s")
        % {"headline": _headline(message), "address": message.page_url},
    ))  # fmt: skip


def _sender_key(message: int, sort: str) -> str:
    """The key of a mail to the sender of a message, by its id: once for each sort."""
    return f"{TAG}{message}:sender:{sort}"


def _mail_sender(message: Message, sort: str, words: Words, subscription: Subscription | None = None) -> None:
    if not message.email:
        return
    publication = message.publication
    unsubscribe = subscriptions.manage_url(subscription) if subscription else ""
    with translation.override(publication.language), timezone.override(publication.zone):
        subject, body = words()
        body += f"\n\n{publication.name} · {publication.origin}/\n"
        if unsubscribe:
            body += pgettext("receipts", "No more receipts to this address: %(address)s") % {"address": unsubscribe}
            body += "\n"
    mail.post(
        _sender_key(message.pk, sort), to=message.email, subject=subject, body=body,
        publication=publication, about=mail_tag(message), unsubscribe=unsubscribe,
    )  # fmt: skip


def forget(messages: Iterable[Message]) -> int:
    """Delete the mails about messages, to their senders and to colleagues. Returns how many."""
    deleted: int = Mail.objects.filter(about__in=[mail_tag(row) for row in messages]).delete()[0]
    return deleted


def _headline(message: Message) -> str:
    """The headline that readers see: a draft's is the desk's alone."""
    assert message.article is not None
    return message.article.revision_at(timezone.now()).headline
