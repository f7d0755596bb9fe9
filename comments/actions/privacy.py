"""Actions of the RGPD's articles 15 and 17: all that is held of a reader, by e-mail, and its erasure.

What is sealed in the vault stays for its period: the law has it kept (article 17(3)(b)); the export says until when.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from comments import sources
from comments.actions import counts, message_privacy
from comments.actions.reporting import close_reports_of
from comments.models import (
    BlockedSender,
    Comment,
    ModerationAction,
    ModerationBatch,
    Report,
    SealedSource,
    Subscription,
)
from comments.states import Status
from newsroom.actions import action
from newsroom.lib.redaction import MARK
from newsroom.worker.models import Mail

PORTION_ROWS = 500
MIN_PSEUDONYM_CHARACTERS = 4  # a shorter one is not looked for in what others wrote


def export(email: str) -> dict[str, Any]:
    """Return all that is held of the reader of an e-mail, on every publication, as plain data for JSON.

    Lists "comments", "messages", "reports", "mails", "subscriptions" and "blocked", and what is "sealed for justice" as
    a number and a last day. Times are ISO 8601, in UTC. A fixed number of queries.
    """
    email = _normal(email)
    rows = _theirs(email).select_related("publication", "article__live", "article__next")
    comments, now = rows.order_by("pk").prefetch_related("actions__batch"), timezone.now()
    sealed = SealedSource.objects.filter(comment__in=_theirs(email))
    return {
        "email": email,
        "comments": [
            {
                "address": row.get_absolute_url(),
                "site": row.publication.name,
                "article": row.article.revision_at(now).headline if row.article.live_id else "",
                "posted": row.posted_at.isoformat(),
                "edited": row.edited_at.isoformat() if row.edited_at else None,
                "pseudonym": row.pseudonym,
                "text": row.text,
                "status": row.status,
                "rule": row.rule,
                "matched": row.matched,
                "mailed about replies": row.notify,
                "source (keyed hash)": row.source,
                "seconds to write": row.took,
                "decisions": [
                    {"at": action.at.isoformat(), "decision": action.batch.decision, "reason": action.batch.reason}
                    for action in sorted(row.actions.all(), key=lambda action: action.pk)
                ],
            }
            for row in comments
        ],
        "messages": message_privacy.export(email),
        "reports": [
            {
                "comment": row.comment.get_absolute_url(),
                "made": row.at.isoformat(),
                "reason": row.ground,
                "text": row.text,
                "name": row.name,
                "decided": row.decided_at.isoformat() if row.decided_at else None,
            }
            for row in Report.objects.filter(email=email).select_related("comment__publication").order_by("pk")
        ],
        "mails": [
            {"written": row.created_at.isoformat(), "subject": row.subject, "text": row.body}
            for row in Mail.objects.filter(to__iexact=email).order_by("pk")
        ],
        "subscriptions": [
            {"site": row.publication.name, "about": row.about, "active": row.is_active}
            for row in Subscription.objects.filter(email=email).select_related("publication").order_by("pk")
        ],
        "blocked": [
            {"site": row.publication.name, "since": row.at.isoformat()}
            for row in _blocks(email).select_related("publication").order_by("pk")
        ],
        "sealed for justice": {
            "number": sealed.count(),
            "destroyed by": (last := sealed.aggregate(last=Max("destroyed_from"))["last"]) and last.isoformat(),
        },
    }


@action
def erase(email: str) -> dict[str, int]:
    """Erase all that is held of the reader of an e-mail, on every publication, but what is sealed.

    What others answered stays, under a tombstone. Returns how many rows went, e.g. {"comments": 3, "mails": 1}.

    Locks in this order: batches that acted on the comments or name the e-mail; comments, by their ids; articles;
    messages.
    """
    email = _normal(email)
    erased = dict.fromkeys(("comments", "messages", "reports", "mails", "subscriptions", "blocks"), 0)
    if not email:
        return erased
    named = Q(reason__icontains=email) | Q(question__words__icontains=email)
    batches = ModerationBatch.objects.filter(Q(pk__in=_batches_of(email)) | named)
    list(batches.select_for_update(of=("self",)).order_by("pk"))
    records = _Records.of(email)  # while comments still say whose they are
    changes: list[tuple[Comment, str | None]] = []
    pseudonyms: set[str] = set()
    while rows := list(_theirs(email).select_for_update(of=("self",)).order_by("pk").defer("text")[:PORTION_ROWS]):
        pseudonyms |= {row.pseudonym for row in rows}
        changes += [(row, row.status) for row in rows]
        for row in rows:
            row.status = Status.ERASED
        # Where it was imported from stays: the next import would bring it back.
        Comment.objects.filter(pk__in=[row.pk for row in rows]).update(
            status=Status.ERASED, pseudonym="", email="", author_key="", text="", search_key="", matched="", source="",
            digest="", took=None, notify=False, featured=False,
        )  # fmt: skip
        erased["mails"] += close_reports_of(rows)
    # Articles last and all at once, in the one order in which actions lock them.
    counts.update_counts(changes, changed=[row for row, _before in changes])
    erased["comments"] = len(changes)
    erased["messages"], mails = message_privacy.erase(email)
    erased["mails"] += mails
    erased["mails"] += Mail.objects.filter(to__iexact=email).delete()[0]
    erased["reports"] = Report.objects.filter(email=email).update(name="", email="", text="", source="")
    erased["subscriptions"] = Subscription.objects.filter(email=email).delete()[0]
    erased["blocks"] = _blocks(email).delete()[0]
    _redact(email, pseudonyms, records)
    return erased


def _theirs(email: str) -> QuerySet[Comment]:
    """A reader's comments, those that they deleted too."""
    if not email:
        return Comment.objects.none()
    return Comment.objects.filter(Q(email=email) | Q(author_key__in=list(sources.keys(email))))


