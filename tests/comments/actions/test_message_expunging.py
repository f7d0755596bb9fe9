"""What a judge orders removed goes from messages about the article, their logs, their mails and replies under it."""

from articles.actions import expunging
from comments.actions import inbox, replies
from comments.models import Message, MessageEvent, RightOfReply
from newsroom.worker.models import Mail
from tests.comments.messages import MessagesTestCase

PASSAGE = "Honoré Vautrel a volé"


class ExpungingTests(MessagesTestCase):
    def test_it_goes_from_everywhere(self) -> None:
        message = self.ask_to_reply(f"On dit que {PASSAGE} ; c’est faux.")
        inbox.add_note(message, f"« {PASSAGE} » : vérifié.", by=self.thomas)
        inbox.answer(message, f"Vous écrivez « {PASSAGE} ».", by=self.thomas)
        replies.insert(message, "Le frère d’Honoré", by=self.thomas)
        self.assertContains(self.read(self.article.path), "Vautrel")
        places = [found.where for found in expunging.find_passage(self.article, PASSAGE)]
        self.assertEqual(len(places), 5)
        expunging.expunge_passage(self.article, PASSAGE, by=self.thomas, order="TJ de Paris, 30 novembre 2026, n° 1")
        self.assertEqual(expunging.find_passage(self.article, PASSAGE), [])
        for row in (
            *Message.objects.all(),
            *MessageEvent.objects.all(),
            *RightOfReply.objects.all(),
            *Mail.objects.all(),
        ):
            self.assertNotIn("Vautrel", " ".join(str(value) for value in vars(row).values()))
        self.assertNotIn("vautrel", Message.objects.get().search_key)
        page = self.read(self.article.path)
        self.assertNotContains(page, "Vautrel")
        self.assertContains(page, "c’est faux")

    def test_messages_about_another_article_stay(self) -> None:
        self.write(f"Ailleurs, {PASSAGE}.", "general", about=None)
        self.assertEqual(expunging.find_passage(self.article, PASSAGE), [])
