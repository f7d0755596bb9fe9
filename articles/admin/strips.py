"""Admin of card strips of the current publication: edited, arranged by keyboard or drag, previewed on their page."""

from itertools import groupby
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST
from js_asset import Script

from articles.actions import fronts
from articles.admin import previews
from articles.admin.fields import set_choices
from articles.admin.links import article_of
from articles.admin.names import line_of, names_in
from articles.admin.saving import refusal_as_forbidden, reload_other_fields
from articles.models import Article, CardStrip, PartnerFeed, Placement, Section, Tag
from articles.models.card_strip import StripArea, StripSource
from articles.presentation.cards import cards_of
from articles.presentation.strips import fill_strips
from articles.views import article as article_page
from articles.views import lists
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication, posted_publication
from newsroom.lib.text import row_id, whole_number
from newsroom.publications.permissions import may
from newsroom.requests import PublicRequest


class StripForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A strip, with the sections, tags, partners and articles that fill it by their names.

    `StripAdmin.get_form` sets `publication`, whose pages show the strip, on a class made for the request.
    """

    publication: Any = None

    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Of these sections"), required=False, help_text=gettext_lazy("None: all of the site.")
    )
    tags = forms.CharField(
        label=gettext_lazy("With one of these tags"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("Separated by commas. None: any."),
    )
    feeds = forms.MultipleChoiceField(label=gettext_lazy("From these partners"), required=False)
    articles = forms.CharField(
        label=gettext_lazy("These articles"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line, in their order: its address, or its number."),
    )

    class Meta:
        model = CardStrip
        fields = ("title", "area", "section", "source", "source_publication", "period", "count", "is_live")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = Section.objects.select_related("publication").order_by("publication__position", "position")
        by_site = groupby(sections, key=lambda row: row.publication)
        section_choices = [(str(site), [(str(row.pk), str(row)) for row in rows]) for site, rows in by_site]
        set_choices(self, "sections", section_choices)
        self.fields["period"].required = False  # of one source only; without one it is the model's default
        self.initial["sections"] = [str(pk) for pk in self.instance.section_ids]
        feeds = PartnerFeed.objects.filter(publication=self.publication)
        set_choices(self, "feeds", [(str(row.pk), str(row)) for row in feeds])
        self.initial["feeds"] = [str(pk) for pk in self.instance.feed_ids]
        names = Tag.objects.in_bulk(self.instance.tag_ids)
        self.initial["tags"] = line_of(names[pk].name for pk in self.instance.tag_ids if pk in names)
        articles = Article.objects.select_related("live", "next").in_bulk(self.instance.article_ids)
        self.initial["articles"] = "\n".join(
            self._line_of(articles[pk]) for pk in self.instance.article_ids if pk in articles
        )

    def _line_of(self, article: Article) -> str:
        """Return an article as a line of the field `articles`: "42 · Its headline"."""
        now = timezone.now()
        if article.was_published_by(now):  # the headline as readers have it: a sister's work is not shown
            headline = article.revision_at(now).headline
        else:
            headline = article.desk_headline if article.publication_id == self.instance.publication_id else ""
        absent = "" if article.is_live(now) else "({})".format(_("not online"))
        return " ".join(filter(None, (f"{article.pk} ·", headline, absent)))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        source, source_publication = data.get("source"), data.get("source_publication")
        strip = self.instance
        strip.section_ids = [int(pk) for pk in data.get("sections", [])] if source == StripSource.SITE else []
        if source == StripSource.SITE and source_publication is None:
            self.add_error("source_publication", _("Say which site’s articles."))
        elif source_publication and (
            len(strip.section_ids) != source_publication.sections.filter(pk__in=strip.section_ids).count()
        ):
            message = _("These are not all sections of %(site)s.")
            self.add_error("sections", message % {"site": source_publication})
        strip.tag_ids = self._tags(data.get("tags", "")) if source == StripSource.SITE else []
        strip.feed_ids = [int(pk) for pk in data.get("feeds", [])]
        if source == StripSource.PARTNERS and not strip.feed_ids:
            self.add_error("feeds", _("Choose at least one partner."))
        strip.article_ids = self._articles(data.get("articles", "")) if source == StripSource.PICKED else []
        return data

    def _tags(self, text: str) -> list[int]:
        """Return the ids of tags named with commas between; add an error for unknown ones."""
        tags = {name: Tag.objects.filter(folded=Tag.key(name)).first() for name in names_in(text)}
        if unknown := [name for name, tag in tags.items() if tag is None]:
            self.add_error("tags", _("No such tag: %(names)s.") % {"names": ", ".join(unknown)})
        return list(dict.fromkeys(tag.canonical.pk for tag in tags.values() if tag))

    def _articles(self, text: str) -> list[int]:
        """Return the ids of the articles that lines name; add an error for those that may not be in the strip.

        They must be live on their own site, be in the strip already, or be the site's own, which appear at their time.
        """
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if len(lines) > fronts.MAX_HANDPICKED:
            self.add_error("articles", _("At most %(n)d articles stand in a strip.") % {"n": fronts.MAX_HANDPICKED})
            return []
        articles = {line: self._article(line) for line in lines}
        if unknown := [line for line, article in articles.items() if article is None]:
            self.add_error("articles", _("Readers have no such article: %(lines)s") % {"lines": ", ".join(unknown)})
        elif not articles:
            self.add_error("articles", _("Pick at least one article."))
        return list(dict.fromkeys(article.pk for article in articles.values() if article))

    def _article(self, line: str) -> Article | None:
        article = article_of(line, at=self.publication)
        if article is None or article.is_live(timezone.now()):
            return article
        is_there_already = article.pk in (self.instance.article_ids or [])
        return article if is_there_already or article.publication_id == self.publication.pk else None


@admin.register(CardStrip)
class StripAdmin(DeskAdmin):
    """Card strips of the current publication."""

    view_verb = add_verb = change_verb = "stream.change"
    scoped = True
    form = StripForm
    fieldsets = [
        (None, {"fields": ["title", "is_live", "area", "section", "count", "source"]}),
        (
            gettext_lazy("Articles of a site"),
            {"fields": ["source_publication", "sections", "tags"], "classes": ["source", "source-site"]},
        ),
        (gettext_lazy("Partners’ headlines"), {"fields": ["feeds"], "classes": ["source", "source-partners"]}),
        (gettext_lazy("Articles picked by hand"), {"fields": ["articles"], "classes": ["source", "source-picked"]}),
        (gettext_lazy("What is read most"), {"fields": ["period"], "classes": ["source", "source-most_read"]}),
    ]
    actions = None
    change_form_template = "admin/articles/strip_form.html"

    class Media:
        js = [Script("desk/strip.js", type="module")]

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("arrange/", wrap(require_POST(self.arrange_view)), name="articles_cardstrip_arrange"),
            path("<int:pk>/preview/", wrap(require_GET(self.preview_view)), name="articles_cardstrip_preview"),
            path("<int:pk>/frame/", wrap(require_GET(self.frame_view)), name="articles_cardstrip_frame"),
            *super().get_urls(),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form class of the publication. Django makes a new class for each call: nothing is shared."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.publication = obj.publication if obj else current_publication(request)
        return form

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the page that shows the strip, or will, at three widths in frames."""
        strip = self._own(request, pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Preview of “%(title)s”") % {"title": strip},
            "strip": strip,
            "widths": previews.WIDTHS,
        }
        return TemplateResponse(request, "admin/articles/strip_preview.html", context)

    @method_decorator(xframe_options_sameorigin)
    def frame_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the public page with the strip, for a frame of the desk."""
        strip = self._own(request, pk)
        return previews.framed(request, strip.publication, lambda public: _page_with(public, strip))

    def _own(self, request: HttpRequest, pk: int) -> CardStrip:
        strip: CardStrip = get_object_or_404(self.get_queryset(request).select_related("publication", "section"), pk=pk)
        if not self.has_view_permission(request, strip):
            raise PermissionDenied
        return strip

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # sections and sites are made elsewhere
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.filter(publication=current_publication(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Return all strips by their areas, each with buttons to move it; a drag does the same."""
        publication = current_publication(request)
        if publication is None or not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Strips of cards"),
            "rows": sorted(
                CardStrip.objects.filter(publication=publication).select_related("source_publication", "section"),
                key=lambda strip: StripArea.values.index(strip.area),
            ),
            "moved": row_id(request.GET.get("moved", "")),
            "back": request.GET.get("by", ""),
            "publication": publication,
        }
        return TemplateResponse(request, "admin/articles/strips.html", context)

    def arrange_view(self, request: HttpRequest) -> HttpResponse:
        """Arrange strips as posted: in a whole order after a drag, or with one strip moved a step."""
        publication = posted_publication(request)
        if publication is None or not may(request.user, "stream.change", publication):
            raise PermissionDenied
        order = [pk for pk in map(whole_number, request.POST.getlist("order")) if pk]
        moved, by = row_id(request.POST.get("moved", "")), ""
        for button, step in (("_up", -1), ("_down", 1)):
            pk = whole_number(request.POST.get(button, ""))
            if pk in order:
                index = order.index(pk)
                order.insert(max(0, index + step), order.pop(index))
                moved, by = pk, button
        fronts.arrange_strips(publication, order, by=request.user)
        strip = CardStrip.objects.filter(publication=publication, pk=moved).first()
        if strip:
            self.log_change(request, strip, _("Moved."))
            messages.success(request, _("“%(title)s” was moved.") % {"title": strip})
        return redirect(f"{reverse('admin:articles_cardstrip_changelist')}?moved={moved}&by={by}")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Render the form, and below it the cards that the strip, as it is saved, would have now."""
        strip = kwargs.get("obj")
        if strip is not None:
            filled = fill_strips([strip], now=timezone.now())[0]
            context["shown"] = filled.headlines or cards_of(filled.articles, on=strip.publication)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.publication = current_publication(request)
        else:
            reload_other_fields(obj, form, "section_ids", "tag_ids", "feed_ids", "article_ids")
        with refusal_as_forbidden():
            fronts.save_strip(obj, by=request.user)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, _("Saved: what it shows stands below."))
        return HttpResponseRedirect(reverse("admin:articles_cardstrip_change", args=[obj.pk]))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        fronts.delete_strip(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


def _page_with(request: PublicRequest, strip: CardStrip) -> HttpResponse:
    """Return the newest page of the kind that shows the strip, with it. Raises Http404 if there is none."""
    publication = strip.publication
    if strip.area == StripArea.HOME:
        return lists.home(request, preview_strip=strip.pk)
    if strip.area == StripArea.SECTION:
        row = strip.section or publication.sections.first()
        if row is None:
            raise Http404
        return lists.section(request, row, preview_strip=strip.pk)
    now = timezone.now()
    newest = Placement.objects.listed_on(publication).filter(article__publication=publication).live(now)
    placed = newest.order_by("-published_at", "-article").select_related("article__publication").first()
    if placed is None:
        raise Http404
    article = placed.article
    return article_page.preview(request, article, article.revision_at(now), _("Preview"), preview_strip=strip.pk)
