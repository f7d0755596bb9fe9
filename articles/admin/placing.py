"""Articles of sister sites that are placed on a publication, and their removal."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import publishing
from articles.models import Article, Placement
from articles.workflow import Refused
from newsroom.desk.current import publications_of
from newsroom.publications.models import Publication

SHOWN = 100


def placed_on(publication: Publication, most: int = SHOWN) -> list[tuple[Article, str]]:
    """Return the sister sites' articles that somebody placed on a publication, the newest first.

    Each has the headline that readers have: what is in work there is not everybody's to see.
    """
    now = timezone.now()
    rows = Placement.objects.filter(publication=publication, section=None)
    rows = rows.exclude(article__publication=publication).live(now)
    rows = rows.select_related("article__publication", "article__live", "article__next")
    newest = rows.order_by("-published_at", "-article_id")[:most]
    return [(row.article, row.article.revision_at(now).headline) for row in newest]


def unplace(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a sister's article off the lists of the publication that the form names."""
    named = request.POST.get("publication", "")
    publication = next((row for row in publications_of(request) if str(row.pk) == named), None)
    if publication is None:
        raise PermissionDenied
    article = get_object_or_404(Article, pk=pk, placements__publication=publication)
    try:
        publishing.unplace(article, on=publication, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It no longer stands on %(site)s.") % {"site": publication.name})
    back = "admin:articles_streamsource_changelist" if "back" in request.POST else "admin:index"
    return redirect(back)
