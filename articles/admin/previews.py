"""Previews at the desk: the public page of any revision at three widths, and links for people without an account."""

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from csp.constants import SELF
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from articles.actions import preview_links
from articles.models import Article, PreviewLink
from articles.views import article as public_page
from articles.workflow import Refused
from newsroom.lib.text import row_id, whole_number
from newsroom.pagecache.requests import complete
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may
from newsroom.requests import PublicRequest

WIDTHS = ((390, gettext_lazy("Telephone")), (768, gettext_lazy("Tablet")), (1440, gettext_lazy("Desk")))


class ShareForm(forms.Form):
    """For whom a preview link is made, and for how many days it lasts."""

    for_whom = forms.CharField(
        label=gettext_lazy("For whom"), max_length=120, help_text=gettext_lazy("A name, so that you know it again.")
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("It lasts"), coerce=int, initial=2,
        choices=[(1, gettext_lazy("one day")), (2, gettext_lazy("two days")), (7, gettext_lazy("a week")),
                 (30, gettext_lazy("thirty days"))],
    )  # fmt: skip


def preview(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Return a revision as readers would get it, in frames. `?revision=` is its number; the working one if absent."""
    number = whole_number(request.GET.get("revision", "")) or article.working.number
    return _page(request, article, context, number, ShareForm())


def _page(
    request: HttpRequest, article: Article, context: dict[str, Any], number: int, form: ShareForm
) -> HttpResponse:
    revision = article.revisions.filter(number=number).first()
    if revision is None:
        raise Http404
    now = timezone.now()
    links = article.preview_links.select_related("revision", "created_by", "article__publication")
    context |= {
        "revision": revision,
        "widths": WIDTHS,
        "form": form,
        "links": [(link, link.is_open(now)) for link in links[:30]],
        "may_share": may(request.user, "article.share", article),
        "is_embargoed": article.is_embargoed(now),
    }
    response: Any = TemplateResponse(request, "admin/articles/article/preview.html", context)
    response._csp_update = {"frame-src": [SELF]}  # django-csp's decorator takes views of a request alone
    return cast(HttpResponse, response)


@xframe_options_sameorigin
def frame(request: HttpRequest, article: Article, context: dict[str, Any], number: int) -> HttpResponse:
    """Return the public page of a revision, for a frame of the desk. An embargo does not hide it from the desk."""
    revision = article.revisions.select_related("section", "lead_image").filter(number=number).first()
    if revision is None:
        raise Http404
    return framed(
        request,
        article.publication,
        lambda public: public_page.preview(public, article, revision, _("Preview of revision %(n)d") % {"n": number}),
    )


def framed(
    request: HttpRequest, publication: Publication, render: Callable[[PublicRequest], HttpResponse]
) -> HttpResponse:
    """Return what `render` returns for this request, as a page of the publication in a frame of the desk.

    Its links and stylesheets get the publication's origin, since it is not read there.
    """
    public = cast(PublicRequest, request)
    public.publication = publication
    with translation.override(publication.language):
        response = public_page.uncacheable(render(public))
        complete(response, public.page)  # before its links are looked for
    origin = publication.origin
    response.content = response.content.replace(b'href="/', f'href="{origin}/'.encode()).replace(
        b"<head>", b'<head><base target="_blank">', 1
    )
    csp: Any = response  # attributes that django-csp's middleware reads; its decorators don't know the origin
    csp._csp_replace = {"frame-ancestors": [SELF]}
    csp._csp_update = {"style-src": [origin], "img-src": [origin]}
    return response


def share(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Make a link to one revision, and return to its preview; show the form again if that was refused."""
    number = row_id(request.POST.get("revision", ""))
    form = ShareForm(request.POST)
    if form.is_valid():
        until = timezone.now() + dt.timedelta(days=form.cleaned_data["days"])
        try:
            link = preview_links.share(
                article, number, by=request.user, for_whom=form.cleaned_data["for_whom"], until=until
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The link for %(who)s is below: copy it.") % {"who": link.for_whom})
            return redirect(f"{reverse('admin:articles_article_preview', args=[article.pk])}?revision={number}")
    return _page(request, article, context, number, form)


def revoke(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Revoke a link."""
    link = get_object_or_404(PreviewLink, pk=row_id(request.POST.get("link", "")), article=article)
    preview_links.revoke(link, by=request.user)
    messages.success(request, _("The link for %(who)s is closed.") % {"who": link.for_whom})
    return redirect(f"{reverse('admin:articles_article_preview', args=[article.pk])}?revision={link.revision.number}")
