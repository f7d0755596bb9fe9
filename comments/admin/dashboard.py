"""What waits for moderators, on the desk's front page: how much, and how long the oldest."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from comments import queue
from comments.models import Report
from comments.queue import Question
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


PANELS = (moderation,)
