"""An article's counts, kept equal to its rows: by what each door changed, in the door's own transaction.

The difference is added by the database itself, so that doors at work on the same article at once don't overwrite each
other's. Comments are always locked before articles are touched, and articles in the order of their ids.
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


def update_counts(changes: "Iterable[tuple[Comment, str | None]]", touches: Iterable[Comment] = ()) -> None:
    """After comments changed status: their articles' counts, and the pages that show them.

    In: each comment as it is now, with the status that it had before (None for a new one); and comments whose words
    changed where readers see them.
    """
    deltas: dict[int, Counter[str]] = defaultdict(Counter)
    stale = {row.article_id for row in touches}
    for comment, before in changes:
        delta = (comment.status == Status.APPROVED) - (before == Status.APPROVED)
        if delta:
            deltas[comment.article_id][_COLUMNS[Kind(comment.kind)]] += delta
            stale.add(comment.article_id)
    for article, columns in sorted(deltas.items()):
        if changed := {column: F(column) + delta for column, delta in columns.items() if delta}:
            Article.objects.filter(pk=article).update(**changed)
    if stale:
        invalidate({cache_tags.article(Article(pk=pk)) for pk in stale})
