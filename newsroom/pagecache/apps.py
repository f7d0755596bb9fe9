from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagecacheConfig(AppConfig):
    name = "newsroom.pagecache"
    label = "pagecache"
    verbose_name = _("The engine room")  # one group at the desk

    def ready(self) -> None:
        for checks in ("checks", "nginx_checks"):  # registers them
            import_module(f"newsroom.pagecache.edges.{checks}")
