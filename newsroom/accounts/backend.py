"""Whose a password is."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from newsroom.accounts.guessing import person_named


class AccountBackend(AuthenticationBackend):
    """Looks at the password of one account, or hashes it in vain: the time of a try tells nothing."""

    def _authenticate(self, request: Any, **credentials: Any) -> Any:
        name = credentials.get("username") or credentials.get("email") or ""
        person = person_named(request, name.strip()) if request is not None else None
        return self._check_password(person, credentials.get("password") or "")
