"""The tables by which apps add to what they stand above: each entry is the dotted path of an object.

Imports run downward only (ARCHITECTURE.md), so the code below an app cannot import what the app adds. It asks here.
"""

from functools import cache
from typing import Any

from django.utils.module_loading import import_string

EXTENSIONS: dict[str, tuple[str, ...]] = {
    # Who may do what: verb → role → scope (newsroom.publications.permissions.Table).
    "permissions": ("articles.roles.TABLE", "comments.roles.TABLE", "newsroom.comparator.roles.TABLE"),
    # What the worker does again and again (newsroom.worker.recurring.Job).
    "recurring_jobs": (
        "articles.jobs.JOBS",
        "comments.jobs.JOBS",
        "newsroom.worker.jobs.JOBS",
        "newsroom.accounts.jobs.JOBS",
        "newsroom.desk.jobs.JOBS",
        "newsroom.pagecache.jobs.JOBS",
        "newsroom.comparator.jobs.JOBS",
        "newsroom.audience.jobs.JOBS",
    ),
    # What the worker does beside its tasks, in threads (a function that returns newsroom.worker.loops.Loop).
    "worker_loops": ("newsroom.pagecache.edges.delivery.loops",),
    # Texts about an article that an app keeps (articles.actions.expunging.TextStore).
    "expunging": ("comments.actions.expunging.COMMENTS", "comments.actions.message_expunging.MESSAGES"),
    # What follows a correction, once it is published or scheduled (a function of an articles.models.Edition).
    "corrections": ("comments.actions.corrections.published",),
    # What an app makes of an item of a WordPress export (articles.importers.load.ItemImporter).
    "item_importers": ("comments.actions.importing.import_comments",),
    # What an app adds to each site of the demo (articles.demo.stage.Addition).
    "demo": (
        "comments.demo.stage.add_threads",
        "comments.demo.messages.add_messages",
        "newsroom.comparator.demo.stage.add_products",
    ),
    # Bylines and drafts of people (newsroom.accounts.extension.Desk): one.
    "people": ("articles.actions.people.PEOPLE",),
    # What templates of readers' pages may use (newsroom.templating.PageNames).
    "page_names": ("articles.templating.NAMES", "comments.templating.NAMES", "newsroom.comparator.templating.NAMES"),
    # Panels of the desk's front page, in their order (newsroom.desk.site.Panel).
    "desk_panels": ("comments.admin.dashboard.PANELS", "articles.admin.dashboard.PANELS"),
    # What waits in the list of a model, beside its name in the sidebar (newsroom.desk.site.Waiting).
    "desk_waiting": ("comments.admin.dashboard.WAITING_ROWS",),
    # Panels of an article's page at the desk (articles.admin.article_context.Panel).
    "article_panels": ("comments.admin.article_panel.open_messages",),
}


@cache
def extensions(name: str) -> tuple[Any, ...]:
    """Return the objects of one table, in its order. Raises KeyError, ImportError: both are mistakes in the code."""
    return tuple(import_string(path) for path in EXTENSIONS[name])
