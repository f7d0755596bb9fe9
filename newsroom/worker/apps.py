from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkerConfig(AppConfig):
    name = "newsroom.worker"
    label = "worker"
    verbose_name = _("The engine room")

    def ready(self) -> None:
        import_module("newsroom.worker.jobs")  # registers the worker's own; needs the models loaded
