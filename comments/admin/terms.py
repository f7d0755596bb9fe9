"""Terms, tried on the past before they are added; and sources from which nothing more is taken."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from comments import backtest
from comments.actions import settings as comment_settings
from comments.admin import replays
from comments.admin.logs import LogAdmin, comment_link, row_button
from comments.models import BlockedSender, CommentSettings, ModerationAction, Term
from comments.policy import settings_of
from comments.refusals import Refused
from comments.terms import why_not
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication, posted_publication
from newsroom.lib.text import row_id
from newsroom.publications.permissions import may


class TermsForm(forms.Form):
    lines = forms.CharField(
        label=gettext_lazy("Terms, one a line"),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=2_000_000,
        help_text=gettext_lazy(
            "Accents and case are one. A star at the end stands for any ending: arnaq*. Emoji and signs can be terms."
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Term.Kind.choices, initial=Term.Kind.SUSPECT)

    def clean_lines(self) -> list[str]:
        lines = [line for line in str(self.cleaned_data["lines"]).splitlines() if line.strip()]
        if len(lines) > comment_settings.MAX_TERMS_AT_ONCE:
            message = _("%(n)d terms: give at most %(most)d at once, and the others after them.")
            params = {"n": len(lines), "most": comment_settings.MAX_TERMS_AT_ONCE}
            raise forms.ValidationError(message, params=params)
        return lines


@admin.register(Term)
class TermAdmin(DeskAdmin):
    view_verb = add_verb = change_verb = "comment.screen"
    scoped = True
    list_display = ["text", "kind", "is_on", "changed_at"]
    list_display_links = None
    list_filter = ["kind", "is_on"]
    search_fields = ["folded"]
    sortable_by = ()
    show_facets = admin.ShowFacets.NEVER
    actions = ["switch_on", "switch_off", "remove"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # by the action, which tells screening

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return redirect("admin:comments_term_changelist")

    @admin.action(description=gettext_lazy("Switch on"))
    def switch_on(self, request: HttpRequest, rows: QuerySet[Term]) -> None:
        self._switch(request, rows, on=True)

    @admin.action(description=gettext_lazy("Switch off"))
    def switch_off(self, request: HttpRequest, rows: QuerySet[Term]) -> None:
        self._switch(request, rows, on=False)

    def _switch(self, request: HttpRequest, rows: QuerySet[Term], *, on: bool) -> None:
        here = current_publication(request)
        assert here is not None, "the list is scoped"
        number = comment_settings.switch_terms(here, rows.values_list("pk", flat=True), on=on, by=request.user)
        messages.success(request, ngettext("%(n)d term changed.", "%(n)d terms changed.", number) % {"n": number})

    @admin.action(description=gettext_lazy("Forget"))
    def remove(self, request: HttpRequest, rows: QuerySet[Term]) -> None:
        here = current_publication(request)
        assert here is not None, "the list is scoped"
        number = comment_settings.remove_terms(here, rows.values_list("pk", flat=True), by=request.user)
        messages.success(request, ngettext("%(n)d term forgotten.", "%(n)d terms forgotten.", number) % {"n": number})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Terms, as many as one likes: tried on the past, then added."""
        publication = posted_publication(request)
        if publication is None or not may(request.user, "comment.screen", publication):
            raise PermissionDenied
        form = TermsForm(request.POST or None)
        context: dict[str, Any] = {}
        if request.method == "POST" and form.is_valid():
            lines = form.cleaned_data["lines"]
            if "_try" in request.POST:
                if unusable := [(line, reason) for line in lines if (reason := why_not(line))]:
                    messages.warning(request, _refused(unusable))
                context = _tried(settings_of(publication), lines, request.POST)
            else:
                try:
                    added = comment_settings.add_terms(publication, lines, form.cleaned_data["kind"], by=request.user)
                except Refused as refused:
                    form.add_error("lines", str(refused))
                else:
                    messages.add_message(request, messages.WARNING if added.refused else messages.SUCCESS, _said(added))
                    if not added.refused:
                        return redirect("admin:comments_term_changelist")
                    left = "\n".join(line for line, _reason in added.refused)  # to be mended, and sent again
                    form = TermsForm(initial={"lines": left, "kind": form.cleaned_data["kind"]})
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "title": _("Add terms"), "form": form}
        return TemplateResponse(request, "admin/comments/terms.html", context)


def _said(added: comment_settings.AddedTerms) -> str:
    """Say what became of each line: "2 added, 1 there already, 1 refused: “!!” (no word and no sign in it)"."""
    said = [ngettext("%(n)d added", "%(n)d added", added.new) % {"n": added.new}]
    if added.known:
        said.append(ngettext("%(n)d there already", "%(n)d there already", added.known) % {"n": added.known})
    return ", ".join([*said, *([_refused(added.refused)] if added.refused else [])])


def _refused(refused: Sequence[tuple[str, str]]) -> str:
    which = ", ".join(_("“%(term)s” (%(reason)s)") % {"term": line, "reason": reason} for line, reason in refused)
    n = len(refused)
    return ngettext("%(n)d refused: %(which)s", "%(n)d refused: %(which)s", n) % {"n": n, "which": which}


def _tried(settings: CommentSettings, lines: list[str], data: Any) -> dict[str, Any]:
    """Try terms, or go on with that."""
    what = replays.key(settings.publication_id, lines)
    replay = backtest.of_terms(settings, lines, replays.begun(data, settings, what), replays.SECONDS)
    return {
        "replay": replay,
        "replay_fields": [] if replay.is_over else replays.fields(replay, what),
        "try_value": "1",
    }


@admin.register(BlockedSender)
class BlockedSenderAdmin(LogAdmin):
    view_verb = add_verb = change_verb = "comment.screen"
    list_display = ["what", "because", "reason", "by", "at", "state"]
    list_filter = ["what"]
    change_list_template = "admin/comments/blocks.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        first = ModerationAction.objects.filter(batch=OuterRef("batch")).order_by("pk").values("comment")[:1]
        rows = super().get_queryset(request).select_related("by")
        with_first_comment: QuerySet[Any] = rows.annotate(first_comment=Subquery(first))
        return with_first_comment

    def get_urls(self) -> list[Any]:
        lift = self.admin_site.admin_view(require_POST(self.lift_view))
        return [path("lift/", lift, name="comments_blockedsender_lift"), *super().get_urls()]

    @admin.display(description=gettext_lazy("because of"))
    def because(self, row: Any) -> str:
        return comment_link(row.first_comment, f"#{row.first_comment}") if row.first_comment else row.key[:8]

    @admin.display(description=gettext_lazy("state"))
    def state(self, row: BlockedSender) -> str:
        if row.lifted_at:
            return _("lifted")
        if row.until and row.until <= timezone.now():
            return _("over")
        return row_button("lift", "block", row.pk, _("Lift"))

    def lift_view(self, request: HttpRequest) -> HttpResponse:
        """Take comments from there again."""
        block = get_object_or_404(self.get_queryset(request), pk=row_id(request.POST.get("block", "")))
        comment_settings.lift_block(block, by=request.user)
        messages.success(request, _("Comments from there are taken again."))
        return redirect(reverse("admin:comments_blockedsender_changelist"))
