"""Pages of what changed after publication: a publication's corrections, and the difference that one change made."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.models import Edition
from articles.presentation import cache_tags
from articles.presentation.cards import cards, tags_of
from articles.presentation.comparison import difference as difference_of
from articles.presentation.links import corrections_url, difference_url
from articles.views.pages import cursor, moved, page
from articles.workflow import Change
from newsroom.requests import PublicRequest

PAGE_SIZE = 20
MAX_COMPARED_CHARACTERS = 300_000  # of two bodies together, 50,000 words: 0.2 s of a thread of readers


def corrections(request: PublicRequest) -> HttpResponse:
    """Return a publication's corrections, the last first, each with its notice, its time and its article. One query."""
    publication = request.publication
    canonical_url = corrections_url(publication)
    if request.path != canonical_url:
        return moved(request, canonical_url)
    now, after = timezone.now(), cursor(request)
    rows = Edition.objects.listed_on(publication).filter(change=Change.CORRECTION).live(now)
    listed = rows.filter(article__published_at__lte=now).select_related("revision").with_cards().page(PAGE_SIZE, after)
    articles = cards(listed.rows, on=publication, now=now)
    entries = [
        (edition, card, difference_url(publication, edition) if edition.shows_difference else "")
        for edition, card in zip(listed.rows, articles, strict=True)
    ]
    context = {
        "corrections": entries,
        "next_url": f"{canonical_url}?after={listed.next}" if listed.next else "",
        "canonical": publication.origin + canonical_url + (f"?after={after}" if after else ""),
    }
    request.page.ends(None)  # purges tell of all that changes it
    return page(request, "articles/corrections.html", context, [cache_tags.changes(publication), *tags_of(articles)])


def difference(request: PublicRequest, pk: int) -> HttpResponse:
    """Return what one change to a live article changed, word by word. Raises Http404 where a publisher hides it."""
    publication, now = request.publication, timezone.now()
    rows = Edition.objects.listed_on(publication).live(now).select_related("article", "revision", "previous")
    edition = get_object_or_404(rows, pk=pk)
    canonical_url = difference_url(publication, edition)
    if not edition.shows_difference or edition.previous is None or not edition.article.is_live(now):
        raise Http404
    if request.path != canonical_url:
        return moved(request, canonical_url)
    edition.article.publication = publication
    old, new = edition.previous, edition.revision
    is_long = len(old.body) + len(new.body) > MAX_COMPARED_CHARACTERS
    context = {
        "edition": edition,
        "article": edition.article,
        "headline": edition.article.revision_at(now).headline,
        "fields": [] if is_long else difference_of(edition.cache_key, old, new),
        "is_long": is_long,
        "canonical": publication.origin + canonical_url,
    }
    request.page.ends(None)
    return page(request, "articles/difference.html", context, [cache_tags.article(edition.article)])
