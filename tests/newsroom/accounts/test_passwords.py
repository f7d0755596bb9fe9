"""Passwords that are long and known all the same."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.base import NewsroomTestCase


class PredictablePasswordTests(NewsroomTestCase):
    def test_it_refuses_a_known_word_made_longer(self) -> None:
        for known in (
            "motdepasse123", "azertyuiop123", "Password1234!", "aaaaaaaaaaaa", "passwordpassword", "iloveyou1234",
            "kulturegeek2026", "KultureGeek-2026", "123456789012", "qwertyuiopqwerty", "Bonjour!!!!!!", "ababababab12",
        ):  # fmt: skip
            with self.assertRaises(ValidationError, msg=known):
                validate_password(known)

    def test_it_takes_what_nobody_guesses(self) -> None:
        for own in ("une phrase assez longue", "Cheval-pile-agrafe-42", "tr0p-vite-la-lune", "xkR9!wQmz2Lp"):
            validate_password(own)
