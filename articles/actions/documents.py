"""Keeping what readers and the desk find equal to the articles, for other actions, inside their transactions.

What readers have is one document, and a change that waits for its time another, which is shown from then on.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django_tasks import task

from articles.content import Content
from articles.models import Article
from articles.presentation.searching import facets_of
from newsroom.lib.text import plain
from newsroom.search import writing
from newsroom.search.analyser import BREAK, analyse, spellings
from newsroom.search.models import DeskDocument, PublicDocument, document_id

AT_ONCE = 50  # articles in a transaction
MAX_BODY = 400_000  # characters of stems: PostgreSQL's vectors have a megabyte


def sync_public(article: Article) -> None:
    """Make the documents by which readers find an article what it is now. None where it is withdrawn, or hidden from
    search engines. Up to ten queries."""
    sync_all_public([article])


def sync_all_public(articles: Sequence[Article]) -> None:
    """Do so for several articles, with their `live` and `next`."""
    old = PublicDocument.objects.filter(object_id__in=[article.pk for article in articles])
    writing.replace(PublicDocument, old, [row for article in articles for row in _public(article, timezone.now())])


def sync_desk(article: Article, content: Content) -> None:
    """Make the document by which the desk finds an article what its working revision says; words of the former one
    stay findable. Up to seven queries."""
    old = DeskDocument.objects.filter(object_id=article.pk)
    former = {word for document in old for word in _words(document)}
    writing.replace(DeskDocument, old, [desk_document(article, content, former=former)])


def rebuild_desk(articles: Iterable[Article]) -> None:
    """Make the desk's documents of articles anew from all of their revisions: what was expunged is in none."""
    for article in articles:
        former = set[str]()
        for row in article.revisions.exclude(pk=article.working.pk):
            former |= set(analyse(f"{row.kicker} {row.headline} {row.standfirst} {plain(row.body)}").split())
        old = DeskDocument.objects.filter(object_id=article.pk)
        writing.replace(DeskDocument, old, [desk_document(article, Content.of(article.working), former=former)])


def rebuild(articles: QuerySet[Article]) -> None:
    """Make all documents of articles anew, locking them: in a transaction."""
    rows = articles.select_for_update(of=("self",)).select_related("publication", "live", "next", "draft")
    locked = list(rows.order_by("pk"))
    sync_all_public(locked)
    rebuild_desk(locked)


@task
def rebuild_under(tag: int = 0, author: int = 0) -> None:
    """Make the documents of the articles that have a tag or an author, by id, anew, some at a time: its name changed.
    Those of drafts follow when they are saved."""
    rows = Article.objects.filter(tagged__tag=tag) if tag else Article.objects.filter(byline_set__author=author)
    after = 0
    while ids := list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            rebuild(Article.objects.filter(pk__in=ids))
        after = ids[-1]


def to_index(*, after: int = 0, missing_only: bool = False) -> QuerySet[Article]:
    """Return the articles that have ids after one; those alone that the desk's search has nothing of."""
    rows = Article.objects.filter(pk__gt=after).order_by("pk")
    has_document = Exists(DeskDocument.objects.filter(object_id=OuterRef("pk")))
    return rows.exclude(has_document) if missing_only else rows


def reindex(after: int = 0, *, missing_only: bool = False) -> Iterator[tuple[int, int]]:
    """Make the documents of `to_index()` anew, some at a time, each portion in a transaction of its own: readers and
    the desk go on meanwhile. Yield the id of the last article and how many there were, after each."""
    while ids := list(to_index(after=after, missing_only=missing_only).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            rebuild(Article.objects.filter(pk__in=ids))
        after = ids[-1]
        yield after, len(ids)


def public_document(
    article: Article, content: Content, *, places: Iterable[int], begins: dt.datetime, ends: dt.datetime | None = None,
    variant: int = 0, body: str | None = None,
) -> PublicDocument:  # fmt: skip
    """Return the document of what readers have of an article from `begins` until `ends`. `places`: ids of the
    publications that list it; `body`: its analysed body, where it is known."""
    assert article.published_at is not None
    names = _names(content)
    return PublicDocument(
        pk=document_id(article.published_at, article.pk, variant), object_id=article.pk, shown_from=begins,
        shown_until=ends, headline=analyse(content.headline),
        standfirst=analyse(f"{content.kicker} {content.standfirst}"), names=analyse(names),
        body=analyse(plain(content.body))[:MAX_BODY] if body is None else body,
        spellings=_spellings(content.headline, content.kicker, content.standfirst, names),
        facets=facets_of(places, content.section, content.tags, content.authors),
    )  # fmt: skip


def desk_document(
    article: Article, content: Content, *, former: Collection[str] = (), body: str | None = None
) -> DeskDocument:
    """Return the document of what the desk works on. `former`: the words of former versions; `body`: as above."""
    names = _names(content)
    document = DeskDocument(
        pk=document_id(article.saved_at, article.pk), object_id=article.pk, shown_from=article.saved_at,
        headline=analyse(content.headline), standfirst=analyse(f"{content.kicker} {content.standfirst}"),
        names=analyse(names), body=analyse(plain(content.body))[:MAX_BODY] if body is None else body,
        spellings=_spellings(content.headline, content.kicker, content.standfirst, names),
        facets=facets_of([article.publication_id], content.section, content.tags, content.authors),
    )  # fmt: skip
    document.former = " ".join(sorted(set(former) - set(_words(document)) - {BREAK}))[:MAX_BODY]
    if document.former:
        document.body = f"{document.body} {BREAK} {document.former}"
    return document


def write_new(public: list[PublicDocument], desk: list[DeskDocument]) -> None:
    """Write the documents of articles that had none."""
    writing.replace(PublicDocument, PublicDocument.objects.none(), public)
    writing.replace(DeskDocument, DeskDocument.objects.none(), desk)


def _public(article: Article, now: dt.datetime) -> list[PublicDocument]:
    if article.live is None or article.published_at is None or article.is_withdrawn(now):
        return []
    shown = [(article.live, article.published_at, article.next_at or article.withdrawn_at)]
    if article.next and article.next_at:
        shown.append((article.next, article.next_at, article.withdrawn_at))
    places = {article.publication_id, *article.placements.values_list("publication", flat=True)}
    return [
        public_document(article, Content.of(revision), places=sorted(places), begins=begins, ends=ends, variant=variant)
        for variant, (revision, begins, ends) in enumerate(shown)
        if not revision.noindex and (ends is None or ends > now)
    ]


def _spellings(*texts: str) -> str:
    return " ".join(dict.fromkeys(word for word in spellings(" ".join(texts)) if word.isalpha()))


def _names(content: Content) -> str:
    return " · ".join([author.name for author in content.authors] + [tag.name for tag in content.tags])


def _words(document: DeskDocument) -> Iterable[str]:
    for text in (document.headline, document.standfirst, document.names, document.body):
        yield from text.split()
