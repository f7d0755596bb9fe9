"""Addresses of signing in, below /admin/. allauth's views are named one by one, so that none comes in unseen.

Those of one's own account ask for a sign-in first: what a stranger sent is not kept to be done after it.
"""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_required
from django.urls import path, re_path

from newsroom.accounts import views

urlpatterns = [
    # In the place of the admin's own pages, at their addresses.
    path("login/", views.sign_in, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("password_change/", account.password_change, name="account_change_password"),
    # Passwords
    path("account/password/set/", account.password_set, name="account_set_password"),
    path("account/password/forgotten/", account.password_reset, name="account_reset_password"),
    path("account/password/forgotten/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "account/password/new/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^account/password/new/(?P<uidb36>[0-9a-z]+)-(?P<key>[0-9a-z-]+)/$",
        views.new_password,
        name="account_reset_password_from_key",
    ),
    # Who it is, asked again
    path("account/confirm/", views.confirm_by_password, name="account_reauthenticate"),
    path("account/confirm/code/", views.confirm_by_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", views.confirm_by_key, name="mfa_reauthenticate_webauthn"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    # Second factors
    path("account/", second_factor.index, name="mfa_index"),
    path("account/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("account/app/", login_required(totp.activate_totp), name="mfa_activate_totp"),
    path("account/app/remove/", login_required(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/recovery-codes/", login_required(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/recovery-codes/new/",
        login_required(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/recovery-codes/file/",
        login_required(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("account/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("account/passkeys/add/", login_required(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("account/passkeys/sign-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("account/passkeys/<int:pk>/remove/", login_required(views.remove_passkey), name="mfa_remove_webauthn"),
    path("account/passkeys/<int:pk>/edit/", login_required(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    # Sessions, and the way in for newcomers
    path("account/sessions/", views.sessions, name="usersessions_list"),
    path("account/invitation/", views.invitation, name="invitation"),
    path("account/invitation/<str:token>/", views.invitation_link, name="invitation_link"),
]
