"""What an article's page loads of its comments. The page says `{% comment_thread article %}` and knows no more."""

from typing import Any

from django import template
from django.utils import timezone

from articles.models import Article
from articles.workflow import Kind as ArticleKind
from comments import forms, thread
from comments.models import Kind
from comments.policy import settings_of, thread_of
from comments.states import Status

register = template.Library()
MOST_FEATURED = 3
MOST_PINGBACKS = 30


@register.inclusion_tag("comments/thread.html", takes_context=True)
def comment_thread(context: dict[str, Any], article: Article) -> dict[str, Any]:
    """The first page of an article's thread, and its form. Two queries, and three more where there are comments; none
    on a preview."""
    shown = {name: context.get(name) for name in ("request", "publication", "preview")}
    if context.get("preview"):
        return shown
    now, settings = timezone.now(), settings_of(article.publication)
    version, policy = article.version_at(now), thread_of(article, settings, now)
    page, featured, pingbacks = thread.ThreadPage([], ""), [], []
    if article.comment_count:
        page = thread.page(article, settings)
        featured = list(article.comments.visible().filter(featured=True).order_by("place")[:MOST_FEATURED])
    if article.pingback_count:
        rows = article.comments.filter(kind=Kind.PINGBACK, status=Status.APPROVED).exclude(url="")
        pingbacks = list(rows.order_by("pk")[:MOST_PINGBACKS])
    return {
        **shown,
        "article": article,
        "stands": version.kind != ArticleKind.PAGE or policy.is_open(now) or article.comment_count > 0,
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
def may_be_answered(shown: thread.ThreadEntry, policy: Any) -> bool:
    """Whether a reply link stands under a comment."""
    return not shown.is_tombstone and bool(policy) and policy.is_open(timezone.now())
