"""Filters of the article list, each answered by an index of Article, none counting anything."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Author
from articles.models.article import ArticleQuerySet
from articles.workflow import Stage
from newsroom.desk.current import current_publication
from newsroom.lib.text import whole_number

MOST_CHOICES = 60


class StateFilter(SimpleListFilter):
    """Filter by a work queue: `?state=…` gives one condition on articles, computed at the current time."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("draft", _("drafts")),
            ("mine", _("my drafts")),
            ("in_review", _("to review")),
            ("changes_requested", _("to take up again")),
            ("approved", _("approved")),
            ("unreviewed", _("published unreviewed")),
            ("live", _("live")),
            ("scheduled", _("scheduled")),
            ("ahead", _("with something scheduled")),
            ("changes", _("with a change scheduled")),
            ("assigned", _("assigned to me")),
            ("late", _("past their deadline")),
            ("withdrawn", _("withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        assert isinstance(queryset, ArticleQuerySet)  # of Article's own manager: mypy knows its methods then
        now = timezone.now()
        questions = {
            "draft": Q(draft__isnull=False, stage=Stage.DRAFT),
            "mine": Q(draft__isnull=False) & (Q(created_by=request.user) | Q(desk_first_author__user=request.user)),
            # What is in work has a draft: an index holds only those, which SQLite finds by no list of stages.
            **{
                stage.value: Q(draft__isnull=False, stage=stage)
                for stage in (Stage.IN_REVIEW, Stage.CHANGES, Stage.APPROVED)
            },
            "scheduled": Q(due_at__isnull=False),  # as what is scheduled is; an index holds only those
            "ahead": Q(due_at__gt=now),
            "changes": Q(next_at__gt=now),
            "assigned": Q(assigned_to=request.user, draft__isnull=False),
            "late": Q(deadline__lt=now, draft__isnull=False),
            "withdrawn": Q(withdrawn_at__lte=now),
        }
        methods = {
            "live": ArticleQuerySet.live,
            "scheduled": ArticleQuerySet.scheduled,
            "unreviewed": ArticleQuerySet.unreviewed,
        }
        value = self.value() or ""
        if value in questions:
            queryset = queryset.filter(questions[value])
        return methods[value](queryset, now) if value in methods else queryset


class SectionFilter(SimpleListFilter):
    title = _("section")
    parameter_name = "section"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        publication = current_publication(request)
        return [(str(row.pk), row.name) for row in publication.sections.all()] if publication else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = whole_number(self.value() or "")
        return queryset if value is None else queryset.filter(desk_section=value)


class FirstAuthorFilter(SimpleListFilter):
    title = _("byline")
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(row.pk), row.name) for row in Author.objects.all()[:MOST_CHOICES]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = whole_number(self.value() or "")
        return queryset if value is None else queryset.filter(desk_first_author=value)
