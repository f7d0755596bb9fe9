"""The inbox: readers' messages, by subject and state; the page of one is message_page.py."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from comments import inbox
from comments.actions import inbox as actions
from comments.admin.message_page import MessagePage, countdown
from comments.models import Message
from comments.models.message import TO_REPLY_WITHIN, MessageQuerySet
from comments.refusals import Refused
from comments.states import OPEN_STATES, MessageState, Subject
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication
from newsroom.lib.text import fold
from newsroom.publications.permissions import Forbidden
from newsroom.timestamps import desk_date

STATES = {"all": None, **{state.value: Q(state=state) for state in MessageState}}
SHOWN_CHARACTERS = 120


class StateFilter(SimpleListFilter):
    """Filter by state; without a choice, what waits."""

    title = pgettext_lazy("message", "state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*MessageState.choices, ("all", gettext_lazy("all"))]

    def choices(self, changelist: Any) -> Any:
        """Yield Django's choices, the first of which says what no choice shows."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("what waits")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        assert isinstance(queryset, MessageQuerySet)
        value = self.value() or ""
        if value not in STATES:
            return queryset.open()
        condition = STATES[value]
        # What is open is found by its own index, which knows no states.
        rows = queryset.open() if value in OPEN_STATES else queryset
        return rows.filter(condition) if condition else rows


class MineFilter(SimpleListFilter):
    """Filter by who takes it."""

    title = gettext_lazy("who takes it")
    parameter_name = "taken"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", gettext_lazy("me")), ("nobody", gettext_lazy("nobody"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        conditions = {"me": Q(assigned_to=request.user.pk), "nobody": Q(assigned_to__isnull=True)}
        return queryset.filter(conditions[value]) if (value := self.value() or "") in conditions else queryset


class DueFilter(SimpleListFilter):
    """Filter by the three days of a right of reply."""

    title = gettext_lazy("three days")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("running", gettext_lazy("running")), ("over", gettext_lazy("over"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        assert isinstance(queryset, MessageQuerySet)
        now, value = timezone.now(), self.value()
        if value == "over":
            return queryset.overdue(now)
        if value == "running":
            return queryset.open().filter(subject=Subject.REPLY, posted_at__gt=now - TO_REPLY_WITHIN)
        return queryset


@admin.register(Message)
class MessageAdmin(MessagePage, DeskAdmin):
    """Lists what readers wrote to the current publication, and leads to each message's page."""

    view_verb, change_verb = "message.view", "message.handle"
    scoped = True
    list_display = ["about", "state_shown", "taken_by", "times"]
    list_display_links = None
    list_filter = [StateFilter, "subject", MineFilter, DueFilter]
    list_select_related = ["assigned_to", "article__publication", "article__live", "article__next"]
    search_fields = ["search_key"]  # that there is a search: get_search_results says by what
    search_help_text = gettext_lazy("Words of the message, a name, an e-mail, a number")
    sortable_by = ()
    show_facets = admin.ShowFacets.NEVER  # they count
    actions = ["mark_spam"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"title": _("Inbox"), **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        publication = current_publication(request)
        return inbox.visible_to(request.user, publication) if publication else Message.objects.none()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Return the messages that hold all words, of that e-mail or that number; and False: no row comes twice."""
        term = search_term.strip().lower()
        if term.isascii() and term.lstrip("#").isdigit() and len(term) < 12:
            return queryset.filter(pk=int(term.lstrip("#"))), False
        if "@" in term:
            return queryset.filter(email__startswith=term), False
        for word in fold(term).split()[:10]:
            queryset = queryset.filter(search_key__contains=word)
        return queryset, False

    # -- the list ------------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("message"))
    def about(self, row: Message) -> str:
        headline = row.article.revision_at(timezone.now()).headline if row.article else row.page
        about = format_html('<br><span class="quiet">{}</span>', headline) if headline else ""
        words = Truncator(row.text).chars(SHOWN_CHARACTERS)
        return format_html(
            '<a href="{}"><b>{}</b></a> <bdi>{}</bdi><br><bdi>{}</bdi>{}',
            row.path_at_desk(), capfirst(row.get_subject_display()), row.name, words, about,
        )  # fmt: skip

    @admin.display(description=gettext_lazy("state"))
    def state_shown(self, row: Message) -> str:
        return format_html(
            '<span class="state state-message-{}">{}</span> {}', row.state, row.get_state_display(), countdown(row)
        )

    @admin.display(description=gettext_lazy("taken by"))
    def taken_by(self, row: Message) -> str:
        return (row.assigned_to.get_full_name() or row.assigned_to.get_username()) if row.assigned_to else "–"

    @admin.display(description=gettext_lazy("sent"))
    def times(self, row: Message) -> str:
        return desk_date(row.posted_at)

    @admin.action(description=gettext_lazy("Mark as spam"))
    def mark_spam(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        """Mark the chosen messages as spam, each by its action."""
        done, reasons = 0, list[str]()
        for message in queryset:
            try:
                actions.mark_spam(message, by=request.user)
            except (Refused, Forbidden) as refused:
                reasons.append(f"#{message.pk}: {refused}")
            else:
                done += 1
        if done:
            messages.success(request, ngettext("%(n)d marked as spam.", "%(n)d marked as spam.", done) % {"n": done})
        for reason in reasons:
            messages.warning(request, reason)

    # -- one message ---------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        name = "comments_message"
        return [
            path("<int:pk>/act/", wrap(require_POST(self.act_view)), name=f"{name}_act"),
            path("<int:pk>/decide/", wrap(require_POST(self.decide_view)), name=f"{name}_decide"),
            *super().get_urls(),
        ]
