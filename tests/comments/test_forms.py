"""What forms of public pages rest on: the key of one's own comment outlives a change of the install's secret key."""

from django.conf import settings
from django.test import override_settings

from comments import forms
from tests.comments.base import CommentsTestCase


class OwnKeyTests(CommentsTestCase):
    def test_it_accepts_a_key_made_under_a_secret_key_that_is_named_as_a_fallback(self) -> None:
        comment = self.post()
        key = forms.own_key(comment)
        with override_settings(SECRET_KEY="another" * 8, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            self.assertTrue(forms.is_own(comment, key))
            self.assertContains(self.read(f"/c/{comment.pk}/own/{key}/"), "Votre commentaire est publié.")
            self.assertNotEqual(forms.own_key(comment), key)
        with override_settings(SECRET_KEY="another" * 8, SECRET_KEY_FALLBACKS=[]):
            self.assertFalse(forms.is_own(comment, key))

    def test_it_accepts_no_key_of_another_comment_and_no_nonsense(self) -> None:
        comment, other = self.post(), self.post("Un autre.", "Léa")
        for key in ("", ":", "x:y", "é", forms.own_key(other), f"{forms.own_key(comment)}x"):
            self.assertFalse(forms.is_own(comment, key), key)
