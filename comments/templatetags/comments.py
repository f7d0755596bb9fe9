"""The template tag by which an article's page shows its comments: `{% comment_thread article %}`."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.models import Article
from articles.workflow import Kind as ArticleKind
from comments import forms, text, thread
from comments.models import Comment, Kind
from comments.policy import settings_of, thread_of
from comments.states import Status

register = template.Library()
MAX_FEATURED = 3
MAX_PINGBACKS = 30


@register.inclusion_tag("comments/thread.html", takes_context=True)
def comment_thread(context: dict[str, Any], article: Article) -> dict[str, Any]:
    """Return the context of the first page of an article's thread, and of its form.

    Two queries, and three more where there are comments; none on a preview, which shows no thread.
    """
    inherited = {name: context.get(name) for name in ("request", "publication", "preview")}
    if context.get("preview"):
        return inherited
    now, settings = timezone.now(), settings_of(article.publication)
    revision, policy = article.revision_at(now), thread_of(article, settings, now)
    page, featured, pingbacks = thread.ThreadPage([], ""), [], []
    if article.comment_count:
        page = thread.page(article, settings)
        featured = list(article.comments.visible().filter(featured=True).order_by("position")[:MAX_FEATURED])
    if article.pingback_count:
        rows = article.comments.filter(kind=Kind.PINGBACK, status=Status.APPROVED).exclude(url="")
        pingbacks = list(rows.order_by("pk")[:MAX_PINGBACKS])
    return {
        **inherited,
        "article": article,
        "has_thread": revision.kind != ArticleKind.PAGE or policy.is_open(now) or article.comment_count > 0,
        "title": thread.thread_title(article.comment_count),
        "thread": policy,
        "settings": settings,
        "is_open": policy.is_open(now),
        "why_closed": policy.why_closed(now),
        "page": page,
        "featured": featured,
        "pingbacks": pingbacks,
        "typed": forms.FormInput(),
    }


@register.filter
def may_be_answered(entry: thread.ThreadEntry, policy: Any) -> bool:
    """Return whether a comment has a reply link. `policy` is the Thread; "" where the page has none."""
    return not entry.is_tombstone and bool(policy) and policy.is_open(timezone.now())


@register.filter
def comment_html(comment: Comment) -> SafeString:
    """Return a comment's text as safe HTML, with its quotes and links."""
    return text.render(comment.text)
