"""What goes of a message's sender: after the publication's period, and at their request (privacy.py).

A message itself stays, with what was done about it. A reply that was published by right stays as readers have it: the
law has it stand as long as its article (RGPD, article 17(3)(b)); a publisher takes it down at its author's wish.
"""

import datetime as dt
import re
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from comments.actions import message_mails
from comments.models import Message, MessageEvent, Subscription
from comments.policy import settings_of
from comments.states import MessageVerb
from newsroom.lib.redaction import MARK
from newsroom.publications.models import Publication

PORTION_ROWS = 200
MIN_NAME_CHARACTERS = 3  # a shorter one is not looked for in what was written


def export(email: str) -> list[dict[str, Any]]:
    """Return the messages of an e-mail, as plain data for JSON. Times are ISO 8601, in UTC. Two queries."""
    rows = Message.objects.filter(email=email).select_related("publication", "published_reply")
    return [
        {
            "site": row.publication.name,
            "subject": row.subject,
            "page": row.publication.origin + row.page if row.page else "",
            "sent": row.posted_at.isoformat(),
            "name": row.name,
            "text": row.text,
            "state": row.state,
            "rule": row.rule,
            "matched": row.matched,
            "source (keyed hash)": row.source,
            "published as a reply by": row.published_reply.signature if hasattr(row, "published_reply") else "",
            "log": [
                {"at": event.at.isoformat(), "what": event.verb, "words": event.words}
                for event in sorted(row.events.all(), key=lambda event: event.pk)
            ],
        }
        for row in rows.order_by("pk").prefetch_related("events")
    ] if email else []  # fmt: skip


def erase(email: str) -> tuple[int, int]:
    """Erase the messages of an e-mail: words, sender, mails. Return how many, and how many mails went.

    Within a transaction. What happened to each, and when, stays; what was said about it does not.
    """
    rows = list(_locked(Message.objects.filter(email=email))) if email else []
    for row in rows:
        _forget(row)
        row.text = row.digest = row.search_key = row.matched = ""
        row.save(update_fields=["text", "digest", "search_key", "matched"])
    MessageEvent.objects.filter(message__in=[row.pk for row in rows]).exclude(words="").update(words=MARK)
    return len(rows), message_mails.forget(rows)


def forget_old(now: dt.datetime) -> int:
    """Forget who sent the messages that are older than their publication keeps senders. Return how many."""
    forgotten = 0
    for publication in Publication.objects.all():
        before = now - dt.timedelta(days=settings_of(publication).message_days)
        old = Message.objects.filter(publication=publication, posted_at__lte=before, forgotten_at__isnull=True)
        while portion := _forget_portion(old):
            forgotten += portion
    return forgotten


@transaction.atomic
def _forget_portion(old: Any) -> int:
    rows = list(_locked(old)[:PORTION_ROWS])
    emails = {row.email for row in rows}
    for row in rows:
        _forget(row)
    message_mails.forget(rows)
    # That an owner wants no receipts stays, or they would get one again.
    receipts = Subscription.objects.filter(about=Subscription.About.RECEIPTS, email__in=emails)
    receipts = receipts.filter(ended_at__isnull=True, confirmed_at__isnull=True)
    receipts.exclude(email__in=Message.objects.filter(email__in=emails).values("email")).delete()
    return len(rows)


def _locked(rows: Any) -> Any:
    return rows.select_for_update(of=("self",)).order_by("pk")


def _forget(message: Message) -> None:
    """Take a locked message's sender from it: name, e-mail, source; both names from what was written, too."""
    names = {name for name in (message.email, message.name) if len(name) >= MIN_NAME_CHARACTERS}
    without = _pattern_of(names).sub(MARK, message.text) if names else message.text
    for event in message.events.exclude(words="").exclude(verb=MessageVerb.INSERTED):  # readers have the signature
        words = _pattern_of(names).sub(MARK, event.words) if names else event.words
        if words != event.words:
            event.words = words
            event.save(update_fields=["words"])
    message.name = message.email = message.source = ""
    message.form_key, message.matched, message.forgotten_at = None, "", timezone.now()
    message.set_text(without)
    message.version += 1
    message.save(update_fields=[
        "name", "email", "source", "form_key", "matched", "forgotten_at", "text", "digest", "search_key", "version",
    ])  # fmt: skip
    MessageEvent.objects.create(
        message=message, verb=MessageVerb.FORGOTTEN, from_state=message.state, to_state=message.state,
        at=timezone.now(),
    )  # fmt: skip


def _pattern_of(names: Collection[str]) -> re.Pattern[str]:
    """Any of some names as a whole: not within a longer word, nor within a longer address."""
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w.+-])(?:{alternatives})(?![\w-]|\.\w)", re.IGNORECASE)
