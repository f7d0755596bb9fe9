"""What the tests of messages share: Léa and Hector write to KultureGeek's desk, about an article that Camille signs."""

from typing import Any

from articles.models import Author
from comments.actions import messages
from comments.actions.messages import NewMessage
from comments.models import Message
from comments.states import Subject
from newsroom.lib.client import Client
from newsroom.publications.models import Publication
from newsroom.worker.models import Mail
from tests.base import NewsroomTestCase
from tests.comments.base import HOME
from tests.factories import make_article, make_author

TEXT = "Au deuxième paragraphe, la Lune est plus loin que cela."


class MessagesTestCase(NewsroomTestCase):
    author: Author

    def setUp(self) -> None:
        super().setUp()
        self.author = make_author("Camille Roussel", user=self.camille)
        self.article = make_article(self.kg, "Un casque qui voit loin", authors=(self.author,))

    def write(
        self,
        text: str = TEXT,
        subject: str = Subject.CORRECTION,
        *,
        about: Any = True,
        client: Client = HOME,
        to: Publication | None = None,
        **fields: Any,
    ) -> Message:
        """Léa writes; about the article, about nothing (None), or about a pasted address."""
        fields.setdefault("name", "Léa Martin")
        fields.setdefault("email", "lea@example.org")
        fields.setdefault("address", self.article.get_absolute_url() if about is True else about or "")
        return messages.receive(to or self.kg, NewMessage(subject, text, took=60, **fields), client=client)

    def ask_to_reply(self, text: str = "Nous n’avons jamais dit cela.", **fields: Any) -> Message:
        """Hector, whom the article names, asks for his right of reply."""
        return self.write(text, Subject.REPLY, **{"name": "Hector Vial", "email": "hector@example.org", **fields})

    def mailed(self, *, to: str = "") -> list[str]:
        """Return the subjects of the mails to somebody, in their order; of all, with whom they are to."""
        rows = Mail.objects.order_by("pk")
        if to:
            return list(rows.filter(to=to).values_list("subject", flat=True))
        return [f"{row.to}: {row.subject}" for row in rows]
