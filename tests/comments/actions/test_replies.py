"""Rights of reply: a publisher decides; a reply stands under its article as long as the article does."""

from typing import Any

from articles.actions import publishing
from comments.actions import inbox, replies
from comments.models import Message, RightOfReply
from comments.refusals import Refused
from comments.states import MessageState
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.comments.messages import MessagesTestCase
from tests.factories import make_article

WORDS = "Nous n’avons jamais dit cela."


class ReplyTests(MessagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.message = self.ask_to_reply(WORDS)

    def page(self, path: str = "") -> Any:
        return self.read(path or self.article.path)

    def test_readers_see_it_under_its_article_at_once_labelled_and_signed(self) -> None:
        self.assertNotContains(self.page(), WORDS)
        replies.insert(self.message, "Hector Vial, fabricant du casque", by=self.thomas)
        page = self.page()
        for words in ("Droit de réponse", "Hector Vial, fabricant du casque", WORDS):
            self.assertContains(page, words)
        self.assertNotContains(page, "hector@example.org")
        self.message.refresh_from_db()
        self.assertEqual(self.message.state, MessageState.DONE)
        self.assertEqual(self.mailed(to="hector@example.org")[-1], "Votre réponse est publiée")

    def test_it_is_published_as_it_was_sent_under_the_senders_name_unless_another_is_given(self) -> None:
        reply = replies.insert(self.message, "  ", by=self.thomas, tells=False)
        self.assertEqual((reply.text, reply.signature), (WORDS, "Hector Vial"))
        self.assertEqual(len(self.mailed(to="hector@example.org")), 1)

    def test_what_it_says_is_no_markup(self) -> None:
        message = self.ask_to_reply("<script>alert(1)</script> & voilà", email="b@example.org")
        replies.insert(message, "<b>Moi</b>", by=self.thomas)
        page = self.page().content.decode()
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("<b>Moi", page)

    def test_it_goes_and_comes_back_with_its_article(self) -> None:
        replies.insert(self.message, "", by=self.thomas)
        publishing.withdraw(self.article, by=SYSTEM, notice="Retiré.")
        self.assertNotContains(self.page(), WORDS, status_code=410)
        self.article.refresh_from_db()
        publishing.reinstate(self.article, by=SYSTEM)
        self.assertContains(self.page(), WORDS)

    def test_a_static_page_shows_it_too(self) -> None:
        about = make_article(self.kg, "Mentions légales", kind="page", section=None, slug="mentions-legales")
        message = self.ask_to_reply("Et ici non plus.", about=about.get_absolute_url(), email="b@example.org")
        self.assertNotContains(self.page(about.path), "Et ici non plus.")
        replies.insert(message, "", by=self.thomas)
        self.assertContains(self.page(about.path), "Et ici non plus.")

    def test_a_publisher_takes_it_down_with_a_reason_and_may_publish_it_again(self) -> None:
        replies.insert(self.message, "", by=self.thomas)
        self.page()
        with self.assertRaises(Refused):
            replies.take_down(self.message, " ", by=self.thomas)
        replies.take_down(self.message, "À la demande de son auteur.", by=self.thomas)
        self.assertNotContains(self.page(), WORDS)
        with self.assertRaises(Refused):
            replies.take_down(self.message, "Encore.", by=self.thomas)
        replies.insert(inbox.reopen(self.message, by=self.thomas), "", by=self.thomas)
        self.assertContains(self.page(), WORDS)
        self.assertEqual(RightOfReply.objects.count(), 1)
        verbs = list(self.message.events.order_by("pk").values_list("verb", flat=True))
        self.assertEqual(verbs, ["received", "inserted", "taken_down", "reopened", "inserted"])

    def test_nobody_else_decides(self) -> None:
        for person in (self.camille, self.ines, self.sarah, self.julien, self.zoe):
            with self.assertRaises(Forbidden):
                replies.insert(self.message, "", by=person)
        replies.insert(self.message, "", by=self.alix)
        for person in (self.ines, self.julien):
            with self.assertRaises(Forbidden):
                replies.take_down(self.message, "Non.", by=person)

    def test_nothing_else_is_published(self) -> None:
        other = self.write("Une coquille.")
        with self.assertRaises(Refused):
            replies.insert(other, "", by=self.thomas)
        inbox.refuse(self.message, "Non.", by=self.thomas)
        with self.assertRaises(Refused):
            replies.insert(self.message, "", by=self.thomas)
        self.assertFalse(RightOfReply.objects.exists())

    def test_who_was_slower_publishes_nothing(self) -> None:
        inbox.take(self.message, by=self.alix)
        with self.assertRaises(Refused):
            replies.insert(self.message, "", by=self.thomas, version=1)
        self.assertEqual(Message.objects.get(pk=self.message.pk).state, MessageState.TAKEN)

    def test_a_signature_has_so_many_characters(self) -> None:
        with self.assertRaises(Refused):
            replies.insert(self.message, "x" * 161, by=self.thomas)
