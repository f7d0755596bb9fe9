"""What goes of a message's sender: after the period, and at their request. What they wrote and what was done stays."""

import datetime as dt

import time_machine
from django.utils import timezone

from comments import jobs
from comments.actions import inbox, privacy, replies
from comments.actions.settings import locked_settings
from comments.models import Message, RightOfReply, Subscription
from comments.refusals import Refused
from newsroom.worker.models import Mail
from tests.comments.messages import MessagesTestCase


class PeriodTests(MessagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.message = self.write("Cordialement, Léa Martin (lea@example.org).", form_key="k")
        inbox.answer(self.message, "Chère Léa Martin, merci.", by=self.ines, closes=True)

    def forget(self, days: int) -> Message:
        with time_machine.travel(timezone.now() + dt.timedelta(days=days)):
            jobs.forget_senders.func()
        return Message.objects.get(pk=self.message.pk)

    def test_the_sender_goes_after_a_year_and_not_before(self) -> None:
        self.assertEqual(self.forget(364).email, "lea@example.org")
        message = self.forget(366)
        self.assertEqual(
            (message.name, message.email, message.source, message.form_key, message.matched), ("", "", "", None, "")
        )
        self.assertIsNotNone(message.forgotten_at)

    def test_what_was_written_stays_without_name_and_address(self) -> None:
        message = self.forget(366)
        self.assertEqual(message.text, "Cordialement, […] ([…]).")
        self.assertNotIn("martin", message.search_key)
        words = list(message.events.order_by("pk").values_list("verb", "words"))
        self.assertEqual(words, [("received", ""), ("answered", "Chère […], merci."), ("forgotten", "")])

    def test_mails_about_it_go_too(self) -> None:
        self.assertTrue(Mail.objects.filter(about=f"message:{self.message.pk}").exists())
        self.forget(366)
        self.assertFalse(Mail.objects.filter(about=f"message:{self.message.pk}").exists())

    def test_the_address_goes_from_the_list_of_receipts_unless_its_owner_ended_them(self) -> None:
        self.ask_to_reply()
        Subscription.objects.filter(email="hector@example.org").update(ended_at=timezone.now())
        self.forget(366)
        self.assertEqual([row.email for row in Subscription.objects.all()], ["hector@example.org"])

    def test_a_publication_sets_the_period(self) -> None:
        settings = locked_settings(self.kg)
        settings.message_days = 30
        settings.save()
        self.assertEqual(self.forget(29).email, "lea@example.org")
        self.assertEqual(self.forget(31).email, "")

    def test_it_is_done_once(self) -> None:
        self.forget(366)
        self.assertEqual(self.forget(367).events.filter(verb="forgotten").count(), 1)

    def test_nobody_is_answered_any_more(self) -> None:
        with self.assertRaises(Refused):
            inbox.answer(self.forget(366), "Bonjour ?", by=self.ines)

    def test_a_published_reply_stays_as_readers_have_it(self) -> None:
        message = self.ask_to_reply("Moi, Hector Vial, je conteste.")
        replies.insert(message, "Hector Vial", by=self.thomas)
        self.forget(366)
        reply = RightOfReply.objects.get()
        self.assertEqual((reply.signature, reply.text), ("Hector Vial", "Moi, Hector Vial, je conteste."))
        self.assertEqual(Message.objects.get(pk=message.pk).text, "Moi, […], je conteste.")


class RequestTests(MessagesTestCase):
    def test_an_export_has_the_messages_of_an_address_and_what_was_said_about_them(self) -> None:
        message = inbox.add_note(self.write("Une erreur."), "À voir.", by=self.ines)
        self.write("D’un autre.", email="zoe@example.org")
        (found,) = privacy.export(" Lea@Example.org ")["messages"]
        self.assertEqual(
            (found["site"], found["subject"], found["text"], found["name"], found["state"]),
            ("KultureGeek", "correction", "Une erreur.", "Léa Martin", "new"),
        )
        self.assertEqual([line["words"] for line in found["log"]], ["", "À voir."])
        self.assertEqual(found["page"], f"{self.kg.origin}{message.page}")
        self.assertEqual(privacy.export("")["messages"], [])

    def test_an_export_costs_the_same_however_many_there_are(self) -> None:
        self.write("Une.")
        with self.assertNumQueries(9):
            privacy.export("lea@example.org")
        for n in range(4):
            self.write(f"Encore {n}.")
        with self.assertNumQueries(9):
            privacy.export("lea@example.org")

    def test_an_erasure_leaves_that_there_was_a_message_and_no_word_of_it(self) -> None:
        message = inbox.add_note(self.write("Une erreur, signée Léa."), "Léa exagère.", by=self.ines)
        other = self.write("D’un autre.", email="zoe@example.org")
        erased = privacy.erase("lea@example.org")
        self.assertEqual((erased["messages"], erased["subscriptions"]), (1, 1))
        message.refresh_from_db()
        self.assertEqual((message.text, message.name, message.email, message.search_key), ("", "", "", ""))
        self.assertEqual([row.words for row in message.events.order_by("pk")], ["", "[…]", ""])
        self.assertFalse(Mail.objects.filter(about=f"message:{message.pk}").exists())
        self.assertFalse(Subscription.objects.filter(email="lea@example.org").exists())
        self.assertEqual(Message.objects.get(pk=other.pk).text, "D’un autre.")
        self.assertEqual(privacy.export("lea@example.org")["messages"], [])
