"""The admin site: the sidebar's groups, the front page, the switcher."""

from collections.abc import Callable, Mapping
from functools import update_wrapper
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import JavaScriptCatalog, set_language

from newsroom.desk.current import current_publication, switch
from newsroom.desk.sending import done_once
from newsroom.extensions import extensions

# The sidebar: groups of models, in their order. What is named nowhere comes last.
GROUPS = (
    (gettext_lazy("Articles"), ("Article", "FrontPageSlot", "CardStrip", "StreamSource", "PartnerFeed", "Image")),
    (
        gettext_lazy("Readers"),
        (
            "Message", "Comment", "Report", "ModerationBatch", "Term", "BlockedSender", "CommentSettings",
            "ThreadPolicy", "VaultOpening",
        ),
    ),
    (gettext_lazy("Comparator"), ("Product", "Offer", "Merchant", "MerchantFeed")),
    (gettext_lazy("Sorted under"), ("Section", "Tag", "Author")),
    (gettext_lazy("Sites and users"), ("Publication", "Colleague", "User", "AccountEvent")),
    (gettext_lazy("The engine room"), ("Mail", "DBTaskResult", "Recurring", "Worker", "EdgeState")),
)  # fmt: skip
# A panel of the front page: `title`, `rows`, `url` and `empty`; None where this person has no use for it.
Panel = Callable[[HttpRequest], dict[str, Any] | None]
# How many rows of a model wait for this person, by the model's name.
Waiting = Mapping[str, Callable[[HttpRequest], int]]


class DeskSite(AdminSite):
    """Django's admin, grouped by what the newsroom works on."""

    site_title = gettext_lazy("The desk")
    site_header = gettext_lazy("The desk")
    index_title = gettext_lazy("Today")
    enable_nav_sidebar = True
    final_catch_all_view = True

    def get_urls(self) -> list[Any]:
        return [
            path("switch/", self.admin_view(require_POST(self.switch_view)), name="switch"),
            path("token/", self.admin_view(require_GET(self.token_view)), name="token"),
            path("signed-in/", self.admin_view(require_GET(self.signed_in_view)), name="signed_in"),
            path("language/", require_POST(set_language), name="set_language"),
            # Not `r/…`, which leads whoever asks to any row's page, and shows its headline in the address.
            *(url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Wrap a view of the desk: for its people only, and done once however often its form is sent."""
        return super().admin_view(update_wrapper(done_once(view), view), cacheable)

    def token_view(self, request: HttpRequest) -> HttpResponse:
        """Return, as JSON, who is signed in and the token of their forms: a page that is open for long asks anew."""
        return JsonResponse({"person": request.user.pk, "token": get_token(request)})

    def signed_in_view(self, request: HttpRequest) -> HttpResponse:
        """Return the page that tells the others of this browser that somebody has signed in, and closes itself."""
        return TemplateResponse(request, "desk/signed_in.html", {**self.each_context(request), "title": _("Signed in")})

    def switch_view(self, request: HttpRequest) -> HttpResponse:
        """Make another publication the current one, and return to the page."""
        if switch(request, request.POST.get("publication", "")) is None:
            messages.error(request, _("You do not work for this publication."))
        back = request.POST.get("next", "")
        # A path, and nothing that `redirect` would look for among the names of views.
        if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            back = resolve_url("admin:index")
        return HttpResponseRedirect(back)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        models = {model["object_name"]: (app, model) for app in apps for model in app["models"]}
        waiting: list[Waiting] = list(extensions("desk_waiting"))
        for name, count in (item for table in waiting for item in table.items()):
            if name in models and (number := count(request)):
                models[name][1]["name"] = f"{models[name][1]['name']} ({number})"
        groups = []
        for title, names in GROUPS:
            entries = [models.pop(name) for name in names if name in models]
            if entries:
                groups.append({**entries[0][0], "name": title, "models": [model for _app, model in entries]})
        for app, model in models.values():
            groups.append({**app, "models": [model]})
        return groups

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the front page: what waits for this person in the current publication."""
        publication = current_publication(request)
        functions: list[Panel] = [function for table in extensions("desk_panels") for function in table]
        panels = [panel for function in functions if (panel := function(request))] if publication else []
        return super().index(request, {**(extra_context or {}), "panels": panels})

    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Return the strings of the scripts, the editor's among them."""
        return JavaScriptCatalog.as_view(packages=["django.contrib.admin", "django_prose_editor"])(request)
