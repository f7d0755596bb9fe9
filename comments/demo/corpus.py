"""Comments in bulk for a site of any size (articles/demo/corpus.py), approved, as the actions would leave them.

They are spread evenly over the articles; one in three answers the one before it.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.models import Article
from articles.presentation import cache_tags
from comments.models import Comment
from comments.states import Status
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication

BATCH = 5_000  # comments in a transaction
READERS = 5_000
DEPTH = 3  # levels of a thread: what a publication begins with
REPLY_EVERY = 3
_TEXTS = (
    "Le mien a tenu deux ans, et la batterie a lâché le jour où la garantie finissait.",
    "Quelqu’un sait s’il se recharge avec le câble de l’ancien ?",
    "Merci pour l’article. Il manque la seule chose que je voulais savoir : le poids.",
    "On disait déjà cela de la version d’avant, et on sait ce qu’il en est advenu.",
    "À ce prix-là, j’attendrai qu’il soit d’occasion.",
)


def add_comments(publication: Publication, articles: Sequence[int], start: int, stop: int, total: int) -> None:
    """Write comments `start` to `stop` of `total`, in one transaction, on the articles with these ids."""
    with transaction.atomic():
        numbers = defaultdict(list)
        for number in range(start, stop):
            numbers[articles[number * len(articles) // total]].append(number)
        now = timezone.now()
        published = {row.pk: row.published_at for row in Article.objects.filter(pk__in=numbers).only("published_at")}
        first: list[Comment] = []
        replies: list[tuple[Comment, Comment]] = []
        for pk, its_numbers in numbers.items():
            published_at = published[pk] or now
            above: Comment | None = None
            for number in its_numbers:
                row = _comment(publication, pk, number, published_at, now)
                if above is not None and number % REPLY_EVERY == 0:
                    replies.append((row, above))
                else:
                    row.set_position(None, DEPTH)
                    first.append(row)
                    above = row
        Comment.objects.bulk_create(first)
        for row, above in replies:
            row.set_position(above, DEPTH)
        Comment.objects.bulk_create(row for row, _above in replies)
        for count, pks in _by_count(numbers).items():
            Article.objects.filter(pk__in=pks).update(comment_count=F("comment_count") + count)
        invalidate({cache_tags.of_id("article", pk) for pk in numbers})


def _comment(
    publication: Publication, article: int, number: int, published_at: dt.datetime, now: dt.datetime
) -> Comment:
    reader = number * 7919 % READERS
    row = Comment(
        publication=publication, article_id=article, pseudonym=f"Lecteur {reader}", email=f"l{reader}@example.org",
        posted_at=min(published_at + dt.timedelta(minutes=number % 600, microseconds=number % 1_000_000), now),
        status=Status.APPROVED, reviewed=True, source=f"{reader:032x}",
    )  # fmt: skip
    row.set_text(_TEXTS[number % len(_TEXTS)])
    return row


def _by_count(numbers: dict[int, list[int]]) -> dict[int, list[int]]:
    """Return the articles by how many comments each gets."""
    articles = defaultdict(list)
    for pk, count in Counter({pk: len(its_numbers) for pk, its_numbers in numbers.items()}).items():
        articles[count].append(pk)
    return articles
