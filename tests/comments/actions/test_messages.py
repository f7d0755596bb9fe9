"""How a reader's message is received: checked, screened, stored once, and never lost."""

import datetime as dt
from dataclasses import replace

import time_machine
from django.utils import timezone, translation

from comments.actions import messages
from comments.actions import settings as comment_settings
from comments.actions.messages import FormUsed
from comments.models import BlockedSender, Message, MessageEvent, Term
from comments.refusals import Refused
from comments.screening import BY_NAME
from comments.sources import key
from comments.states import MessageState, Subject
from tests.comments.base import CAFE, HOME, OFFICE
from tests.comments.messages import MessagesTestCase
from tests.factories import make_article, networks


class ReceivingTests(MessagesTestCase):
    def test_it_stores_a_message_with_its_article_and_logs_it(self) -> None:
        message = self.write()
        self.assertEqual(
            (message.state, message.subject, message.article, message.page, message.email),
            (MessageState.NEW, Subject.CORRECTION, self.article, self.article.path, "lea@example.org"),
        )
        self.assertTrue(message.source)
        self.assertNotIn(HOME.address, message.source)
        event = MessageEvent.objects.get(message=message)
        self.assertEqual((event.verb, event.to_state, event.actor), ("received", "new", None))

    def test_it_takes_a_message_about_nothing_in_particular(self) -> None:
        message = self.write("Bravo.", Subject.GENERAL, about=None)
        self.assertEqual((message.article, message.page, message.page_url), (None, "", ""))

    def test_it_takes_one_about_a_page_that_is_no_article(self) -> None:
        message = self.write(about="kulturegeek.localhost/jeux-video")
        self.assertEqual((message.article, message.page_url), (None, f"{self.kg.origin}/jeux-video/"))

    def test_it_says_what_to_correct(self) -> None:
        for field, fields in {
            "subject": {"subject": "advice"},
            "name": {"name": " \u200b "},
            "email": {"email": "lea"},
            "text": {"text": " \n "},
            "address": {"about": "kulturegeek.localhost/rien"},
        }.items():
            with self.assertRaises(Refused) as refused:
                self.write(**fields)
            self.assertEqual(refused.exception.field, field)
        with self.assertRaisesMessage(Refused, "1 caractère de trop"), translation.override("fr"):
            self.write("x" * 10_001)
        with self.assertRaises(Refused):
            self.write(name="x" * 81)
        self.assertFalse(Message.objects.exists())

    def test_it_sends_a_sisters_address_there(self) -> None:
        theirs = make_article(self.ia, "Un Mac")
        with self.assertRaisesMessage(Refused, "iPhoneAddict"):
            self.write(about=theirs.get_absolute_url())

    def test_a_right_of_reply_names_its_article(self) -> None:
        for about in (None, "kulturegeek.localhost/jeux-video/"):
            with self.assertRaises(Refused) as refused:
                self.ask_to_reply(about=about)
            self.assertEqual(refused.exception.field, "address")

    def test_a_right_of_reply_has_three_days(self) -> None:
        message = self.ask_to_reply()
        self.assertEqual(message.due_at, message.posted_at + dt.timedelta(days=3))
        self.assertIsNone(self.write().due_at)
        self.assertEqual(list(Message.objects.overdue(timezone.now())), [])
        self.assertEqual(list(Message.objects.overdue(timezone.now() + dt.timedelta(days=3, seconds=1))), [message])

    def test_a_form_that_is_sent_twice_sends_one_message(self) -> None:
        first = self.write(form_key="k1")
        self.assertEqual(self.write(form_key="k1"), first)
        with self.assertRaises(FormUsed):
            self.write("Autre chose.", form_key="k1")
        self.assertEqual(Message.objects.count(), 1)

    def test_the_same_words_of_the_same_sender_are_one_message_for_ten_minutes(self) -> None:
        first = self.write(form_key="k1")
        self.assertEqual(self.write(form_key="k2"), first)
        self.write(email="zoe@example.org", form_key="k3")
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
            self.write(form_key="k4")
        self.assertEqual(Message.objects.count(), 3)


