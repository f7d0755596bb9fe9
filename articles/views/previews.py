"""The page behind a preview link: a revision that is not published, for somebody without an account."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import PreviewLink
from articles.views.article import preview, uncacheable
from newsroom.requests import PublicRequest


def by_link(request: PublicRequest, token: str) -> HttpResponse:
    """Return the page of exactly the revision that a link is for, while it is open and there is no embargo.

    Else return a page that says that it is closed (410), with nothing of the article. Raises Http404 for a token that
    was not signed here, and on another site than the article's own.
    """
    publication, now = request.publication, timezone.now()
    rows = PreviewLink.objects.select_related(
        "article__publication", "article__live", "article__next", "revision__section", "revision__lead_image"
    )
    link = rows.filter(pk=PreviewLink.id_in(token), article__publication=publication).first()
    if link is None:
        raise Http404
    if not link.is_open(now) or link.article.is_embargoed(now):
        return uncacheable(render(request, "articles/preview_closed.html", {"preview": _("Preview")}, status=410))
    params = {"n": link.revision.number, "time": publication.date(link.expires_at), "who": link.for_whom}
    note = _("Preview of revision %(n)d for %(who)s, until %(time)s. Not published: please do not pass it on.")
    return preview(request, link.article, link.revision, note % params)
