from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class WorkerConfig(AppConfig):
    name = "newsroom.worker"
    label = "worker"
    verbose_name = _("The engine room")

    def ready(self) -> None:
        apps.get_app_config("django_tasks_database").verbose_name = self.verbose_name  # one group at the desk
        import_module("newsroom.worker.checks")  # registers the system checks
