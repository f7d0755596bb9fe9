"""Filters of the article list, each answered by an index, none counting anything."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.admin import desk_search
from articles.models import Author, Tag
from articles.models.article import ArticleQuerySet
from articles.presentation.searching import AUTHOR, SECTION, tag_facets
from articles.workflow import Stage
from newsroom.desk.current import current_publication
from newsroom.lib.text import whole_number
from newsroom.search.engines import Facets
from newsroom.search.find import facet

MOST_CHOICES = 60
DAYS = (7, 30)


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


class PublishedFilter(SimpleListFilter):
    """Filter by the time of publication, be it still to come: `?published=30` for days, `?published=2016`."""

    title = _("date of publication")
    parameter_name = "published"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the last days, and each year since the first article. A query."""
        publication = current_publication(request)
        if publication is None:
            return []
        times = publication.articles.filter(published_at__isnull=False).order_by("published_at")
        first, today = times.values_list("published_at", flat=True).first(), timezone.localdate()
        years = range(today.year, first.astimezone(publication.zone).year - 1 if first else today.year, -1)
        days = [(str(n), _("the last %(n)d days") % {"n": n}) for n in DAYS]
        return [*days, *((str(year), str(year)) for year in years)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value, publication = whole_number(self.value() or ""), current_publication(request)
        if value is None or publication is None:
            return queryset
        if value in DAYS:
            return queryset.filter(published_at__gte=timezone.now() - dt.timedelta(days=value))
        if not dt.MINYEAR <= value < dt.MAXYEAR:
            return queryset.none()
        begins, ends = (dt.datetime(year, 1, 1, tzinfo=publication.zone) for year in (value, value + 1))
        return queryset.filter(published_at__gte=begins, published_at__lt=ends)


class TagFilter(SimpleListFilter):
    """Filter by a tag, by its name as it is typed: there are too many to list. Those of the last version count."""

    title = _("tag")
    parameter_name = "tag"
    template = "admin/articles/tag_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        self.others = [(name, value) for name, value in request.GET.items() if name not in (self.parameter_name, "p")]
        return [("", "")]  # none is offered, but there is something to show

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Yield what the field needs: the text of it, and what else the address filters by."""
        without = changelist.get_query_string(remove=[self.parameter_name])
        yield {"typed": self.value() or "", "others": self.others, "query_string": without}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        publication = current_publication(request)
        if not (self.value() or "").strip() or publication is None:
            return queryset
        assert isinstance(queryset, ArticleQuerySet)
        facets = facets_of(request)[self.parameter_name]
        return desk_search.having(queryset, publication, facets) if facets else queryset.none()


def facets_of(request: HttpRequest) -> dict[str, Facets]:
    """Return what the filters of an address ask of the desk's documents, by their parameters. A query or two for a tag;
    nothing of one that nobody has."""
    found: dict[str, Facets] = {}
    for name, kind in ((SectionFilter.parameter_name, SECTION), (FirstAuthorFilter.parameter_name, AUTHOR)):
        if (pk := whole_number(request.GET.get(name, ""))) is not None:
            found[name] = [[facet(kind, pk)]]
    if typed := request.GET.get(TagFilter.parameter_name, "").strip():
        tag = Tag.objects.select_related("merged_into").filter(folded=Tag.key(typed)).first()
        found[TagFilter.parameter_name] = [tag_facets(tag.canonical)] if tag else []
    return found
