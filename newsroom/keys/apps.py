from importlib import import_module

from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "newsroom.keys"
    label = "keys"

    def ready(self) -> None:
        import_module("newsroom.keys.checks")  # registers the system checks
