"""The page on which a publisher removes what was ordered removed: look first, then remove."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions import expunging
from articles.models import Article, Expunging, Image
from articles.workflow import Refused
from newsroom.accounts.fresh import refusal_unless_fresh, require_fresh_sign_in
from newsroom.publications.permissions import Forbidden, may


class OrderForm(forms.Form):
    """By which order; for a passage, which words."""

    passage = forms.CharField(
        label=gettext_lazy("The passage"),
        help_text=gettext_lazy("As it is printed: spaces, quotes, accents and capitals need not be the same."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=20_000,
    )
    order = forms.CharField(
        label=gettext_lazy("The order"),
        help_text=gettext_lazy("Court, date, number. It stays in the log; it must not quote the passage."),
        max_length=300,
    )

    def __init__(self, data: Any = None, *, with_passage: bool):
        super().__init__(data)
        if not with_passage:
            del self.fields["passage"]
            self.fields["order"].help_text = _("Court, date, number. It stays in the log.")


def passage(request: HttpRequest, article: Article, context: dict[str, Any]) -> HttpResponse:
    """Look for a passage in an article, show where it is, and remove it once that is confirmed."""
    if not may(request.user, "article.expunge", article):
        raise PermissionDenied
    if request.method != "POST":
        require_fresh_sign_in(request)
    form = OrderForm(request.POST or None, with_passage=True)
    _refuse_unless_fresh(request, form)
    traces: list[expunging.Occurrence] | None = None
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["passage"]
        if "_expunge" in request.POST and request.POST.get("looked", "").split() == words.split():
            try:
                act = expunging.expunge_passage(article, words, by=request.user, order=form.cleaned_data["order"])
            except Refused as refused:
                _refuse(form, refused)
            else:
                _tell(request, act)
                return redirect("admin:articles_article_change", article.pk)
        else:
            traces = expunging.find_passage(
                article, words
            )  # of exactly these words: what was looked for may have changed
    context |= {"form": form, "traces": traces, "is_passage": True}
    return TemplateResponse(request, "admin/articles/expunge.html", context)


def image(request: HttpRequest, image: Image, context: dict[str, Any]) -> HttpResponse:
    """Remove an image from every article and every file, once that is confirmed."""
    if not may(request.user, "article.expunge", None):
        raise PermissionDenied
    if request.method != "POST":
        require_fresh_sign_in(request)
    form = OrderForm(request.POST or None, with_passage=False)
    _refuse_unless_fresh(request, form)
    if request.method == "POST" and form.is_valid():
        try:
            act = expunging.expunge_image(image, by=request.user, order=form.cleaned_data["order"])
        except Forbidden:
            form.add_error(None, _("A publication that showed this image is not yours to change."))
        except Refused as refused:
            _refuse(form, refused)
        else:
            _tell(request, act)
            return redirect("admin:articles_image_changelist")
    mine = Article.objects.visible_to(request.user).filter(pk__in=expunging.articles_with(image))
    context |= {"form": form, "image": image, "articles": list(mine.select_related("publication"))}
    return TemplateResponse(request, "admin/articles/expunge.html", context)


def _refuse_unless_fresh(request: HttpRequest, form: OrderForm) -> None:
    """A form that comes late is shown again: what it quotes must not be kept in the session meanwhile."""
    if request.method == "POST" and form.is_valid() and (refusal := refusal_unless_fresh(request)):
        form.add_error(None, refusal)


def _refuse(form: OrderForm, refused: Refused) -> None:
    for finding in refused.findings:
        form.add_error(finding.check if finding.check in form.fields else None, finding.message)


def _tell(request: HttpRequest, act: Expunging) -> None:
    act.refresh_from_db()
    messages.success(request, _("Expunged. Backups made before still hold it: renew them."))
    if act.finished_at is None:
        messages.warning(
            request,
            _("The database’s own files still hold traces, since somebody is reading: run “manage.py expunge” soon."),
        )
