"""Actions keep an article's counts equal to its comments: by what each changed, in its own transaction.

The database itself adds the difference, so that two actions on the same article at once do not overwrite each other's.
Comments are always locked before articles are written, and articles in the order of their ids.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import F

from articles.models import Article
from articles.presentation import cache_tags
from comments.models import Comment, Kind
from comments.states import Status
from newsroom.pagecache.tags import invalidate

_COLUMNS = {Kind.COMMENT: "comment_count", Kind.PINGBACK: "pingback_count"}


def update_counts(changes: "Iterable[tuple[Comment, str | None]]", changed: Iterable[Comment] = ()) -> None:
    """Update the counts of articles whose comments changed status, and invalidate the pages that show them.

    `changes`: each comment as it is now, with the status that it had before (None for a new one). `changed`: comments
    that readers saw, or see, with other words or marks. Within a transaction.
    """
    deltas: dict[int, Counter[str]] = defaultdict(Counter)
    stale = {row.article_id for row in changed}
    for comment, before in changes:
        delta = (comment.status == Status.APPROVED) - (before == Status.APPROVED)
        if delta:
            deltas[comment.article_id][_COLUMNS[Kind(comment.kind)]] += delta
            stale.add(comment.article_id)
    for article, columns in sorted(deltas.items()):
        if additions := {column: F(column) + delta for column, delta in columns.items() if delta}:
            Article.objects.filter(pk=article).update(**additions)
    if stale:
        invalidate({cache_tags.comments(pk) for pk in stale})
