"""What waits in the inbox and for moderators, on the desk's front page: how much, and how long the oldest."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments import inbox, queue
from comments.models import Report
from comments.models.message import TO_REPLY_WITHIN
from comments.queue import Question
from comments.states import MessageState, Subject
from newsroom.desk.current import current_publication
from newsroom.publications.permissions import may

WAITING = ("reported", "held", "new")


def moderation(request: HttpRequest) -> dict[str, Any] | None:
    """Reports first: the age of the oldest stands there."""
    here = current_publication(request)
    if here is None or not may(request.user, "comment.moderate", here):
        return None
    url, lines = reverse("admin:comments_comment_changelist"), []
    for name in WAITING:
        rows = Question(tab=name).rows(here)
        number = queue.capped(rows)
        if number == "0":
            continue
        since = (
            Report.objects.open().filter(publication=here).order_by("at").values_list("at", flat=True).first()
            if name == "reported"
            else rows.order_by("pk").values_list("posted_at", flat=True).first()
        )
        lines.append(
            {
                "text": _("%(queue)s: %(n)s") % {"queue": queue.TABS[name].label, "n": number},
                "since": since,
                "url": f"{url}?tab={name}",
            }
        )
    return {"title": _("To moderate"), "url": url, "empty": _("No comment waits."), "waiting": lines}


def messages(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of the inbox: rights of reply first, those past their three days before all."""
    here = current_publication(request)
    if here is None or not may(request.user, "message.view", here):
        return None
    url, now = reverse("admin:comments_message_changelist"), timezone.now()
    rows = inbox.visible_to(request.user, here).open().order_by("posted_at")
    found = list(rows.values_list("subject", "state", "posted_at")[: inbox.MAX_COUNTED])
    checked = [(subject, at) for subject, state, at in found if state != MessageState.HELD]
    replies = [at for subject, _state, at in found if subject == Subject.REPLY]
    queues = [
        (_("Right of reply past its three days"), "due=over", [at for at in replies if at + TO_REPLY_WITHIN <= now])
    ]
    for value, label in Subject.choices:
        queues.append((str(label), f"subject={value}", [at for subject, at in checked if subject == value]))
    queues.append((_("To check"), "state=held", [at for _subject, state, at in found if state == MessageState.HELD]))
    lines = [
        {"text": _("%(queue)s: %(n)s") % {"queue": capfirst(label), "n": len(since)}, "since": since[0],
         "url": f"{url}?{query}"}
        for label, query, since in queues if since
    ]  # fmt: skip
    return {"title": _("Inbox"), "url": url, "empty": _("No message waits."), "waiting": lines}


def waiting_messages(request: HttpRequest) -> int:
    """Return how many messages wait for this person. One query a request."""
    here = current_publication(request)
    if not hasattr(request, "_waiting_messages"):
        number = inbox.waiting(request.user, here) if here else 0
        request._waiting_messages = number  # type: ignore[attr-defined]  # ours: kept for the request
    return request._waiting_messages  # type: ignore[attr-defined,no-any-return]  # as above


PANELS = (messages, moderation)
WAITING_ROWS = {"Message": waiting_messages}
