"""The template tag by which an article's page shows its comments: `{% comment_thread article %}`."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.models import Article
from articles.workflow import Kind as ArticleKind
from comments import text
from comments.models import Comment
from comments.parts import thread
from comments.thread import ThreadEntry
from newsroom.pagecache.parts import Making

register = template.Library()


@register.simple_tag(takes_context=True)
def comment_thread(context: dict[str, Any], article: Article) -> str:
    """Return what stands for the first page of an article's thread, and its form; nothing on a preview."""
    if context.get("preview"):
        return ""
    revision = article.revision_at(timezone.now())
    page: Making = context["request"].page
    return page.place(
        thread, article.publication_id, article.pk, revision.section_id or 0, revision.kind == ArticleKind.PAGE,
        seed=article,
    )  # fmt: skip


@register.filter
def may_be_answered(entry: ThreadEntry, policy: Any) -> bool:
    """Return whether a comment has a reply link. `policy` is the Thread; "" where the page has none."""
    return not entry.is_tombstone and bool(policy) and policy.is_open(timezone.now())


@register.filter
def comment_html(comment: Comment) -> SafeString:
    """Return a comment's text as safe HTML, with its quotes and links."""
    return text.render(comment.text)
