"""Parts of readers' pages: the thread below an article, what a site sets for its threads, replies by right."""

from typing import NamedTuple

from django.utils import timezone, translation

from articles.models import Article
from articles.presentation import cache_tags
from comments import forms
from comments.models import Comment, CommentSettings, Kind, RightOfReply, ThreadPolicy
from comments.policy import settings_of, thread_of
from comments.states import Status
from comments.thread import ThreadPage, page, thread_title
from newsroom.pagecache.fragments import Fragment
from newsroom.pagecache.parts import Making, part
from newsroom.publications.parts import publication_of, rendered

MAX_FEATURED = 3
MAX_PINGBACKS = 30


class SiteSettings(NamedTuple):
    """What a publication sets for its threads, and the policies of its sections."""

    settings: CommentSettings
    policies: list[ThreadPolicy]


@part
def site_settings(making: Making, publication: int) -> SiteSettings:
    """Return what a publication sets for its threads. Two queries."""
    making.tag(cache_tags.of_id("threads", publication))
    policies = list(ThreadPolicy.objects.filter(publication=publication, section__isnull=False))
    return SiteSettings(settings_of(publication_of(making, publication)), policies)


@part
def thread(making: Making, publication: int, article_id: int, section: int, is_page: bool) -> Fragment:
    """Make the first page of an article's thread, and its form: of an article in that section, or a static page.

    Two queries, where its article is the seed; more where there is more than a page.
    """
    now, on = timezone.now(), publication_of(making, publication)
    making.tag(cache_tags.comments(article_id), cache_tags.of_id("threads", publication))
    article: Article = making.seed or Article.objects.select_related("live", "next").get(pk=article_id)
    settings, of_sections = making.get(site_settings, publication)
    policy = thread_of(article, settings, now, of_sections=of_sections)
    making.ends(policy.closes_at if policy.closes_at and policy.closes_at > now else None)
    shown, featured, pingbacks = ThreadPage([], ""), list[Comment](), list[Comment]()
    if article.comment_count:
        shown = page(article, settings)
        featured = _featured(article, shown)
    if article.pingback_count:
        rows = article.comments.filter(kind=Kind.PINGBACK, status=Status.APPROVED).exclude(url="")
        pingbacks = list(rows.order_by("pk")[:MAX_PINGBACKS])
    with translation.override(on.language):
        return rendered(
            making, "comments/thread.html", on,
            article=article, has_thread=not is_page or policy.is_open(now) or article.comment_count > 0,
            title=thread_title(article.comment_count), thread=policy, settings=settings, is_open=policy.is_open(now),
            why_closed=policy.why_closed(now), page=shown, featured=featured, pingbacks=pingbacks,
            typed=forms.FormInput(),
        )  # fmt: skip


@part
def rights_of_reply(making: Making, publication: int, article_id: int) -> Fragment:
    """Make the replies that were published by right under an article, the first first. One query."""
    on = publication_of(making, publication)
    making.tag(cache_tags.replies(article_id))
    replies = list(RightOfReply.objects.filter(article=article_id, taken_down_at__isnull=True))
    return rendered(making, "comments/rights_of_reply.html", on, replies=replies)


def _featured(article: Article, shown: ThreadPage) -> list[Comment]:
    """The comments that the desk picked. One query; none where all of the thread is shown."""
    if not shown.after:
        picked = [entry.comment for entry in shown.entries if entry.comment.featured and not entry.is_tombstone]
        return sorted(picked, key=lambda comment: comment.position)[:MAX_FEATURED]
    return list(article.comments.visible().filter(featured=True).order_by("position")[:MAX_FEATURED])
