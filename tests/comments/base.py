"""Readers that the tests of comments are about: Zoé and Léa write, Bob sells watches."""

from typing import Any

from django.utils import timezone

from articles.models import Article
from comments.actions import moderation, posting
from comments.actions.moderation import Outcome, SeenVersion
from comments.actions.posting import NewComment
from comments.actions.settings import locked_settings
from comments.models import Comment, CommentSettings, Subscription
from comments.states import Decision
from newsroom.lib.client import Client
from newsroom.lib.text import fold
from tests.base import NewsroomTestCase
from tests.factories import make_article

HOME, OFFICE, CAFE = Client("203.0.113.7", 50112), Client("198.51.100.20", 40000), Client("192.0.2.99", 1)


class CommentsTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = make_article(self.kg, "Un casque qui voit loin")

    def set(self, **fields: Any) -> CommentSettings:
        """KultureGeek's settings of comments, changed."""
        settings = self._unlocked()
        for name, value in fields.items():
            setattr(settings, name, value)
        settings.save()
        return settings

    def _unlocked(self) -> CommentSettings:
        return locked_settings(self.kg)  # the test runs in a transaction

    def post(
        self,
        text: str = "Très bon article, merci.",
        name: str = "Zoé",
        *,
        under: Comment | None = None,
        client: Client = HOME,
        article: Article | None = None,
        **fields: Any,
    ) -> Comment:
        fields.setdefault("email", f"{fold(name)}@example.org")
        return posting.post(article or self.article, NewComment(text, name, **fields), client=client, under=under)

    def confirm(self, email: str) -> None:
        """Its owner followed a link that was mailed there, and wants no mails of replies."""
        now = timezone.now()
        wish, _is_new = Subscription.objects.get_or_create(publication=self.kg, email=email, about="replies")
        Subscription.objects.filter(pk=wish.pk).update(confirmed_at=now, ended_at=now)

    def decide(self, comment: Comment, decision: str, *, by: Any = None, reason: str = "") -> Outcome:
        comment.refresh_from_db()
        seen = [SeenVersion(comment.pk, comment.version)]
        return moderation.decide(self.kg, seen, Decision(decision), by=by or self.sarah, reason=reason)

    def count(self) -> int:
        return Article.objects.get(pk=self.article.pk).comment_count
