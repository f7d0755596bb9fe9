"""Admin of sections, tags and authors (bylines)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from js_asset import Script
from taggit.models import Tag as TaggitTag

from articles.actions import taxonomy
from articles.admin.fields import ImageChoiceField, TagNamesField
from articles.admin.saving import refusal_as_forbidden, reload_other_fields
from articles.models import Address, Author, Section, Tag
from articles.workflow import Refused
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication
from newsroom.lib.text import fold
from newsroom.publications.permissions import Forbidden, may

MAX_COMPLETIONS = 12
admin.site.unregister(TaggitTag)  # a model of the library that nothing here uses; its page merges for whoever asks


@admin.register(Section)
class SectionAdmin(DeskAdmin):
    """Sections of the current publication; a renamed one keeps its former address."""

    view_verb, add_verb, change_verb = "section.view", "section.change", "section.change"
    scoped = True
    fields = ["name", "slug", "description", "position", "in_menu"]
    list_display = ["name", "slug", "position", "in_menu"]
    alphabetical = ("name",)
    list_editable = ["position"]
    actions = None

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["name"]}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the position of a new section: the last."""
        publication = current_publication(request)
        return {"position": publication.sections.count() + 1 if publication else 0}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form that checks the slug within the publication, which the model's own form does not know.

        The class is made for this request: it shares nothing with those of others.
        """
        form = super().get_form(request, obj, change, **kwargs)
        publication = obj.publication if obj else current_publication(request)

        class ScopedForm(form):  # type: ignore[misc,valid-type]  # its base is made at run time
            def clean_slug(self) -> str:
                slug: str = self.cleaned_data["slug"].lower()
                if Section.objects.filter(publication=publication, slug=slug).exclude(pk=self.instance.pk).exists():
                    raise ValidationError(_("Another section of this publication has this slug."))
                addresses = Address.objects.filter(publication=publication, path=f"/{slug}/", canonical=True)
                if any(address.section_id != self.instance.pk or not address.section_id for address in addresses):
                    raise ValidationError(_("A page of this publication has this address."))
                return slug

        return ScopedForm

    def save_model(self, request: HttpRequest, obj: Section, form: Any, change: bool) -> None:
        if not change:
            publication = current_publication(request)
            assert publication is not None
            obj.publication = publication
        else:
            reload_other_fields(obj, form)
        with refusal_as_forbidden():
            taxonomy.save_section(obj, by=request.user)


class TagForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A tag: its name, which no other tag may have in another spelling, and its slug, in ASCII as all addresses."""

    slug = forms.SlugField(label=gettext_lazy("slug"), max_length=100)

    class Meta:
        model = Tag
        fields = ["name", "slug", "description"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        twin = Tag.objects.filter(folded=Tag.key(name)).exclude(pk=self.instance.pk).first()
        if twin:
            raise ValidationError(_("“%(name)s” is a tag already: merge the two."), params={"name": twin.name})
        return name


class MergeForm(forms.Form):
    """Into which tag another is merged."""

    into = TagNamesField(label=gettext_lazy("Merge into"), help_text=gettext_lazy("The name of the tag that stays."))

    def clean_into(self) -> Tag:
        names = self.cleaned_data["into"]
        tag = Tag.objects.select_related("merged_into").filter(folded=Tag.key(names[0])).first() if names else None
        if tag is None or len(names) != 1:
            raise ValidationError(_("Name one existing tag."))
        canonical: Tag = tag.canonical
        return canonical


@admin.register(Tag)
class TagAdmin(DeskAdmin):
    """Tags, which all publications share; two are merged on a page of their own."""

    view_verb, add_verb, change_verb = "tag.view", "tag.change", "tag.change"
    form = TagForm
    list_display = ["name", "slug", "merged_into"]
    alphabetical = ("name",)
    list_select_related = ["merged_into"]
    search_fields = ["folded"]
    change_form_template = "admin/articles/tag/change_form.html"
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for a merged tag too: it is kept for its address and its spelling alone."""
        if obj is None:
            return super().has_change_permission(request)
        return not obj.merged_into_id and taxonomy.may_change_tag(request.user, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return ["name", "slug", "description", *(["merged_into"] if obj and obj.merged_into_id else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["name"]}

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        if change:
            reload_other_fields(obj, form)  # a merge among them
        with refusal_as_forbidden():
            taxonomy.save_tag(obj, by=request.user)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("complete/", wrap(require_GET(self.complete_view)), name="articles_tag_complete"),
            path("<int:pk>/merge/", wrap(self.merge_view), name="articles_tag_merge"),
            *super().get_urls(),
        ]

    def complete_view(self, request: HttpRequest) -> JsonResponse:
        """Return names of tags as JSON, and their ids: those that begin with the query, then those that contain it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = fold(request.GET.get("q", ""))
        rows = Tag.objects.filter(merged_into=None)
        found = list(rows.filter(folded__startswith=query).values_list("name", "pk")[:MAX_COMPLETIONS])
        if query and len(found) < MAX_COMPLETIONS:
            inside = rows.filter(folded__contains=query).exclude(folded__startswith=query)
            found += inside.values_list("name", "pk")[: MAX_COMPLETIONS - len(found)]
        return JsonResponse({"names": [name for name, _pk in found], "ids": dict(found)})

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the page that asks into which tag this one is merged, and merge them."""
        tag = self.get_object(request, str(pk))
        if tag is None:
            return self.missing(request)
        if not may(request.user, "tag.merge", None) or not taxonomy.may_change_tag(request.user, tag):
            raise PermissionDenied  # the page is not shown either
        form = MergeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            into = form.cleaned_data["into"]
            try:
                taxonomy.merge_tags(tag, into, by=request.user)
            except (Refused, Forbidden) as refused:
                form.add_error("into", str(refused))
            else:
                messages.success(
                    request, _("“%(tag)s” now leads to “%(into)s”.") % {"tag": tag.name, "into": into.name}
                )
                return redirect("admin:articles_tag_change", into.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Merge “%(tag)s” into another tag") % {"tag": tag.name},
            "tag": tag,
            "form": form,
            "original": tag,
        }
        return TemplateResponse(request, "admin/articles/tag/merge.html", context)


class AuthorForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A byline. Left empty, the slug is made from the name by the action."""

    portrait = ImageChoiceField(label=gettext_lazy("Portrait"), required=False)

    class Meta:
        model = Author
        fields = ["name", "slug", "user", "position", "biography", "portrait"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False


@admin.register(Author)
class AuthorAdmin(DeskAdmin):
    """Bylines, which all publications share."""

    view_verb, add_verb, change_verb = "author.view", "author.change", "author.change"
    form = AuthorForm
    list_display = ["name", "slug", "position", "user"]
    alphabetical = ("name",)
    list_select_related = ["user"]
    search_fields = ["name"]
    autocomplete_fields = ["user"]
    actions = None

    class Media:
        js = [Script("desk/picker.js", type="module")]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return taxonomy.may_change_author(request.user, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return `user` but for superusers: only who runs the install sees accounts."""
        return () if request.user.is_superuser else ("user",)

    def save_model(self, request: HttpRequest, obj: Author, form: Any, change: bool) -> None:
        if change:
            reload_other_fields(obj, form)
        taxonomy.save_author(obj, by=request.user)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("complete/", wrap(require_GET(self.complete_view)), name="articles_author_complete"),
            *super().get_urls(),
        ]

    def complete_view(self, request: HttpRequest) -> JsonResponse:
        """Return names of bylines as JSON, and their ids; with the slug behind the name where two share it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = fold(request.GET.get("q", ""))
        rows = [row for row in Author.objects.all() if query in fold(row.name)]
        names = [row.name for row in rows]
        found = {
            f"{row.name} ({row.slug})" if names.count(row.name) > 1 else row.name: row.pk
            for row in rows[:MAX_COMPLETIONS]
        }
        return JsonResponse({"names": list(found), "ids": found})
