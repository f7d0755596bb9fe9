"""Doors of the RGPD's articles 15 and 17: all that is held of a reader, by e-mail, and its erasure.

What is sealed in the vault stays for its period: the law has it kept (article 17(3)(b)); the export says until when.
"""

import re
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from comments import sources
from comments.actions import counts
from comments.actions.reporting import close_reports_of
from comments.models import BlockedSender, Comment, ModerationBatch, Report, SealedSource, Subscription
from comments.states import Status
from newsroom.lib.redaction import MARK
from newsroom.worker.models import Mail

PORTION = 500
SHORTEST_NAME = 4  # characters of a pseudonym that is looked for in what others wrote


def export(email: str) -> dict[str, Any]:
    """All that is held of the reader of an e-mail, on every publication, as plain data. Hours are ISO 8601, in UTC."""
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
                "article": row.article.version_at(now).headline,
                "posted": row.posted_at.isoformat(),
                "edited": row.edited_at.isoformat() if row.edited_at else None,
                "pseudonym": row.pseudonym,
                "text": row.text,
                "status": row.status,
                "rule": row.rule,
                "matched": row.matched,
                "told of replies": row.notify,
                "source (keyed hash)": row.source,
                "seconds to write": row.took,
                "decisions": [
                    {"at": act.at.isoformat(), "decision": act.batch.decision, "reason": act.batch.reason}
                    for act in sorted(row.actions.all(), key=lambda act: act.pk)
                ],
            }
            for row in comments
        ],
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
            {"site": row.publication.name, "about": row.about, "stands": row.stands}
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


@transaction.atomic
def erase(email: str) -> dict[str, int]:
    """Erases all that is held of the reader of an e-mail, but what is sealed. What others answered stays, under an
    empty place. Returns how many rows of each sort."""
    email = _normal(email)
    erased = dict.fromkeys(("comments", "reports", "mails", "subscriptions", "blocks"), 0)
    if not email:
        return erased
    changes: list[tuple[Comment, str | None]] = []
    names = {email}
    while rows := list(_theirs(email).select_for_update(of=("self",)).order_by("pk").defer("text")[:PORTION]):
        names |= {row.pseudonym for row in rows}
        changes += [(row, row.status) for row in rows]
        for row in rows:
            row.status = Status.ERASED
        # Where it was imported from stays: the next import would bring it back.
        Comment.objects.filter(pk__in=[row.pk for row in rows]).update(
            status=Status.ERASED, pseudonym="", email="", author_key="", text="", search_key="", matched="", source="",
            digest="", took=None, notify=False, featured=False,
        )  # fmt: skip
        erased["mails"] += close_reports_of(rows)
    # Articles last and all at once, in the one order in which doors lock them.
    counts.update_counts(changes, touches=[row for row, _before in changes])
    erased["comments"] = len(changes)
    erased["mails"] += Mail.objects.filter(to__iexact=email).delete()[0]
    erased["reports"] = Report.objects.filter(email=email).update(name="", email="", text="", source="")
    erased["subscriptions"] = Subscription.objects.filter(email=email).delete()[0]
    erased["blocks"] = _blocks(email).delete()[0]
    _unname({name for name in names if len(name) >= SHORTEST_NAME})
    return erased


def _theirs(email: str) -> Any:
    """A reader's comments, those that they deleted too."""
    return Comment.objects.filter(Q(email=email) | Q(author_key__in=list(sources.keys(email)))) if email else (
        Comment.objects.none()
    )  # fmt: skip


def _unname(names: set[str]) -> None:
    """Takes names out of what others wrote down: what a moderator searched for, reasons, reports. The log of
    openings is the vault's: it stays as it was written."""
    if not names:
        return
    said = re.compile("|".join(rf"(?<![\w.+-]){re.escape(name)}(?![\w-])" for name in sorted(names)), re.IGNORECASE)
    for rows, column in (
        (BlockedSender.objects, "reason"),
        (ModerationBatch.objects, "reason"),
        (Report.objects, "text"),
    ):
        for row in rows.filter(_naming(column, names)):
            rows.filter(pk=row.pk).update(**{column: said.sub(MARK, getattr(row, column))})
    for batch in ModerationBatch.objects.filter(_naming("question__words", names)):
        batch.question = {**(batch.question or {}), "words": said.sub(MARK, (batch.question or {}).get("words", ""))}
        batch.save()


def _naming(column: str, names: set[str]) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{column}__icontains": name})
    return found


def _blocks(email: str) -> Any:
    return BlockedSender.objects.filter(what=BlockedSender.What.EMAIL, key__in=list(sources.keys(email)))


def _normal(email: str) -> str:
    return email.strip().lower()
