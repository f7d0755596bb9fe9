"""A thread as readers page through it: one query a page, and one for the comments under which its replies stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from articles.models import Article
from comments import text
from comments.models import Comment, CommentSettings
from comments.models.comment import STEP
from comments.states import Order


@dataclass(frozen=True)
class ThreadEntry:
    """One comment in its place; or, where it was removed and what answers it stands, its empty place."""

    comment: Comment
    level: int
    is_tombstone: bool = False
    answers: Comment | None = None  # named where it doesn't stand right above

    @cached_property
    def html(self) -> SafeString:
        return text.render(self.comment.text)


@dataclass(frozen=True)
class ThreadPage:
    """Part of a thread. `after` is where the next page goes on, "" at the end."""

    shown: list[ThreadEntry]
    after: str


def page(article: Article, settings: CommentSettings, after: str = "", start: str = "") -> ThreadPage:
    """A page of an article's thread in the publication's order: what comes `after` a place, or from `start` on."""
    column = "place" if settings.order == Order.OLDEST else "place_newest"
    rows = article.comments.visible().order_by(column)
    if after:
        rows = rows.filter(**{f"{column}__gt": after})
    if start:
        rows = rows.filter(**{f"{column}__gte": start})
    found = list(rows[: settings.page_size + 1])
    more = len(found) > settings.page_size
    found = found[: settings.page_size]
    return ThreadPage(list(_with_tombstones(article, found)), getattr(found[-1], column) if more else "")


def start_for(comment: Comment, settings: CommentSettings) -> str:
    """From where a page shows a comment: its conversation's beginning, or itself where that is more than a page away.
    One query, that counts no further than a page."""
    column = "place" if settings.order == Order.OLDEST else "place_newest"
    own: str = getattr(comment, column)
    between = comment.article.comments.visible().filter(**{f"{column}__gte": own[:STEP], f"{column}__lt": own})
    return own[:STEP] if len(between.values_list("pk")[: settings.page_size]) < settings.page_size else own


def is_on_first_page(comment: Comment, settings: CommentSettings) -> bool:
    """Whether the article's own page shows it. One query, that counts no further than a page."""
    column = "place" if settings.order == Order.OLDEST else "place_newest"
    before = comment.article.comments.visible().filter(**{f"{column}__lt": getattr(comment, column)})
    return len(before.values_list("pk")[: settings.page_size]) < settings.page_size


def _with_tombstones(article: Article, found: list[Comment]) -> Iterator[ThreadEntry]:
    """The rows in their order, each under what it answers: what stands no more is an empty place."""
    on_page = {row.place for row in found}
    missing = {place for row in found for place in row.steps_above} - on_page
    above = {row.place: row for row in article.comments.filter(place__in=missing)} if missing else {}
    by_id = {row.pk: row for row in [*found, *above.values()]}
    told: set[str] = set()
    last: Comment | None = None
    for row in found:
        for place in row.steps_above:
            parent = above.get(place)
            if parent is not None and not parent.is_visible and place not in told:
                told.add(place)
                yield ThreadEntry(parent, parent.level, is_tombstone=True)
                last = parent
        answers = by_id.get(row.parent_id) if row.parent_id else None
        is_under = answers is None or (last is not None and last.pk == answers.pk) or not answers.is_visible
        is_sibling = answers is not None and answers.place in row.steps_above and answers.place in on_page
        yield ThreadEntry(row, row.level, answers=None if is_under or is_sibling else answers)
        last = row
