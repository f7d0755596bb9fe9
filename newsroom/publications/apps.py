from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    name = "newsroom.publications"
    label = "publications"
    verbose_name = _("Sites and users")

    def ready(self) -> None:
        # Both need the models.
        import_module("newsroom.publications.checks")  # registers the system checks
        import_module("newsroom.publications.permissions").rights()  # a verb named twice stops the start
