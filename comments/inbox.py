"""The inbox as queries over messages: what a colleague may see of it, and what waits there."""

from typing import Any

from django.db.models import Q

from articles.models import Byline
from comments.models import Message
from comments.models.message import MessageQuerySet
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may

MAX_COUNTED = 100


def visible_to(user: Any, publication: Publication) -> MessageQuerySet:
    """Return a publication's messages that a colleague may see: all, for who gives them to others; else their own.

    Message.belongs_to for a list; an article's authors are those that readers have.
    """
    rows = Message.objects.filter(publication=publication)
    if may(user, "message.assign", publication):
        return rows
    if not may(user, "message.view", publication):
        return rows.none()
    signed = Byline.objects.filter(author__user=user).values("article")
    return rows.filter(
        Q(assigned_to=user) | Q(article__created_by=user) | Q(article__assigned_to=user) | Q(article__in=signed)
    )


def waiting(user: Any, publication: Publication) -> int:
    """Return how many open messages a colleague may see, at most MAX_COUNTED. One query."""
    return len(visible_to(user, publication).open().order_by().values_list("pk")[:MAX_COUNTED])
