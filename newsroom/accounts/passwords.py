"""Passwords that are long and known all the same."""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from newsroom.lib.text import fold
from newsroom.publications.models import Publication

MIN_DIFFERENT = 5  # characters
ROWS = ("qwertyuiop", "azertyuiop", "qwertzuiop", "asdfghjkl", "qsdfghjklm", "abcdefghijklmnopqrstuvwxyz", "1234567890")
# What French speakers begin with, which Django's list (of English ones) does not know.
COMMON = {
    "motdepasse", "bonjour", "soleil", "doudou", "loulou", "chouchou", "marseille", "jetaime", "coucou", "azerty",
    "newsroom", "redaction", "journaliste", "administrateur", "iphone", "apple", "secret",
}  # fmt: skip
_PADDING = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class PredictablePasswordValidator:
    """Refuses a known password that was made longer: by digits and signs around it, or by saying it twice.

    Rows of the keyboard, runs of one character and the names of the install's publications are known too.
    """

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords | COMMON

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is easily guessed."""
        bare = _PADDING.sub("", fold(password))
        if len(set(password)) < MIN_DIFFERENT or any(self._is_known(word) for word in (fold(password), bare)):
            raise ValidationError(_("This password is a known one, made longer."), code="predictable")

    def _is_known(self, word: str) -> bool:
        half = word[: len(word) // 2]
        if word in self.common or (half and half * 2 == word and len(word) >= 4 and self._is_known(half)):
            return True
        if any(word and word in row * 2 for row in ROWS) and len(word) >= 4:
            return True
        names = {re.sub(r"\W", "", fold(name)) for name in Publication.objects.values_list("name", flat=True)}
        return word in names

    def get_help_text(self) -> str:
        return _("No known word with digits behind it, no row of the keyboard.")
