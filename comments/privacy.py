"""Doors of the RGPD's articles 15 and 17: all that is held of a reader, by e-mail, and its erasure.

What is sealed in the vault stays for its period: the law has it kept (article 17(3)(b)); the export says until when.
"""

from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from comments import counts, effects, sources
from comments.models import Batch, BlockedSender, Comment, Report, Sealed, Subscription
from comments.states import Status
from newsroom.worker.models import Mail

PORTION = 500


def export(email: str) -> dict[str, Any]:
    """All that is held of the reader of an e-mail, on every publication, as plain data. Hours are ISO 8601, in UTC."""
    email = _normal(email)
    rows = Comment.objects.filter(email=email).select_related("publication", "article__live", "article__next")
    comments, now = rows.order_by("pk"), timezone.now()
    sealed = Sealed.objects.filter(comment__in=comments)
    return {
        "email": email,
        "comments": [
            {
                "address": row.get_absolute_url(),
                "site": row.publication.name,
                "story": row.article.version_at(now).headline,
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
    tags: list[str] = []
    while rows := list(
        Comment.objects.select_for_update(of=("self",)).filter(email=email).order_by("pk").defer("text")[:PORTION]
    ):
        was = {row.pk: row.status for row in rows}
        for row in rows:
            row.status = Status.ERASED
            tags.append(effects.tag(row))
        Comment.objects.filter(pk__in=was).update(
            status=Status.ERASED, pseudonym="", email="", text="", search_key="", matched="", source="", digest="",
            took=None, notify=False, featured=False, imported_from=None,
        )  # fmt: skip
        counts.follow([(row, was[row.pk]) for row in rows])
        erased["comments"] += len(rows)
    for start in range(0, len(tags), PORTION):
        erased["mails"] += Mail.objects.filter(about__in=tags[start : start + PORTION]).delete()[0]
    erased["mails"] += Mail.objects.filter(to__iexact=email).delete()[0]
    erased["reports"] = Report.objects.filter(email=email).update(name="", email="", text="", source="")
    erased["subscriptions"] = Subscription.objects.filter(email=email).delete()[0]
    erased["blocks"] = _blocks(email).delete()[0]
    # What a moderator searched for, or wrote down, may name them.
    BlockedSender.objects.filter(reason__icontains=email).update(reason="")
    for batch in Batch.objects.filter(Q(question__words__icontains=email) | Q(reason__icontains=email)):
        batch.question, batch.reason = {**(batch.question or {}), "words": ""} if batch.question else None, ""
        batch.save()
    return erased


def _blocks(email: str) -> Any:
    return BlockedSender.objects.filter(what=BlockedSender.What.EMAIL, key__in=list(sources.keys(email)))


def _normal(email: str) -> str:
    return email.strip().lower()
