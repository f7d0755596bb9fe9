"""Passwords of the staff: long, and none that is known to be bad."""

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import TestCase


class PasswordTests(TestCase):
    def test_it_refuses_short_common_and_guessable_ones_in_words(self) -> None:
        thomas = get_user_model()(username="thomas-delacourt", email="thomas@example.org")
        for password in ("court", "onze-signes", "123456789012", "password1234", "thomas-delacourt"):
            with self.subTest(password), self.assertRaises(ValidationError) as refused:
                validate_password(password, thomas)
            self.assertTrue(all(refused.exception.messages))

    def test_it_takes_a_sentence(self) -> None:
        validate_password("un train bleu passe à midi")
