"""The revisions of an article: listed, compared word by word, taken up again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import editing, publishing
from articles.models import Article, Edition, Revision
from articles.presentation.comparison import compared
from articles.workflow import Refused
from newsroom.lib.text import row_id, whole_number
from newsroom.publications.permissions import may

A_PAGE = 50


def revisions(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Return the page of every revision, newest first: read one, compare two, take one up again."""
    rows = article.revisions.select_related("created_by").defer("body", "standfirst")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("p", "1"))
    now = timezone.now()
    editions = article.editions.select_related("revision").defer("revision__body").order_by("-published_at")
    context |= {
        "revisions": page,
        "editions": [row for row in editions[:A_PAGE] if row.previous_id],
        "may_hide": may(request.user, "article.hide_difference", article),
        "now": now,
        "readers": article.revision_at(now) if article.live_id else None,
        "may_restore": may(request.user, "article.save", article),
        "newest": article.working,
    }
    return TemplateResponse(request, "admin/articles/article/revisions.html", context)


def difference(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Hide from readers what one change changed, or show it again."""
    edition = get_object_or_404(Edition, pk=row_id(request.POST.get("edition", "")), article=article)
    hidden = request.POST.get("hidden") == "1"
    publishing.hide_difference(edition, by=request.user, hidden=hidden)
    message = _("Readers no longer see that difference.") if hidden else _("Readers see that difference again.")
    messages.success(request, message)
    return redirect(reverse("admin:articles_article_revisions", args=[article.pk]))


def compare(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Return two revisions compared, `from` and `to` by number; by default what readers have and what is in work."""
    newest = article.working
    readers = article.revision_at(timezone.now()) if article.live_id else newest
    old = _revision(article, request.GET.get("from", "")) or readers
    new = _revision(article, request.GET.get("to", "")) or newest
    fields = compared(old, new)
    context |= {
        "old": old,
        "new": new,
        "changed": [one for one in fields if one.changed],
        "unchanged": [one for one in fields if not one.changed and not one.is_empty],
        "may_restore": may(request.user, "article.save", article),
        "newest": newest,
    }
    return TemplateResponse(request, "admin/articles/article/compare.html", context)


def restore(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Make a draft of an old revision."""
    number, base = (whole_number(request.POST.get(name, "")) for name in ("number", "base"))
    if number is None or base is None:
        raise PermissionDenied
    try:
        article = editing.restore(article, number, by=request.user, base=base)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(reverse("admin:articles_article_revisions", args=[article.pk]))
    if article.working.pk == base:
        messages.info(request, _("What is in work says just that already."))
    else:
        numbers = {"n": number, "m": article.working.number}
        messages.success(request, _("Revision %(n)s is taken up again, as revision %(m)d.") % numbers)
    return redirect("admin:articles_article_change", article.pk)


def _revision(article: Article, number: str) -> Revision | None:
    rows = article.revisions.select_related("created_by", "section", "lead_image")
    return rows.filter(number=row_id(number)).first()
