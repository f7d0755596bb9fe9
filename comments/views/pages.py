"""What the pages of comments share: look-ups that answer 404, contexts, and responses that no cache keeps."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from articles.models import Article
from comments import forms
from comments.models import Comment
from comments.policy import settings_of, thread_of
from newsroom.requests import PublicRequest


def personal(request: PublicRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return a page for this reader alone: no cache keeps it, no search engine indexes it."""
    response = render(request, template, {"noindex": True, **context}, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def wants_json(request: PublicRequest) -> bool:
    """Return whether a script made the request."""
    return request.headers.get("Accept", "").startswith("application/json")


def live_article(request: PublicRequest, pk: int, *, light: bool = False) -> Article:
    """Return a live article of this site, with the revision that readers have. Raises Http404.

    `light`: of that revision only what a posting needs.
    """
    publication, now = request.publication, timezone.now()
    rows = Article.objects.filter(publication=publication)
    if light:
        rows = rows.select_related("live", "next").defer("live__body", "next__body")
    else:
        rows = rows.select_related("live__section", "next__section")
    article = rows.live(now).filter(pk=pk).first()
    if article is None:
        raise Http404
    article.publication = publication
    return article


def visible(request: PublicRequest, pk: int) -> Comment:
    """Return a comment of this site that readers see, under an article that they see. Raises Http404."""
    publication = request.publication
    rows = Comment.objects.visible().select_related("article__live__section", "article__next__section")
    comment = rows.filter(pk=pk, publication=publication).first()
    if comment is None or not comment.article.is_live(timezone.now()):
        raise Http404
    comment.publication = comment.article.publication = publication
    return comment


def form_context(article: Article, typed: forms.FormInput, under: Comment | None = None) -> dict[str, Any]:
    """Return the context of the form of comments on a page of its own, with its token."""
    settings, now = settings_of(article.publication), timezone.now()
    thread = thread_of(article, settings, now)
    return {
        "article": article,
        "revision": article.revision_at(now),
        "thread": thread,
        "is_open": thread.is_open(now),
        "why_closed": thread.why_closed(now),
        "settings": settings,
        "typed": typed,
        "under": under,
        "refused": None,
        "asks_again": False,
        "token": forms.token(),
    }
