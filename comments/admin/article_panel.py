"""What the page of an article at the desk shows of the messages about it; in the table `article_panels`."""

from typing import Any

from articles.models import Article
from comments import inbox
from newsroom.publications.permissions import may

MAX_SHOWN = 10


def open_messages(article: Article, user: Any) -> dict[str, Any] | None:
    """Return the panel of an article's open messages that a colleague may see; None where there is none. One query."""
    if not article.live_id or not may(user, "message.view", article.publication):
        return None
    rows = inbox.visible_to(user, article.publication).open().filter(article=article)
    found = list(rows.select_related("assigned_to").order_by("posted_at")[:MAX_SHOWN])
    if not found:
        return None
    return {
        "template": "admin/comments/article_panel.html",
        "messages": found,
    }
