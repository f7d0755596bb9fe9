"""Stories at the desk: lists, the form with its buttons, the timeline. Every change goes through a door."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET
from js_asset import Media, Script

from articles import editing, publishing
from articles.admin.editor_words import BUTTONS, FIGURES
from articles.admin.filters import FirstAuthorFilter, SectionFilter, StateFilter
from articles.admin.story_form import StoryForm
from articles.models import Article
from articles.workflow import Conflict, Refused, Stage
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication, publications_of, switch
from newsroom.lib import embeds
from newsroom.lib.text import fold
from newsroom.publications.models import Publication
from newsroom.publications.permissions import Forbidden, may


@admin.register(Article)
class ArticleAdmin(DeskAdmin):
    view_verb, add_verb, change_verb = "article.view", "article.create", "article.save"
    scoped = True
    list_display = ["headline", "state", "sorted_under", "hours"]
    list_display_links = ["headline"]
    list_filter = [StateFilter, SectionFilter, FirstAuthorFilter, "kind"]
    list_select_related = ["section", "first_author"]
    search_fields = ["headline_key"]
    search_help_text = gettext_lazy("Words of the headline")
    ordering = ["-saved_at", "-id"]
    sortable_by = ()
    actions = None
    show_facets = admin.ShowFacets.NEVER  # they count

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        # Not joined: SQLite would begin with the publication, and sort all its stories.
        return super().get_queryset(request).prefetch_related("publication")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, fold(search_term))

    # -- the list ------------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("state"))
    def state(self, article: Article) -> str:
        return state_badges(article)

    @admin.display(description=gettext_lazy("section and byline"))
    def sorted_under(self, article: Article) -> str:
        byline = format_html('<br><span class="quiet">{}</span>', article.first_author) if article.first_author else ""
        return format_html("{}{}", article.section or "", byline)

    @admin.display(description=gettext_lazy("published and saved"))
    def hours(self, article: Article) -> str:
        published = article.publication.date(article.published_at) if article.published_at else "–"
        saved = naturaltime(article.saved_at)
        if not article.is_live(timezone.now()):
            return format_html('{}<br><span class="quiet">{}</span>', published, saved)
        link = format_html('<a href="{}">{}</a>', article.get_absolute_url(), _("View on site"))
        return format_html('{}<br><span class="quiet">{} · {}</span>', published, saved, link)

    def get_urls(self) -> list[Any]:
        embed = self.admin_site.admin_view(require_GET(self.embed_view))
        return [path("embed/", embed, name="articles_article_embed"), *super().get_urls()]

    def embed_view(self, request: HttpRequest) -> JsonResponse:
        """What an address to embed is, for the editor: told before it is put in, since the sanitiser drops others."""
        embed = embeds.recognise(request.GET.get("url", "").strip())
        if embed is None:
            message = _(
                "Only posts and videos of YouTube, Dailymotion, X, Bluesky and Mastodon can be shown: make it a link."
            )
            return JsonResponse({"error": message}, status=400)
        return JsonResponse({"name": embed.name, "url": embed.url})

    # -- one story -----------------------------------------------------------------------------------------------------

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Article | None:
        """A story of any publication of this person's; opening it makes that publication the current one."""
        rows = Article.objects.visible_to(request.user).select_related("publication")
        try:
            found: Article | None = rows.filter(pk=int(object_id)).first()
        except ValueError:
            return None
        if found and found.publication_id in {row.pk for row in publications_of(request)}:
            switch(request, str(found.publication_id))
        return found

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Shows a story's form, and does what its buttons ask."""
        article = None
        if object_id is not None:
            article = self.get_object(request, unquote(object_id))
            if article is None:
                return self.missing(request)
        publication = article.publication if article else self._publication_of_form(request)
        if publication is None or not may(
            request.user, "article.view" if article else "article.create", article or publication
        ):
            raise PermissionDenied
        form = StoryForm(
            request.POST or None,
            publication=publication,
            revision=article.working if article else None,
            user=request.user,
            change=(article.draft.change if article.draft else "") if article and article.live_id else None,
        )
        if request.method == "POST":
            done = self._act(request, article, publication, form)
            if done is not None:
                return done
        return self._render_form(request, article, publication, form)

    def _publication_of_form(self, request: HttpRequest) -> Publication | None:
        """A new story's: the one its form was opened for, whatever another tab switched to meanwhile."""
        named = request.POST.get("publication", "")
        mine = {str(row.pk): row for row in publications_of(request)}
        return mine.get(named) if named else current_publication(request)

    def _act(
        self, request: HttpRequest, article: Article | None, publication: Publication, form: StoryForm
    ) -> HttpResponse | None:
        """Does what the pressed button names, and saves what was typed with it, in one transaction.

        None if it could not: the form then says why, with all that was typed.
        """
        user, post = request.user, request.POST
        pressed = next((name for name in ("_withdraw", "_reinstate", "_publish") if article and name in post), "_save")
        if "_publish" in post:
            pressed = "_publish"
        saves = pressed in ("_save", "_publish") or ("headline" in post and may(user, "article.save", article))
        if saves and not form.is_valid():
            return None
        if pressed == "_publish" and "change" in form.fields and not form.cleaned_data["change"]:
            form.add_error("change", _("Readers have this story: say what the change is."))
            return None

        @transaction.atomic
        def door() -> Article:
            story = article
            if saves:
                content, change = form.content(), form.cleaned_data.get("change", "")
                if story is None:
                    story = editing.create(publication, content, by=user)
                else:
                    story = editing.save_draft(story, content, by=user, base=form.cleaned_data["base"], change=change)
            assert story is not None, "only saving begins a story"
            if pressed == "_publish":
                return publishing.publish(story, by=user)
            if pressed == "_withdraw":
                return publishing.withdraw(story, by=user, notice=post.get("notice", ""))
            return publishing.reinstate(story, by=user) if pressed == "_reinstate" else story

        done = {
            "_save": _("Saved."),
            "_publish": _("Published."),
            "_withdraw": _("Withdrawn: readers find your notice in its place."),
            "_reinstate": _("Back online."),
        }[pressed]
        return self._through(request, form, door, done)

    def _through(
        self, request: HttpRequest, form: StoryForm, door: Callable[[], Article], done: str
    ) -> HttpResponse | None:
        """Goes through a door; its refusal is written on the form."""
        try:
            article = door()
        except Forbidden as error:
            raise PermissionDenied(str(error)) from error
        except Refused as refused:
            form.is_valid()
            for finding in refused.findings:
                form.add_error(finding.rule if finding.rule in form.fields else None, finding.message)
            if isinstance(refused, Conflict) and refused.newest is not None:
                form.begin_from(refused.newest)
                form.add_error(None, _("Yours is below: saved again, it takes the place of theirs, which is kept."))
            return None
        now = timezone.now()
        if article.is_live(now):
            done = format_html('{} <a href="{}">{}</a>', done, article.get_absolute_url(), _("View on site"))
        messages.success(request, done)
        if article.is_withdrawn(now) and "_publish" in request.POST:
            messages.warning(request, _("It is still withdrawn: readers find the notice until it is put back online."))
        return redirect("admin:articles_article_change", article.pk)

    def _render_form(
        self, request: HttpRequest, article: Article | None, publication: Publication, form: StoryForm
    ) -> HttpResponse:
        now, user = timezone.now(), request.user
        nonce = str(request.csp_nonce)  # type: ignore[attr-defined]
        media = Media.from_media(form.media + Media(js=[Script("desk/story.js", type="module")])).with_nonce(nonce)
        may_save = may(user, "article.save", article) if article else True
        may_publish = publishing.may_publish(user, article) if article else self._may_publish_new(request, publication)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": article.headline if article else _("New story"),
            "article": article,
            "publication_of_story": publication,
            "form": form,
            "media": media,
            "badges": state_badges(article) if article else "",
            "events": list(article.events.select_related("actor", "revision")[:30]) if article else [],
            "may_save": may_save,
            "may_publish": may_save and may_publish,
            "may_withdraw": bool(article and article.is_live(now) and may(user, "article.withdraw", article)),
            "may_reinstate": bool(article and article.withdrawn_at and may(user, "article.reinstate", article)),
            "is_live": bool(article and article.is_live(now)),
            "editor_words": {"buttons": BUTTONS, **FIGURES},
            "notice": request.POST.get("notice", ""),
            "imported": article.imported_from.first() if article else None,
            "has_view_permission": True,
        }
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        return TemplateResponse(request, "admin/articles/article/change_form.html", context)

    def _may_publish_new(self, request: HttpRequest, publication: Publication) -> bool:
        verb = "article.publish" if publication.review_required else "article.publish_unreviewed"
        return may(request.user, verb, publication)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The story's whole timeline."""
        article = self.get_object(request, unquote(object_id))
        if article is None or not may(request.user, "article.view", article):
            return self.missing(request)
        events = article.events.select_related("actor", "revision")
        paginator = self.get_paginator(request, events, 100)
        page = paginator.get_page(request.GET.get("p", "1"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": article.headline,
            "article": article,
            "events": page,
        }
        return TemplateResponse(request, "admin/articles/article/history.html", context)


def state_badges(article: Article) -> str:
    """What a person wants to know at a glance: who reads what."""
    now = timezone.now()
    badges = []
    if article.is_withdrawn(now):
        badges.append(("withdrawn", _("Withdrawn")))
    elif article.is_live(now):
        badges.append(("live", _("Live")))
    elif article.live_id:
        badges.append(("scheduled", _("Scheduled")))
    if article.stage == Stage.DRAFT:
        badges.append(("draft", _("Draft in work") if article.live_id else _("Draft")))
    if article.kind == "sponsored":
        badges.append(("sponsored", _("Advertisement")))
    return format_html_join(" ", '<span class="state state-{}">{}</span>', badges)