def _batches_of(email: str) -> QuerySet[Any]:
    """The ids of the batches that acted on a reader's comments."""
    return ModerationAction.objects.filter(comment__in=_theirs(email)).values("batch")


# -- what others wrote down about a reader -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Records:
    """The records about one reader alone, by their ids: there, a pseudonym is the reader's and no ordinary word."""

    batches: list[int]
    reports: list[int]
    blocks: list[int]

    @classmethod
    def of(cls, email: str) -> "_Records":
        theirs = _theirs(email)
        acted = set(_batches_of(email).values_list("batch", flat=True))
        others = ModerationAction.objects.filter(batch__in=acted).exclude(comment__in=theirs)
        batches = sorted(acted - set(others.values_list("batch", flat=True)))
        return cls(
            batches,
            list(Report.objects.filter(comment__in=theirs).values_list("pk", flat=True)),
            list(BlockedSender.objects.filter(batch__in=batches).values_list("pk", flat=True)),
        )


def _redact(email: str, pseudonyms: Collection[str], records: _Records) -> None:
    """Take a reader's e-mail and pseudonyms out of what others wrote down: reasons, reports, searches.

    The e-mail goes wherever it is written: it is nobody else's. A pseudonym may be an ordinary word ("Publicité"), so
    it goes from the records about this reader alone. The log of openings is the vault's: it stays as it was written.
    """
    names = {email, *(name for name in pseudonyms if len(name) >= MIN_PSEUDONYM_CHARACTERS)}
    for rows, column, about in (
        (BlockedSender.objects.all(), "reason", records.blocks),
        (ModerationBatch.objects.all(), "reason", records.batches),
        (Report.objects.all(), "text", records.reports),
        (ModerationBatch.objects.all(), "question__words", records.batches),
    ):
        for wanted, found in (
            ({email}, rows.filter(**{f"{column}__icontains": email})),
            (names, rows.filter(pk__in=about)),
        ):
            pattern = _pattern_of(wanted)
            for row in found.select_for_update(of=("self",)).order_by("pk"):
                _redact_column(row, column, pattern)


def _redact_column(row: Any, column: str, pattern: re.Pattern[str]) -> None:
    name, _separator, key = column.partition("__")
    value = getattr(row, name)
    if key:
        redacted = {**value, key: pattern.sub(MARK, value.get(key, ""))} if value else value
    else:
        redacted = pattern.sub(MARK, value)
    if redacted != value:
        setattr(row, name, redacted)
        row.save(update_fields=[name])


def _pattern_of(names: Collection[str]) -> re.Pattern[str]:
    """Any of some names as a whole: not within a longer word, nor within a longer address ("zoe@example.org.uk")."""
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w.+-])(?:{alternatives})(?![\w-]|\.\w)", re.IGNORECASE)


def _blocks(email: str) -> QuerySet[BlockedSender]:
    return BlockedSender.objects.filter(what=BlockedSender.What.EMAIL, key__in=list(sources.keys(email)))


def _normal(email: str) -> str:
    return email.strip().lower()
