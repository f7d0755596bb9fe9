"""What the desk does with a message: each step in the log, none past anybody's right, none twice."""

from typing import Any

from django.utils import translation

from comments import inbox as queries
from comments.actions import inbox
from comments.models import Message
from comments.refusals import Refused
from comments.states import CLOSED_STATES, OPEN_STATES, STEPS, MessageState, MessageVerb, Subject
from newsroom.publications.permissions import Forbidden, may
from tests.comments.messages import MessagesTestCase

ANSWER = "Merci : nous vérifions."


class InboxTests(MessagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.message = self.write()

    def log(self, message: Message | None = None) -> list[str]:
        events = (message or self.message).events.order_by("pk")
        return [f"{row.verb} {row.from_state}>{row.to_state} {row.actor or '-'} {row.words}".strip() for row in events]

    def test_one_takes_it(self) -> None:
        message = inbox.take(self.message, by=self.ines, version=1)
        self.assertEqual((message.state, message.assigned_to, message.version), (MessageState.TAKEN, self.ines, 2))
        self.assertEqual(self.log()[1], "taken new>taken ines")

    def test_one_gives_it_to_a_colleague_who_is_mailed(self) -> None:
        inbox.give(self.message, self.sarah, by=self.ines)
        self.assertEqual(self.log()[1], "given new>taken ines sarah")
        self.assertEqual(self.mailed(to="sarah@example.org"), ["Pour vous\xa0: une erreur dans un article"])
        self.assertTrue(may(self.sarah, "message.handle", Message.objects.get()))
        with self.assertRaises(Refused):
            inbox.give(Message.objects.get(), self.julien, by=self.ines)

    def test_one_notes_something(self) -> None:
        message = inbox.add_note(self.message, "À voir avec Hugo.", by=self.ines)
        self.assertEqual(message.state, MessageState.NEW)
        self.assertEqual(self.log()[1], "noted new>new ines À voir avec Hugo.")
        with self.assertRaises(Refused):
            inbox.add_note(message, "  ", by=self.ines)

    def test_one_answers_and_closes(self) -> None:
        message = inbox.answer(self.message, ANSWER, by=self.ines, closes=True)
        self.assertEqual((message.state, message.assigned_to), (MessageState.DONE, self.ines))
        self.assertIsNotNone(message.closed_at)
        self.assertEqual(self.log()[1], f"answered new>done ines {ANSWER}")
        self.assertEqual(
            self.mailed(to="lea@example.org")[-1], f"Re\xa0: votre message à KultureGeek (n°\xa0{message.pk})"
        )

    def test_one_answers_and_goes_on_and_answers_again_once_it_is_closed(self) -> None:
        message = inbox.answer(self.message, ANSWER, by=self.ines)
        self.assertEqual(message.state, MessageState.TAKEN)
        message = inbox.answer(inbox.close(message, by=self.ines), "Et encore ceci.", by=self.ines)
        self.assertEqual((message.state, len(self.mailed(to="lea@example.org"))), (MessageState.DONE, 3))

    def test_one_closes_refuses_and_opens_it_again(self) -> None:
        message = inbox.close(self.message, by=self.ines)
        message = inbox.reopen(message, by=self.ines)
        self.assertEqual((message.state, message.closed_at), (MessageState.NEW, None))
        message = inbox.refuse(message, "Une opinion.", by=self.ines)
        self.assertEqual(message.state, MessageState.REFUSED)
        self.assertEqual(self.log()[-1], "refused new>refused ines Une opinion.")
        self.assertEqual(len(self.mailed(to="lea@example.org")), 1)  # the receipt
        with self.assertRaises(Refused):
            inbox.close(message, by=self.ines)

    def test_the_sender_is_told_of_a_refusal_where_one_says_so(self) -> None:
        inbox.refuse(self.message, "Une opinion.", by=self.ines, tells=True)
        self.assertEqual(self.mailed(to="lea@example.org")[-1], "Au sujet de votre message")

    def test_the_sender_of_spam_is_told_nothing(self) -> None:
        message = inbox.mark_spam(self.message, by=self.ines)
        self.assertEqual(message.state, MessageState.SPAM)
        self.assertEqual(len(self.mailed(to="lea@example.org")), 1)
        with self.assertRaises(Refused):
            inbox.answer(message, ANSWER, by=self.ines)

    def test_one_puts_it_under_another_subject(self) -> None:
        message = inbox.put_under(self.message, Subject.GENERAL, by=self.ines)
        self.assertEqual((message.subject, message.state), (Subject.GENERAL, MessageState.NEW))
        for subject in ("general", "advice"):
            with self.assertRaises(Refused):
                inbox.put_under(message, subject, by=self.ines)
        with self.assertRaises(Forbidden):
            inbox.put_under(message, Subject.REPLY, by=self.ines)
        self.assertIsNotNone(inbox.put_under(message, Subject.REPLY, by=self.thomas).due_at)

    def test_who_was_slower_is_told_what_happened_and_changes_nothing(self) -> None:
        inbox.take(self.message, by=self.thomas, version=1)
        with translation.override("fr"), self.assertRaisesMessage(Refused, "Entre-temps\xa0: pris (thomas)"):
            inbox.mark_spam(self.message, by=self.ines, version=1)
        self.assertEqual(Message.objects.get().state, MessageState.TAKEN)

    def test_nothing_is_closed_and_open_at_once(self) -> None:
        """`closed_at` says what OPEN_STATES say: the index of what waits is by the one, the table by the other."""
        steps: dict[MessageVerb, Any] = {
            MessageVerb.TAKEN: lambda row: inbox.take(row, by=self.thomas),
            MessageVerb.NOTED: lambda row: inbox.add_note(row, "x", by=self.thomas),
            MessageVerb.ANSWERED: lambda row: inbox.answer(row, "x", by=self.thomas),
            MessageVerb.CLOSED: lambda row: inbox.close(row, by=self.thomas),
            MessageVerb.REFUSED: lambda row: inbox.refuse(row, "x", by=self.thomas),
            MessageVerb.SPAM: lambda row: inbox.mark_spam(row, by=self.thomas),
            MessageVerb.REOPENED: lambda row: inbox.reopen(row, by=self.thomas),
            MessageVerb.CORRECTING: lambda row: inbox.begin_correction(row, by=self.thomas, thanks=False),
        }
        for state in MessageState:
            for verb, step in steps.items():
                Message.objects.update(
                    state=state, closed_at=None if state in OPEN_STATES else self.message.posted_at, email="l@e.org"
                )
                with self.subTest(state=state, verb=verb):
                    try:
                        step(self.message)
                    except Refused:
                        self.assertNotIn(state, STEPS[verb][0])
                    else:
                        self.assertIn(state, STEPS[verb][0])
                    row = Message.objects.get()
                    self.assertEqual(row.closed_at is None, row.state in OPEN_STATES)
                    self.assertEqual(Message.objects.open().exists(), row.is_open)
        self.assertEqual({*OPEN_STATES, *CLOSED_STATES}, set(MessageState))


class RightsTests(MessagesTestCase):
    def may(self, message: Message, verb: str) -> str:
        people = (self.camille, self.ines, self.thomas, self.sarah, self.julien, self.zoe, self.alix)
        return " ".join(person.username for person in people if may(person, verb, message))

    def test_a_writer_has_what_is_about_their_articles(self) -> None:
        message = self.write()
        self.assertEqual(self.may(message, "message.view"), "camille ines thomas alix")
        self.assertEqual(self.may(message, "message.handle"), "camille ines thomas alix")
        self.assertEqual(self.may(message, "message.assign"), "ines thomas alix")
        self.assertEqual(self.may(message, "message.decide"), "thomas alix")

    def test_others_have_what_was_given_to_them(self) -> None:
        message = self.write("Bonjour.", Subject.GENERAL, about=None)
        self.assertEqual(self.may(message, "message.view"), "ines thomas alix")
        message = inbox.give(message, self.sarah, by=self.ines)
        self.assertEqual(self.may(message, "message.view"), "ines thomas sarah alix")

    def test_lists_show_what_may_be_seen(self) -> None:
        own, given = self.write(), self.write("Bonjour.", Subject.GENERAL, about=None)
        inbox.give(given, self.sarah, by=self.ines)
        for person, expected in (
            (self.camille, [own]), (self.sarah, [given]), (self.ines, [own, given]), (self.julien, []), (self.zoe, []),
        ):  # fmt: skip
            rows = queries.visible_to(person, self.kg).order_by("pk")
            self.assertEqual(list(rows), expected, person)
            self.assertEqual(queries.waiting(person, self.kg), len(expected))

    def test_nobody_else_does_anything(self) -> None:
        message = self.write()
        for person in (self.julien, self.zoe, self.sarah, None):
            for step in (inbox.take, inbox.close, inbox.mark_spam, inbox.reopen):
                with self.assertRaises(Forbidden):
                    step(message, by=person)

    def test_a_right_of_reply_is_put_away_by_a_publisher_alone(self) -> None:
        message = self.ask_to_reply()
        with self.assertRaises(Forbidden):
            inbox.refuse(message, "Non.", by=self.ines)
        with self.assertRaises(Forbidden):
            inbox.mark_spam(message, by=self.ines)
        with self.assertRaises(Forbidden):
            inbox.put_under(message, Subject.GENERAL, by=self.ines)
        for step in (
            lambda: inbox.close(message, by=self.thomas),
            lambda: inbox.answer(message, ANSWER, by=self.thomas, closes=True),
            lambda: inbox.begin_correction(message, by=self.thomas, thanks=False),
        ):
            with self.assertRaises(Refused):
                step()
        self.assertEqual(Message.objects.get().state, MessageState.NEW)
        inbox.refuse(message, "Vous n’êtes pas nommé.", by=self.thomas, tells=True)
        self.assertEqual(self.mailed(to="hector@example.org")[-1], "Votre réponse n’est pas publiée")

    def test_what_a_rule_holds_under_that_name_is_spam_by_an_editor_too(self) -> None:
        message = self.ask_to_reply("http://a.example http://b.example http://c.example")
        self.assertEqual(inbox.mark_spam(message, by=self.ines).state, MessageState.SPAM)
