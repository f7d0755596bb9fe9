from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Accounts of staff: signing in, invitations, roles, the log of all that."""

    name = "newsroom.accounts"
    label = "accounts"  # allauth's is `account`
    verbose_name = _("Sites and users")