class ScreeningTests(MessagesTestCase):
    """What any rule finds waits to be checked: nothing is refused or hidden by a machine."""

    def held(self, message: Message, rule: str) -> None:
        self.assertEqual((message.state, message.rule), (MessageState.HELD, rule))

    def test_it_holds_what_fell_into_the_trap(self) -> None:
        self.held(self.write(honeypot="https://spam.example"), "honeypot")

    def test_it_holds_a_banned_term(self) -> None:
        comment_settings.add_terms(self.kg, ["casino"], Term.Kind.BANNED, by=self.sarah)
        message = self.write("Venez au casino.")
        self.held(message, "banned")
        self.assertEqual(message.matched, "casino")

    def test_it_holds_what_was_typed_too_fast(self) -> None:
        new = messages.NewMessage(Subject.GENERAL, "Bonjour", "Léa", "lea@example.org", took=0.5)
        self.held(messages.receive(self.kg, new, client=HOME), "too_fast")

    def test_it_holds_what_one_source_sends_at_a_run(self) -> None:
        states = [self.write(f"Encore une chose, la {n}e.").state for n in range(6)]
        self.assertEqual(states, [MessageState.NEW] * 5 + [MessageState.HELD])
        self.assertEqual(self.write("Et moi ?", client=OFFICE).state, MessageState.NEW)

    def test_it_holds_a_flood_from_everywhere(self) -> None:
        comment_settings.save_rule(self.kg, replace(BY_NAME["surge"], limit=3), by=self.thomas)
        found = [
            self.write(f"Message numéro {n}.", client=replace(HOME, address=address))
            for n, address in enumerate(networks(4))
        ]
        self.assertEqual([row.state for row in found], [MessageState.NEW] * 3 + [MessageState.HELD])

    def test_it_holds_links_and_repeated_words(self) -> None:
        self.held(self.write("http://a.example http://b.example http://c.example"), "links")
        self.write("Exactement les mêmes mots.", email="a@example.org")
        self.held(self.write("Exactement les mêmes mots.", email="b@example.org", client=CAFE), "duplicate")

    def test_it_holds_a_blocked_sender(self) -> None:
        BlockedSender.objects.create(
            publication=self.kg, what="email", key=key("lea@example.org"), at=timezone.now() - dt.timedelta(days=1)
        )
        self.held(self.write(), "blocked")

    def test_it_asks_nothing_that_is_about_comments_alone(self) -> None:
        comment_settings.save_rule(self.kg, replace(BY_NAME["newcomer"], is_on=True), by=self.thomas)
        self.assertEqual(self.write(name="camille").state, MessageState.NEW)

    def test_it_counts_no_comments(self) -> None:
        comment_settings.save_rule(self.kg, replace(BY_NAME["rate"], limit=1), by=self.thomas)
        self.write(to=self.ia, about=None, subject=Subject.GENERAL)  # another site's
        self.assertEqual(self.write().state, MessageState.NEW)
        self.held(self.write("Et autre chose."), "rate")


class RateTests(MessagesTestCase):
    def test_one_source_sends_so_many_a_day(self) -> None:
        for n in range(messages.MAX_A_DAY_FROM_ONE_SOURCE):
            self.write(f"Message numéro {n}.")
        with self.assertRaises(Refused) as refused:
            self.write("Un de trop.")
        self.assertEqual(refused.exception.field, "")
        self.write("D’ailleurs.", client=CAFE)
        with time_machine.travel(timezone.now() + dt.timedelta(days=1, minutes=1)):
            self.write("Le lendemain.")

    def test_a_site_takes_so_many_a_minute(self) -> None:
        self.write()
        self.assertFalse(messages.is_flooded(self.kg, timezone.now()))
        row = Message.objects.get()
        Message.objects.bulk_create(
            Message(publication=self.kg, subject="general", text="x", state="held", posted_at=row.posted_at)
            for _n in range(messages.MAX_A_MINUTE - 1)
        )
        with self.assertNumQueries(1):
            self.assertTrue(messages.is_flooded(self.kg, timezone.now()))
        self.assertFalse(messages.is_flooded(self.ia, timezone.now()))
        self.assertFalse(messages.is_flooded(self.kg, timezone.now() + dt.timedelta(minutes=1, seconds=1)))

    def test_its_queries_do_not_grow_with_what_is_there(self) -> None:
        self.write("Le premier, qui fait les réglages.")
        with self.assertNumQueries(41):
            self.write("Le deuxième.", email="b@example.org", client=OFFICE)
        for n in range(10):
            self.write(f"Et encore un, le {n}.", email=f"c{n}@example.org", client=CAFE)
        with self.assertNumQueries(41):
            self.write("Le dernier.", email="d@example.org", client=OFFICE)
