from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("The desk")

    def ready(self) -> None:
        # All need the models loaded.
        permissions = import_module("newsroom.publications.permissions")
        permissions.register(import_module("articles.roles").TABLE)
        import_module("articles.jobs")  # registers what recurs
