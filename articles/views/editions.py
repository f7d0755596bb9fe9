"""What changed after publication: a publication's corrections, and the difference that one change made."""

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.models import Edition
from articles.presentation import cache_tags
from articles.presentation.cards import cards, tags_of
from articles.presentation.comparison import difference as difference_of
from articles.presentation.links import corrections_url, difference_url
from articles.views.pages import cursor, page
from articles.workflow import Change
from newsroom.requests import PublicRequest

PAGE_SIZE = 20
LONGEST = 2_000_000  # characters of two bodies: some seconds of work


def corrections(request: PublicRequest) -> HttpResponse:
    """A publication's corrections, the last first, each with its notice, its hour and its article. One query."""
    publication = request.publication
    own = corrections_url(publication)
    if request.path != own:
        return HttpResponsePermanentRedirect(own)
    now, after = timezone.now(), cursor(request)
    rows = Edition.objects.listed_on(publication).filter(change=Change.CORRECTION).live(now)
    found = rows.filter(article__published_at__lte=now).select_related("revision").page(PAGE_SIZE, after)
    articles = cards(found.rows, on=publication, now=now)
    shown = [
        (edition, card, difference_url(publication, edition) if edition.shows_difference else "")
        for edition, card in zip(found.rows, articles, strict=True)
    ]
    context = {
        "corrections": shown,
        "next_url": f"{own}?after={found.next}" if found.next else "",
        "canonical": publication.origin + own + (f"?after={after}" if after else ""),
    }
    return page(request, "articles/corrections.html", context, tags_of(articles))


def difference(request: PublicRequest, pk: int) -> HttpResponse:
    """What one change to a live article changed, word by word; nothing where a publisher hides it."""
    publication, now = request.publication, timezone.now()
    rows = Edition.objects.listed_on(publication).live(now).select_related("article", "revision", "previous")
    edition = get_object_or_404(rows, pk=pk)
    own = difference_url(publication, edition)
    if not edition.shows_difference or edition.previous is None or not edition.article.is_live(now):
        raise Http404
    if request.path != own:
        return HttpResponsePermanentRedirect(own)
    edition.article.publication = publication
    old, new = edition.previous, edition.revision
    is_long = len(old.body) + len(new.body) > LONGEST
    context = {
        "edition": edition,
        "article": edition.article,
        "headline": edition.article.version_at(now).headline,
        "fields": [] if is_long else difference_of(edition.cache_key, old, new),
        "is_long": is_long,
        "canonical": publication.origin + own,
    }
    return page(request, "articles/difference.html", context, [cache_tags.article(edition.article)])
