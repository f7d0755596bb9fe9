"""Lists of what was done: one ModelAdmin serves all requests at once, and keeps nothing of any of them."""

from typing import Any

from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from comments.models import ModerationBatch
from newsroom.pagecache.parts import Making, Reading
from tests.comments.base import CommentsTestCase


class BatchListTests(CommentsTestCase):
    def response(self, user: Any) -> Any:
        """The list as a view answers it, not rendered yet: as on a thread that another interrupts."""
        request = RequestFactory().get(reverse("admin:comments_moderationbatch_changelist"), HTTP_HOST="localhost")
        request.user, request.session = user, {}
        request.publication, request.is_desk, request.csp_nonce = self.kg, True, ""  # type: ignore[attr-defined]
        request.page = Making(Reading())  # type: ignore[attr-defined]
        return admin.site._registry[ModerationBatch].changelist_view(request)

    def test_it_offers_undo_to_who_may_whatever_another_request_does_meanwhile(self) -> None:
        self.decide(self.post(), "reject")
        for first, second in ((self.sarah, self.camille), (self.camille, self.sarah)):
            responses = {user: self.response(user) for user in (first, second)}
            pages = {user: response.render() for user, response in responses.items()}
            self.assertContains(pages[self.sarah], 'form="undo" name="batch"')
            self.assertNotContains(pages[self.camille], 'form="undo" name="batch"')
