"""The heads of a publication's pages at the desk: which stories are pinned there, in which order, until when."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions import fronts
from articles.admin.acts import PINNED_HOURS
from articles.admin.fields import HeadField, HourField
from articles.admin.states import state_badges
from articles.models import Article, Block, Pick, Placement
from articles.workflow import Refused
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import posted_publication
from newsroom.lib.text import row_id
from newsroom.publications.models import Publication
from newsroom.publications.permissions import Forbidden, may

OFFERED = 100  # of the latest stories of a site, sisters' included


class PinForm(forms.Form):
    """A story of a publication, the page at whose head it goes, until when."""

    story = forms.ChoiceField(label=gettext_lazy("Story"))
    page = HeadField()
    publication = forms.IntegerField(widget=forms.HiddenInput)  # whatever another tab switched to meanwhile
    until = HourField(
        label=gettext_lazy("Until when"), help_text=gettext_lazy("In the site’s own time."), required=True
    )

    def __init__(self, publication: Publication, data: Any = None):
        until = timezone.now() + dt.timedelta(hours=PINNED_HOURS)
        super().__init__(data, initial={"publication": publication.pk, "until": until})
        rows = Placement.objects.listed_on(publication).select_related(
            "article__publication", "article__live", "article__next"
        )
        self.offered = [row.article for row in rows.order_by("-published_at", "-article_id")[:OFFERED]]
        story, page = self.fields["story"], self.fields["page"]
        assert isinstance(story, forms.ChoiceField) and isinstance(page, HeadField)
        page.queryset = publication.sections.all()
        story.choices = [("", "—"), *((str(row.pk), self.named(row, publication)) for row in self.offered)]

    @staticmethod
    def named(article: Article, publication: Publication) -> str:
        """A story of the site's own as the desk has it; a sister's as its readers have it, and where from."""
        if article.publication_id == publication.pk:
            return article.headline
        return f"{article.version_at(timezone.now()).headline} ({article.publication})"

    def pin(self, on: Publication, by: Any) -> None:
        """Through the door, for a valid form."""
        data = self.cleaned_data
        story = next(row for row in self.offered if str(row.pk) == data["story"])
        fronts.pin(story, on=on, by=by, section=data["page"], until=data["until"])


@admin.register(Block)
class HeadsAdmin(DeskAdmin):
    view_verb = add_verb = change_verb = "article.pin"
    scoped = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # each page has its head already

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return redirect("admin:articles_block_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """One page for all heads: move up or down, take off, pin another."""
        publication = posted_publication(request)
        if publication is None or not may(request.user, self.view_verb, publication):
            raise PermissionDenied
        with timezone.override(publication.zone):
            return self._respond(request, publication)

    def _respond(self, request: HttpRequest, publication: Publication) -> HttpResponse:
        form = PinForm(publication, request.POST if "_pin" in request.POST else None)
        if request.method == "POST":
            try:
                done = self._act(request, publication, form)
            except Forbidden as error:
                raise PermissionDenied(str(error)) from error
            except Refused as refused:
                for finding in refused.findings:
                    form.add_error(finding.rule if finding.rule in form.fields else None, finding.message)
            else:
                if done:
                    messages.success(request, done)
                    return redirect("admin:articles_block_changelist")
        return self._shown(request, publication, form)

    def _act(self, request: HttpRequest, publication: Publication, form: PinForm) -> str:
        """What was pressed; says what was done, "" where the form must be mended."""
        if "_pin" in request.POST:
            if not form.is_valid():
                return ""
            form.pin(publication, request.user)
            return _("It stands at the head of the page.")
        for button, steps in (("_up", -1), ("_down", 1), ("_off", 0)):
            if button in request.POST:
                rows = Pick.objects.filter(block__publication=publication).select_related(
                    "block__publication", "article"
                )
                pick = rows.filter(pk=row_id(request.POST[button])).first()
                if pick is None:
                    return _("It is no longer pinned there.")
                return self._move(pick, steps, request.user)
        return ""

    def _move(self, pick: Pick, steps: int, by: Any) -> str:
        if not steps:
            fronts.unpin(pick, by=by)
            return _("It no longer stands at the head of that page.")
        order = [row.pk for row in pick.block.picks.standing(timezone.now())]
        if pick.pk in order:
            at = order.index(pick.pk)
            order.insert(max(0, at + steps), order.pop(at))
            fronts.arrange(pick.block, order, by=by)
        return _("Moved.")

    def _shown(self, request: HttpRequest, publication: Publication, form: PinForm) -> HttpResponse:
        picks = Pick.objects.standing(timezone.now()).filter(block__publication=publication)
        heads: dict[Block, list[Pick]] = {}
        shown = ("block__section", "block__publication", "article__publication", "article__live", "article__next")
        ordered = picks.select_related(*shown).order_by("block__section__position", "block", "position", "pk")
        for pick in ordered:
            pick.is_own = pick.article.publication_id == publication.pk
            pick.badges = state_badges(pick.article) if pick.is_own else ""  # a sister's desk is her own
            pick.title = PinForm.named(pick.article, publication)
            heads.setdefault(pick.block, []).append(pick)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Top stories"),
            "heads": list(heads.items()),
            "form": form,
        }
        response = TemplateResponse(request, "admin/articles/heads.html", context)
        return response.render()  # in the publication's own time
