from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    name = "comments"
    verbose_name = _("Comments")

    def ready(self) -> None:
        # All need the models loaded.
        permissions = import_module("newsroom.publications.permissions")
        permissions.register(import_module("comments.roles").TABLE)
        for name in ("jobs", "actions.importing", "actions.expunging", "checks", "demo"):  # they register themselves
            import_module(f"comments.{name}")
