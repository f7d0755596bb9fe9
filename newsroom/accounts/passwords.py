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


def _is_of_a_row(word: str) -> bool:
    return len(word) >= 4 and any(word in row * 2 for row in ROWS)


class PredictablePasswordValidator:
    """Refuses a known password that was made longer: by digits and signs around it, or by saying it twice.

    Rows of the keyboard, runs of one character and the names of the install's publications are known too.
    """

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords | COMMON

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that is easily guessed."""
        names = {re.sub(r"\W", "", fold(name)) for name in Publication.objects.values_list("name", flat=True)}
        words = {fold(password), _PADDING.sub("", fold(password))}
        words |= {word[: len(word) // 2] for word in words if len(word) >= 4 and word[: len(word) // 2] * 2 == word}
        is_known = any(word in self.common or word in names or _is_of_a_row(word) for word in words)
        if is_known or len(set(password)) < MIN_DIFFERENT:
            raise ValidationError(_("This password is a known one, made longer."), code="predictable")

    def get_help_text(self) -> str:
        return _("No known word with digits behind it, no row of the keyboard.")
