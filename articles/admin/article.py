"""Admin of articles: the list with its bulk steps, and the pages of one article."""

from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from articles.actions.base import available_steps
from articles.admin import autosaves, bulk, calendar, desk_search, expunging, placing, presence, previews, revisions
from articles.admin.article_page import ArticlePage
from articles.admin.filters import (
    FirstAuthorFilter,
    PublishedFilter,
    SectionFilter,
    StateFilter,
    TagFilter,
    facets_of,
)
from articles.admin.states import state_badges
from articles.models import Article, Revision
from articles.workflow import TRANSITIONS
from newsroom.comparator.search import product_at
from newsroom.desk.base import CappedPaginator, DeskAdmin
from newsroom.desk.current import current_publication, publications_of, switch
from newsroom.lib import embeds
from newsroom.lib.text import row_id
from newsroom.publications.permissions import may
from newsroom.requests import DeskRequest
from newsroom.timestamps import desk_date

POINTERS = ("live", "next", "draft", "approved")


class InOrderPaginator(CappedPaginator):
    """Counts by the index that the page is read from: each filter has one with the list's order."""

    counts_in_order = True


@admin.register(Article)
class ArticleAdmin(DeskAdmin):
    """Lists the articles of the current publication, and leads to each page of one article."""

    view_verb, add_verb, change_verb = "article.view", "article.create", "article.save"
    scoped = True
    paginator = InOrderPaginator
    list_display = ["desk_headline", "state", "sorted_under", "times"]
    list_display_links = ["desk_headline"]
    list_filter = [StateFilter, PublishedFilter, SectionFilter, TagFilter, FirstAuthorFilter, "desk_kind"]
    list_select_related = ["desk_section", "desk_first_author"]
    search_fields = ["desk_headline"]  # that there is a search: desk_search says by what
    search_help_text = gettext_lazy("Words of the article, a byline, a tag, its number or its address")
    ordering = ["-saved_at", "-id"]
    sortable_by = ()
    show_facets = admin.ShowFacets.NEVER  # they count

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        # Not joined: SQLite would begin with the publication, and sort all its articles.
        revisions_of = [Prefetch(name, Revision.objects.defer("body")) for name in POINTERS]
        return super().get_queryset(request).prefetch_related("publication", *revisions_of)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Return the articles with words that begin with those that were typed, and False: no row comes twice."""
        publication = current_publication(request)
        if publication is None or not search_term.strip():
            return queryset, False
        facets = [group for groups in facets_of(request).values() for group in groups]
        # Section and tag are asked of the index itself; a byline too, but the filter is about the first one.
        names = {getattr(item, "parameter_name", item) for item in self.list_filter} - {"section", "tag"}
        is_narrowed = any(parameter.partition("__")[0] in names for parameter in request.GET)
        return desk_search.found(queryset, publication, search_term, facets, is_narrowed=is_narrowed), False

    # -- the list ------------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("state"))
    def state(self, article: Article) -> str:
        return state_badges(article)

    @admin.display(description=gettext_lazy("section and byline"))
    def sorted_under(self, article: Article) -> str:
        signature = article.desk_first_author
        author = format_html('<br><span class="quiet">{}</span>', signature) if signature else ""
        return format_html("{}{}", article.desk_section or "", author)

    @admin.display(description=gettext_lazy("published and saved"))
    def times(self, article: Article) -> str:
        published = desk_date(article.published_at) if article.published_at else "–"
        saved = _("saved %(time)s") % {"time": desk_date(article.saved_at)}
        if not article.is_live(timezone.now()):
            return format_html('{}<br><span class="quiet">{}</span>', published, saved)
        link = format_html('<a href="{}">{}</a>', article.get_absolute_url(), _("View on site"))
        return format_html('{}<br><span class="quiet">{} · {}</span>', published, saved, link)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return every step of the workflow as a bulk action; `changelist_view` keeps those that are open."""
        return {name: (partial(bulk.respond, step=step), name, step.label) for name, step in TRANSITIONS.items()}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Return the list, with only those steps that this person may take on at least one of its articles."""
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        form, changelist = context.get("action_form"), context.get("cl")
        if form is not None and changelist is not None:
            now = timezone.now()
            offered = {
                step.name for article in changelist.result_list for step in available_steps(request.user, article, now)
            }
            field = form.fields["action"]
            field.choices = [choice for choice in field.choices if not choice[0] or choice[0] in offered]
            if not offered:
                context["action_form"] = None
        return response

    # -- one article ---------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("autosave/", wrap(require_POST(autosaves.autosave)), name="articles_article_autosave_new"),
            path("embed/", wrap(require_GET(self.embed_view)), name="articles_article_embed"),
            path("<int:pk>/unplace/", wrap(require_POST(placing.unplace)), name="articles_article_unplace"),
            *(
                path(f"<int:pk>/{name}/", wrap(self._page_of_article(view)), name=f"articles_article_{name}")
                for name, view in {
                    "revisions": require_GET(revisions.revisions),
                    "compare": require_GET(revisions.compare),
                    "restore": require_POST(revisions.restore),
                    "difference": require_POST(revisions.difference),
                    "preview": require_GET(previews.preview),
                    "share": require_POST(previews.share),
                    "revoke": require_POST(previews.revoke),
                    "expunge": expunging.passage,
                }.items()
            ),
            *(
                path(f"<int:pk>/{name}/", wrap(require_POST(self._of_article(view))), name=f"articles_article_{name}")
                for name, view in {"autosave": autosaves.autosave, "presence": presence.presence}.items()
            ),
            path(
                "<int:pk>/preview/<int:number>/",
                wrap(self._page_of_article(previews.frame)),
                name="articles_article_frame",
            ),
            path("calendar/", wrap(require_GET(calendar.month)), name="articles_article_calendar"),
            *super().get_urls(),
        ]

    def _of_article(self, view: Any) -> Any:
        """Return a Django view that calls `view(request, article)` for an article that the person may see."""

        def of_article(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
            article = self.get_object(request, str(pk))
            if article is None or not may(request.user, "article.view", article):
                return self.missing(request)
            response: HttpResponse = view(request, article, **kwargs)
            return response

        return of_article

    def _page_of_article(self, view: Any) -> Any:
        """Return a Django view that calls `view(request, article, context)`, for a page of the desk, likewise."""

        def page_of_article(request: HttpRequest, article: Article, **kwargs: Any) -> HttpResponse:
            response: HttpResponse = view(request, article, self.context_of(request, article), **kwargs)
            return response

        return self._of_article(page_of_article)

    def context_of(self, request: HttpRequest, article: Article | None) -> dict[str, Any]:
        """Return the template context of every page of an article; None for a new one, or for several."""
        cast(Any, request).current_app = self.admin_site.name  # Django's, for {% url %}; its stubs lack it
        title = article.desk_headline if article else _("New article")
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "article": article}

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Article | None:
        """Return an article of any of this person's publications, and make its publication the current one."""
        rows = Article.objects.visible_to(request.user).select_related("publication", *POINTERS)
        article: Article | None = rows.filter(pk=row_id(object_id)).first()
        if article and article.publication_id in {row.pk for row in publications_of(request)}:
            switch(request, str(article.publication_id))
            timezone.activate(article.publication.zone)  # times on its pages are its own, from here on
        return article

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the form of an article, or do what its buttons ask (`ArticlePage`)."""
        article = None
        if object_id is not None:
            article = self.get_object(request, object_id)
            if article is None:
                return self.missing(request)
        return ArticlePage(cast(DeskRequest, request), article, lambda: self.context_of(request, article)).respond()

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Return the article's whole log, 100 events a page."""
        article = self.get_object(request, object_id)
        if article is None or not may(request.user, "article.view", article):
            return self.missing(request)
        events = article.events.select_related("actor", "revision")
        page = self.get_paginator(request, events, 100).get_page(request.GET.get("p", "1"))
        context = {**self.context_of(request, article), "events": page}
        return TemplateResponse(request, "admin/articles/article/history.html", context)

    def embed_view(self, request: HttpRequest) -> JsonResponse:
        """Return the name and canonical address of a post or video to embed, as JSON, or the id of the product whose
        page of the Comparateur it is; 400 with the reason if refused.

        The editor asks before it inserts one, since the sanitiser drops what is not recognised.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        address = request.GET.get("url", "").strip()
        if product := product_at(address, publications_of(request)):
            return JsonResponse({"product": product.pk, "name": product.name})
        embed = embeds.recognise(address)
        if embed is None:
            message = _(
                "Only posts, videos and sounds of YouTube, Dailymotion, Vimeo, X, Bluesky, Mastodon, Instagram, "
                "TikTok, Threads, Spotify and Reddit can be shown, and the prices of a product by its page here: "
                "make it a link."
            )
            return JsonResponse({"error": message}, status=400)
        return JsonResponse({"name": embed.name, "url": embed.url})
