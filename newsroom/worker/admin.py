"""Pages of the worker at the desk: its tasks, recurring jobs, processes, mails, and the caches that it purges."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult

from newsroom.desk.base import ReadOnlyAdmin
from newsroom.desk.current import publications_of
from newsroom.pagecache.edges.delivery import backlog
from newsroom.pagecache.models import EdgeState
from newsroom.publications.permissions import may
from newsroom.worker import mail, queue
from newsroom.worker.models import Mail, Recurring, Worker

# Strings of django_tasks_db, collected here so that they have their French.
_WORDS = (
    gettext_lazy("Task Result"), gettext_lazy("Task Results"), gettext_lazy("status"), gettext_lazy("run after"),
    gettext_lazy("args kwargs"), gettext_lazy("started at"), gettext_lazy("finished at"),
    pgettext_lazy("Task", "Ready"), pgettext_lazy("Task", "Running"), pgettext_lazy("Task", "Failed"),
    pgettext_lazy("Task", "Successful"),
)  # fmt: skip


class SuperuserAdmin(ReadOnlyAdmin):
    """Rows of the install as a whole, for superusers: a task's traceback may quote any publication."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    has_module_permission = has_view_permission


class TaskAdmin(SuperuserAdmin):
    """The queue: what waits, what runs, what failed and why; and a button that starts a task anew."""

    list_display = ["name", "state", "run_after", "tries", "why"]
    list_filter = ["status"]
    ordering = ["-run_after"]
    sortable_by = ()
    fields = ("name", "state", "args_kwargs", "run_after", "started_at", "finished_at", "tries", "trace")
    readonly_fields = ("name", "state", "tries", "trace")
    change_form_template = "admin/worker/task.html"

    @admin.display(description=gettext_lazy("task"))
    def name(self, row: Any) -> str:
        return str(row.task_path).rpartition(".")[2]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().render_change_form(request, context, *args, **kwargs)
        response.context_data["title"] = self.name(kwargs["obj"])  # instead of its id
        return response

    @admin.display(description=gettext_lazy("state"))
    def state(self, row: Any) -> str:
        is_late = row.status == queue.READY and row.run_after < timezone.now() - queue.OVERDUE_AFTER
        late = format_html(' <span class="state state-overdue">{}</span>', _("overdue")) if is_late else ""
        return format_html('<span class="state state-{}">{}</span>{}', row.status, row.get_status_display(), late)

    @admin.display(description=gettext_lazy("tries"))
    def tries(self, row: Any) -> int:
        return len(row.worker_ids)

    @admin.display(description=gettext_lazy("why"))
    def why(self, row: Any) -> str:
        return row.traceback.strip().rpartition("\n")[2][:200] if row.traceback else ""

    @admin.display(description=gettext_lazy("what went wrong"))
    def trace(self, row: Any) -> str:
        return format_html('<pre class="trace">{}</pre>', row.traceback) if row.traceback else "–"

    def get_urls(self) -> list[Any]:
        again = self.admin_site.admin_view(require_POST(self.again_view))
        return [path("<uuid:pk>/again/", again, name="worker_task_again"), *super().get_urls()]

    def again_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Start a task anew that failed or waits for its next try."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(DBTaskResult, pk=pk)
        queue.run_again(row)
        messages.success(request, _("It will be run again at once."))
        return redirect("admin:django_tasks_database_dbtaskresult_changelist")

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id) if self.has_view_permission(request) else None
        buttons = {"may_run_again": bool(row and queue.may_run_again(row))}
        return super().change_view(request, object_id, form_url, {**buttons, **(extra_context or {})})


@admin.register(Recurring)
class RecurringAdmin(SuperuserAdmin):
    list_display = ["job", "enqueued_at", "due_at"]
    sortable_by = ()

    @admin.display(description=gettext_lazy("job"))
    def job(self, row: Recurring) -> str:
        return _(row.name)


@admin.register(Worker)
class WorkerAdmin(SuperuserAdmin):
    list_display = ["__str__", "started_at", "seen_at", "is_alive"]
    ordering = ["-seen_at"]
    sortable_by = ()

    @admin.display(description=gettext_lazy("alive"), boolean=True)
    def is_alive(self, row: Worker) -> bool:
        return row.seen_at > Worker.alive_since(timezone.now())


@admin.register(EdgeState)
class EdgeStateAdmin(SuperuserAdmin):
    """Caches in front: what each has still to be told, and how the last delivery went."""

    list_display = ["edge", "waiting", "delivered_at", "failed_at", "error"]
    sortable_by = ()

    def has_module_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(settings.EDGES) and self.has_view_permission(request)

    @admin.display(description=gettext_lazy("purges that wait"))
    def waiting(self, row: EdgeState) -> str:
        now = timezone.now()
        found = backlog(row.edge, now)
        if found.since is None:
            return "0"
        text = _("%(n)s, the oldest for %(time)s") % {"n": found.waiting, "time": timesince(found.since, now)}
        return format_html('<span class="state state-overdue">{}</span>', text) if found.is_late(now) else text


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """Mails of a publication. A person decides about those that a crash left uncertain."""

    view_verb = add_verb = change_verb = "mail.view"
    list_display = ["subject", "to", "publication", "shown_state", "tried_at"]
    list_filter = ["state", "publication"]
    search_fields = ["subject", "to"]
    sortable_by = ()
    fields = ("publication", "to", "subject", "body", "shown_state", "error", "created_at", "tried_at")
    readonly_fields = ("shown_state",)
    change_form_template = "admin/worker/mail.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return mails of the publications where this person may read them; a superuser also reads those of none."""
        rows = super().get_queryset(request).select_related("publication")
        if request.user.is_superuser:
            return rows
        readable = [row for row in publications_of(request) if may(request.user, "mail.view", row)]
        return rows.filter(publication__in=readable)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "mail.view", obj.publication if obj else None)

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, row: Mail) -> str:
        return format_html('<span class="state state-{}">{}</span>', row.state, row.get_state_display())

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/decide/", wrap(require_POST(self.decide_view)), name="worker_mail_decide"),
            *super().get_urls(),
        ]

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send a mail once more, or mark it as sent."""
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        decide = mail.send_again if "_again" in request.POST else mail.settle
        if decide(row, by=request.user):
            messages.success(request, _("It is sent once more.") if "_again" in request.POST else _("It is settled."))
        else:
            messages.warning(request, _("Somebody settled it meanwhile."))
        return redirect("admin:worker_mail_changelist")

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        row = self.get_object(request, object_id)
        buttons = {"may_decide": bool(row and may(request.user, "mail.settle", row.publication))}
        return super().change_view(request, object_id, form_url, {**buttons, **(extra_context or {})})


admin.site.unregister(DBTaskResult)  # django_tasks_db's own page, which can only be looked at
admin.site.register(DBTaskResult, TaskAdmin)
