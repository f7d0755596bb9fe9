"""Pages of a thread as readers read it: one query a page, and one for the parents of its replies."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article
from comments import text
from comments.models import Comment, CommentSettings
from comments.models.comment import STEP_CHARACTERS
from comments.states import Order


def thread_title(count: int) -> str:
    """Return the title of a thread that shows `count` comments: "2 comments"; "Comments" where there are none."""
    if not count:
        return _("Comments")
    return ngettext("%(n)s comment", "%(n)s comments", count) % {"n": count}


@dataclass(frozen=True)
class ThreadEntry:
    """One comment in its position; or its tombstone, where it was removed and its replies are shown."""

    comment: Comment
    level: int
    is_tombstone: bool = False
    answers: Comment | None = None  # the comment it answers, to be named where it is not shown right above

    @cached_property
    def html(self) -> SafeString:
        """Its text as safe HTML."""
        return text.render(self.comment.text)


@dataclass(frozen=True)
class ThreadPage:
    """Part of a thread. `after` is the position after which the next page begins, "" at the end."""

    entries: list[ThreadEntry]
    after: str


def page(article: Article, settings: CommentSettings, after: str = "", start: str = "") -> ThreadPage:
    """Return a page of an article's thread in the publication's order: `after` a position, or from `start` on.

    One query, and one more where it shows replies to what is not on it.
    """
    column = "position" if settings.order == Order.OLDEST else "position_newest"
    rows = article.comments.visible().order_by(column)
    if after:
        rows = rows.filter(**{f"{column}__gt": after})
    if start:
        rows = rows.filter(**{f"{column}__gte": start})
    comments = list(rows[: settings.page_size + 1])
    has_more = len(comments) > settings.page_size
    comments = comments[: settings.page_size]
    return ThreadPage(list(_with_tombstones(article, comments)), getattr(comments[-1], column) if has_more else "")


def start_for(comment: Comment, settings: CommentSettings) -> str:
    """Return the position from which a page shows a comment: its conversation's beginning, or its own where that is
    more than a page away.

    One query, that counts no further than a page.
    """
    column = "position" if settings.order == Order.OLDEST else "position_newest"
    own: str = getattr(comment, column)
    beginning = own[:STEP_CHARACTERS]
    between = comment.article.comments.visible().filter(**{f"{column}__gte": beginning, f"{column}__lt": own})
    return beginning if len(between.values_list("pk")[: settings.page_size]) < settings.page_size else own


def is_on_first_page(comment: Comment, settings: CommentSettings) -> bool:
    """Return whether the article's own page shows a comment. One query, that counts no further than a page."""
    column = "position" if settings.order == Order.OLDEST else "position_newest"
    before = comment.article.comments.visible().filter(**{f"{column}__lt": getattr(comment, column)})
    return len(before.values_list("pk")[: settings.page_size]) < settings.page_size


def _with_tombstones(article: Article, comments: list[Comment]) -> Iterator[ThreadEntry]:
    """The comments in their order, each under what it answers: what is no longer visible is a tombstone."""
    on_page = {row.position for row in comments}
    missing = {position for row in comments for position in row.steps_above} - on_page
    above = {row.position: row for row in article.comments.filter(position__in=missing)} if missing else {}
    by_id = {row.pk: row for row in [*comments, *above.values()]}
    with_tombstone: set[str] = set()
    last: Comment | None = None
    for row in comments:
        for position in row.steps_above:
            parent = above.get(position)
            if parent is not None and not parent.is_visible and position not in with_tombstone:
                with_tombstone.add(position)
                yield ThreadEntry(parent, parent.level, is_tombstone=True)
                last = parent
        answers = by_id.get(row.parent_id) if row.parent_id else None
        is_under = answers is None or (last is not None and last.pk == answers.pk) or not answers.is_visible
        is_sibling = answers is not None and answers.position in row.steps_above and answers.position in on_page
        yield ThreadEntry(row, row.level, answers=None if is_under or is_sibling else answers)
        last = row
