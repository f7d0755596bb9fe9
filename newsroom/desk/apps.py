from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """django.contrib.admin, whose default site is ours."""

    default_site = "newsroom.desk.site.DeskSite"
