"""Base classes of the desk's model pages: rights come from `may`, lists stay fast however long."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import Paginator
from django.db.models import DateTimeField, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from newsroom.desk.current import current_publication
from newsroom.desk.sending import AddsOnce
from newsroom.lib.sorting import Alphabetical
from newsroom.publications.permissions import may
from newsroom.timestamps import desk_date

# What Django's filters put behind the name of what they filter by.
FILTER_LOOKUPS = {"exact", "in", "isnull", "id__exact", "pk__exact", "gte", "lt", "year", "month", "day"}


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """Counts CAP rows at most: of a longer list a person needs to know no more than "1,000+"."""

    CAP = 1000
    counts_in_order = False  # True: reads the index that has the list's order, as the page does

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return len((rows if self.counts_in_order else rows.order_by()).values_list("pk")[: self.CAP + 1])

    @property
    def is_capped(self) -> bool:
        return self.count > self.CAP


class DeskAdmin(AddsOnce, admin.ModelAdmin):  # type: ignore[type-arg]  # as above
    """A model at the desk. Rights are verbs of the roles' tables; no button deletes."""

    view_verb = ""
    add_verb = ""
    change_verb = ""
    lookups: tuple[str, ...] = ()  # what links of ours filter by, beside the list's filters
    alphabetical: tuple[str, ...] = ()  # columns of names, whose heading sorts as people look for them
    scoped = False  # True: lists rows of the current publication only, by their `publication` column
    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    actions_selection_counter = True
    view_on_site = False  # its route asks nobody (newsroom/desk/site.py); pages of ours have links of their own

    def _permission_object(self, request: HttpRequest, obj: Model | None) -> Any:
        if obj is not None:
            return obj
        return current_publication(request) if self.scoped else None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if self.scoped and current_publication(request) is None:
            return False
        return may(request.user, self.view_verb, self._permission_object(request, obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        if not self.add_verb or (self.scoped and current_publication(request) is None):
            return False  # without a verb nobody adds here, whoever runs the install neither
        return may(request.user, self.add_verb, self._permission_object(request, None))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self.change_verb) and may(request.user, self.change_verb, self._permission_object(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the values that an address proposes for a new row (`?user=7`), without those that are none."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return {name: value for name, value in initial.items() if self._is_proposable(name, value)}

    def _is_proposable(self, name: str, value: Any) -> bool:
        try:
            field: Any = self.opts.get_field(name)
            parts = value if isinstance(value, list) else [value]
            if field.is_relation:
                return all(field.related_model._default_manager.filter(pk=part).exists() for part in parts)
            field.to_python(value)
        except (FieldDoesNotExist, ValidationError, ValueError, TypeError, OverflowError, AttributeError):
            return False
        return True

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Return whether an address may filter by a lookup: by what the list's filters are about, and nothing else.

        Django allows every column of the model: `?password__startswith=` would tell what no page shows.
        """
        names = set(self.lookups)
        for item in self.get_list_filter(request):
            named = item[0] if isinstance(item, tuple | list) else getattr(item, "parameter_name", item)
            names.add(str(named))
        return any(lookup == name or lookup.removeprefix(f"{name}__") in FILTER_LOOKUPS for name in names)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        raise NotImplementedError("a page that saves calls its action here")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        raise NotImplementedError("a page that deletes calls its action here")

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        raise NotImplementedError("a page that deletes calls its action here")

    def missing(self, request: HttpRequest) -> HttpResponse:
        """Redirect from what is not there, or what this person may not see: the answer does not say which."""
        messages.warning(request, _("There is nothing of that kind here, or not for you."))
        return redirect("admin:index")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Set the object itself as the title: "Modification de étiquette" is no French."""
        obj = kwargs.get("obj")
        title = str(obj) if obj else f"{capfirst(self.opts.verbose_name)} · {_('Add')}"
        return super().render_change_form(request, {**context, "title": title, "subtitle": None}, *args, **kwargs)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns of the list: times as the desk shows them, names in the order of the alphabet."""
        return [self._column(name) for name in super().get_list_display(request)]

    def _column(self, name: Any) -> Any:
        try:
            field = self.opts.get_field(name)
        except (FieldDoesNotExist, AttributeError, TypeError):
            return name
        if name in self.alphabetical:
            return _column_of(field, str, Alphabetical(field.name))
        return _column_of(field, desk_date, field.name) if isinstance(field, DateTimeField) else name

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.filter(publication=current_publication(request)) if self.scoped else rows


def _column_of(field: Any, shown: Callable[[Any], str], ordering: Any) -> Any:
    @admin.display(description=field.verbose_name, ordering=ordering, empty_value="–")
    def column(row: Any) -> str | None:
        value = getattr(row, field.name)
        return shown(value) if value else None

    column.__name__ = field.name  # the class of its cells
    return column


class WritesChangedFields(DeskAdmin):
    """A model page whose action writes only `form.changed_data`.

    The form holds what the person saw (hidden initial values): changed is what they changed, and not what somebody
    else saved while the form was open.
    """

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            # What posts no initial values, a script say, changes what differs from the row.
            field.show_hidden_initial = request.method != "POST" or f"initial-{db_field.name}" in request.POST
        return field


class ReadOnlyAdmin(DeskAdmin):
    """Rows that a person reads; what can be done with one has a button of its own."""

    actions = None
    show_facets = admin.ShowFacets.NEVER  # they count

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
