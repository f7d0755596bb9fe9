"""Stories of sister sites that stand here, and taking them off."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from articles import publishing
from articles.models import Article
from articles.workflow import Refused
from newsroom.desk.current import publications_of
from newsroom.publications.permissions import Forbidden


def unplace(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a sister's story off the lists of the publication that the form names."""
    named = request.POST.get("publication", "")
    publication = next((row for row in publications_of(request) if str(row.pk) == named), None)
    if publication is None:
        raise PermissionDenied
    story = get_object_or_404(Article, pk=pk, placements__publication=publication)
    try:
        publishing.unplace(story, on=publication, by=request.user)
    except Forbidden as error:
        raise PermissionDenied(str(error)) from error
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It no longer stands on %(site)s.") % {"site": publication.name})
    return redirect("admin:index")
