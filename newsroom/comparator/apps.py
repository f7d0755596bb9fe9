from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComparatorConfig(AppConfig):
    name = "newsroom.comparator"
    label = "comparator"
    verbose_name = _("Comparator")
