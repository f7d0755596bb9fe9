"""A publication's settings of comments, and its rules of screening: tried on the past before they are switched on."""

from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments import backtest
from comments.actions import settings as comment_settings
from comments.admin import replays
from comments.models import CommentSettings
from comments.policy import settings_of
from comments.refusals import Refused
from comments.screening import Rule, Screen
from comments.states import Status
from newsroom.desk.base import WritesChangedFields
from newsroom.desk.current import current_publication, posted_publication
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may

VERDICTS = [(status.value, status.label) for status in comment_settings.VERDICTS]
# What leaves no trace in the past cannot be tried on it.
NOT_REPLAYED = ("premoderated",)


class RuleForm(forms.Form):
    """One rule of screening, as a publication sets it."""

    is_on = forms.BooleanField(label=gettext_lazy("on"), required=False)
    verdict = forms.ChoiceField(label=gettext_lazy("then"), choices=VERDICTS, required=False)
    limit = forms.IntegerField(label=gettext_lazy("limit"), min_value=0, max_value=1_000_000, required=False)
    minutes = forms.IntegerField(label=gettext_lazy("minutes"), min_value=1, max_value=1_000_000, required=False)

    def __init__(self, rule: Rule, data: Any = None) -> None:
        self.rule = rule
        initial = {"is_on": rule.is_on, "verdict": rule.verdict.value, "limit": rule.limit, "minutes": rule.minutes}
        super().__init__(data, prefix=rule.name, initial=initial)
        for name in ("limit", "minutes"):
            if getattr(rule, name) is None:
                del self.fields[name]
            else:
                self.fields[name].required = True
        if rule.verdict == Status.APPROVED:
            del self.fields["verdict"]

    def proposed(self) -> Rule:
        """The rule as the form says it. For a valid form."""
        data = self.cleaned_data
        return replace(
            self.rule,
            is_on=data["is_on"],
            verdict=Status(data.get("verdict") or self.rule.verdict),
            limit=data.get("limit"),
            minutes=data.get("minutes"),
        )


@admin.register(CommentSettings)
class SettingsAdmin(WritesChangedFields):
    """The current publication's; there is one page, no list."""

    view_verb, add_verb, change_verb = "comment.view", "comment.settings", "comment.settings"
    scoped = True
    exclude = ("publication",)
    fieldsets = [
        (None, {"fields": ["mode", "closes_after", "order", "page_size", "depth", "longest"]}),
        (gettext_lazy("Authors"), {"fields": ["email_required", "edit_minutes"]}),
        (gettext_lazy("What readers are told"), {"fields": ["rules", "privacy_notice"]}),
        (gettext_lazy("Law"), {"fields": ["vault_days", "message_days", "gives_reasons"]}),
        (gettext_lazy("Mails"), {"fields": ["mails_moderators"]}),
    ]  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view(self.rules_view)
        return [path("rules/", wrap, name="comments_commentsettings_rules"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        publication = current_publication(request)
        if publication is None or not self.has_view_permission(request):
            raise PermissionDenied
        row = comment_settings.stored_settings(publication)
        return redirect("admin:comments_commentsettings_change", row.pk)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        links = [(reverse("admin:comments_commentsettings_rules"), _("Rules of screening"))]
        return super().change_view(request, object_id, form_url, {"links": links, **(extra_context or {})})

    change_form_template = "admin/comments/settings.html"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        comment_settings.save_settings(obj, form.changed_data, by=request.user)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:comments_commentsettings_change", args=[obj.pk]))

    def rules_view(self, request: HttpRequest) -> HttpResponse:
        """All rules on one page. "Try" replays one over the past and changes nothing; "Save" switches."""
        publication = posted_publication(request)
        if publication is None or not may(request.user, "comment.screen", publication):
            raise PermissionDenied
        settings = settings_of(publication)
        screen = Screen.of(settings)
        data = request.POST if request.method == "POST" else None
        forms_ = [RuleForm(rule, data) for rule in screen.rules if not rule.is_fixed]
        tried: dict[str, Any] = {}
        if data is not None and False not in [form.is_valid() for form in forms_]:
            if name := data.get("_try", ""):
                tried = _tried(settings, next((form for form in forms_ if form.rule.name == name), None), data)
            elif self._saved(request, publication, forms_):
                return redirect("admin:comments_commentsettings_rules")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Rules of screening"),
            "forms": forms_,
            "fixed": [rule for rule in screen.rules if rule.is_fixed],
            "not_replayed": NOT_REPLAYED,
            **tried,
        }
        return TemplateResponse(request, "admin/comments/rules.html", context)

    def _saved(self, request: HttpRequest, publication: Publication, forms_: list[RuleForm]) -> bool:
        try:
            for form in forms_:
                if form.has_changed():
                    comment_settings.save_rule(publication, form.proposed(), by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return False
        messages.success(request, _("The rules are saved."))
        return True


def _tried(settings: CommentSettings, form: RuleForm | None, data: Any) -> dict[str, Any]:
    """Try a rule as the form says it, or go on with that."""
    if form is None or form.rule.name in NOT_REPLAYED:
        return {}
    rule = form.proposed()
    what = replays.key(settings.publication_id, rule.name, rule.limit, rule.minutes, settings.terms_version)
    replay = backtest.of_rule(settings, rule, replays.begun(data, settings, what), replays.SECONDS)
    return {
        "replay": replay,
        "replay_fields": [] if replay.is_over else replays.fields(replay, what),
        "tried": rule,
        "try_value": rule.name,
        "is_passing": rule.verdict == Status.APPROVED,
    }
