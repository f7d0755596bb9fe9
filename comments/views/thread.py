"""Views of a thread's pages and of a comment's own address."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles.presentation import cache_tags
from articles.views.pages import page as public_page
from comments import thread
from comments.actions.posting import is_flooded
from comments.models import Comment
from comments.models.comment import MAX_DEPTH, STEP_CHARACTERS
from comments.policy import settings_of, thread_of
from comments.views.pages import live_article
from comments.views.posting import busy, post
from newsroom.middleware import takes_post
from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest


@require_safe
def permalink(request: PublicRequest, pk: int) -> HttpResponse:
    """Redirect to where a comment is shown: its article's page, or the page of the thread that begins with its
    conversation. On another site, redirect to its article's own. 404, or 410 for what readers no longer see."""
    rows = Comment.objects.select_related("publication", "article__publication", "article__live", "article__next")
    comment = rows.filter(pk=pk).first()
    if comment is None or not comment.article.is_live(timezone.now()):
        raise Http404
    if comment.publication_id != request.publication.pk:
        return redirect(comment.get_absolute_url())
    settings = settings_of(comment.publication)
    if not comment.is_visible and not _has_replies(comment):
        return _gone(request, comment)
    if thread.is_on_first_page(comment, settings):
        to = f"{comment.article.path}#c-{pk}"
    else:
        page = reverse("thread", args=[comment.article_id])
        to = f"{page}?from={thread.start_for(comment, settings)}#c-{pk}"
    return add_cache_tags(redirect(to), cache_tags.article(comment.article))


def _has_replies(comment: Comment) -> bool:
    """Whether its tombstone is shown in the thread, above its replies."""
    return comment.article.comments.visible().filter(position__startswith=comment.position).exists()


def _gone(request: PublicRequest, comment: Comment) -> HttpResponse:
    """410, whether it was removed or still waits: only its author may know which."""
    context = {"article": comment.article, "revision": comment.article.revision_at(timezone.now()), "noindex": True}
    return public_page(request, "comments/gone.html", context, [cache_tags.article(comment.article)], status=410)


@csrf_exempt  # posting checks by itself where it comes from (comments/forms.py), and has no session to abuse
@takes_post
def of_article(request: PublicRequest, pk: int) -> HttpResponse:
    """Show a page of an article's thread; by POST, post a comment under it."""
    if request.method == "POST":
        if is_flooded(request.publication, timezone.now()):
            return busy(request)
        return post(request, live_article(request, pk, light=True))
    return _show(request, pk)


@csrf_exempt  # as above: it is where forms post that were opened before the address changed
@takes_post
def at_old_address(request: PublicRequest, pk: int) -> HttpResponse:
    """Redirect from the thread's old address to its page; by POST, post a comment, whose text a redirect would lose."""
    if request.method == "POST":
        return of_article(request, pk)
    query = request.META.get("QUERY_STRING", "")
    return redirect(reverse("thread", args=[pk]) + (f"?{query}" if query else ""), permanent=True)


@require_safe
def _show(request: PublicRequest, pk: int) -> HttpResponse:
    article = live_article(request, pk)
    settings, now = settings_of(article.publication), timezone.now()
    after, start = _position(request.GET.get("after", "")), _position(request.GET.get("from", ""))
    policy = thread_of(article, settings, now)
    context = {
        "article": article,
        "revision": article.revision_at(now),
        "thread": policy,
        "is_open": policy.is_open(now),
        "settings": settings,
        "page": thread.page(article, settings, after, start),
        "is_first": not after and not start,
        "canonical": article.publication.origin + article.path,
        "noindex": True,  # the article's page shows its beginning, and is the one to index
    }
    return public_page(request, "comments/page.html", context, [cache_tags.article(article)])


def _position(text: str) -> str:
    """A position in a thread as an address names it; "" for anything else."""
    is_position = text.isascii() and text.isalnum() and len(text) % STEP_CHARACTERS == 0
    return text if is_position and len(text) <= STEP_CHARACTERS * MAX_DEPTH else ""
