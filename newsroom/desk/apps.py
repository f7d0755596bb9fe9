from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """django.contrib.admin, whose default site is ours."""

    default_site = "newsroom.desk.site.DeskSite"


class DeskFormsConfig(AppConfig):
    """The desk's own table: forms that were sent."""

    name = "newsroom.desk"
    label = "desk"
    default = False
