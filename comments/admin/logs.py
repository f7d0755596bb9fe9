"""What moderators did, what readers reported, and who opened the vault: read, and undone."""

from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from comments.models import ModerationAction, ModerationBatch, Report, VaultOpening
from newsroom.desk.base import ReadOnlyAdmin
from newsroom.desk.current import current_publication
from newsroom.publications.permissions import may


class LogAdmin(ReadOnlyAdmin):
    """A publication's rows, which have no pages of their own."""

    scoped = True
    sortable_by = ()
    list_display_links = None

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return redirect(f"admin:comments_{self.opts.model_name}_changelist")


def comment_link(pk: int, words: str) -> str:
    return format_html('<a href="{}">{}</a>', reverse("admin:comments_comment_change", args=[pk]), words)


def row_button(form: str, name: str, value: int, words: Any) -> str:
    """A button in a list that sends a form of its own: Django's list is a form already, and forms don't nest."""
    return format_html(
        '<button class="link-button" form="{}" name="{}" value="{}">{}</button>', form, name, value, words
    )


@admin.register(ModerationBatch)
class BatchAdmin(LogAdmin):
    view_verb = add_verb = change_verb = "comment.view"
    list_display = ["at", "by", "decision", "of_what", "skipped", "reason", "state"]
    list_filter = ["decision"]
    change_list_template = "admin/comments/acts.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        first = ModerationAction.objects.filter(batch=OuterRef("pk")).order_by("pk").values("comment")[:1]
        # On the rows, never on `self`: one ModelAdmin serves the requests of all threads.
        may_undo = Value(may(request.user, "comment.moderate", current_publication(request)), BooleanField())
        rows = super().get_queryset(request).select_related("by", "undone_by")
        annotated: QuerySet[Any] = rows.annotate(first_comment=Subquery(first), may_undo=may_undo)
        return annotated

    @admin.display(description=_("comments"))
    def of_what(self, row: Any) -> str:
        return comment_link(row.first_comment, f"#{row.first_comment}") if row.done == 1 else str(row.done)

    @admin.display(description=_("state"))
    def state(self, row: Any) -> str:
        if hasattr(row, "undone_by"):
            return str(_("undone"))
        if row.finished_at is None:
            return str(_("under way"))
        if not row.may_undo:
            return ""
        return row_button("undo", "batch", row.pk, _("Do it again") if row.undoes_id else _("Undo"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"title": _("Acts of moderation"), **(extra_context or {})})


@admin.register(Report)
class ReportAdmin(LogAdmin):
    view_verb = add_verb = change_verb = "comment.moderate"
    list_display = ["at", "about", "ground", "text", "who", "outcome"]
    list_filter = ["ground", ("decided_at", admin.EmptyFieldListFilter)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("comment")

    @admin.display(description=_("comment"))
    def about(self, row: Report) -> str:
        return comment_link(row.comment_id, str(row.comment))

    @admin.display(description=_("who"))
    def who(self, row: Report) -> str:
        return " · ".join(filter(None, (row.name, row.email)))

    @admin.display(description=_("outcome"))
    def outcome(self, row: Report) -> str:
        if row.decided_at is None:
            return str(_("open"))
        return str(_("upheld") if row.upheld else _("not upheld"))


@admin.register(VaultOpening)
class OpeningAdmin(LogAdmin):
    view_verb = add_verb = change_verb = "comment.unseal"
    list_display = ["at", "by", "about", "reason"]

    @admin.display(description=_("comment"))
    def about(self, row: VaultOpening) -> str:
        return comment_link(row.comment_id, reverse("comment", args=[row.comment_id]))
