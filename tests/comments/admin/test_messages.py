"""The inbox at the desk: what waits, by subject and state; the page of a message, and what its buttons do."""

import datetime as dt
import re
from typing import Any

import time_machine
from django.utils import timezone

from comments.actions import inbox, replies
from comments.models import Message, RightOfReply
from comments.states import MessageState, Subject
from tests.comments.base import CAFE, OFFICE
from tests.comments.messages import MessagesTestCase

INBOX = "/admin/comments/message/"
LINKS = "http://a.example http://b.example http://c.example"


class InboxTestCase(MessagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.at_desk(self.thomas)

    def listed(self, query: str = "") -> list[int]:
        """The ids of the messages in the list, in its order."""
        page = self.client.get(f"{INBOX}{query}")
        self.assertEqual(page.status_code, 200)
        return [int(pk) for pk in re.findall(rf'<a href="{INBOX}(\d+)/change/"><b>', page.content.decode())]

    def act(self, message: Message, act: str, *, route: str = "act", **data: Any) -> Any:
        message.refresh_from_db()
        data = {"version": message.version, **data, "act": act}
        return self.client.post(f"{INBOX}{message.pk}/{route}/", data)

    def page(self, message: Message) -> Any:
        return self.client.get(f"{INBOX}{message.pk}/change/")


class ListTests(InboxTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.mistake = self.write()
        self.reply = self.ask_to_reply(client=OFFICE)
        self.general = self.write("Une question : où êtes-vous ?", Subject.GENERAL, about=None, client=CAFE)
        self.held = self.write(LINKS, Subject.GENERAL, about=None, email="bob@example.org", name="Bob")
        self.done = inbox.close(self.write("Déjà vu."), by=self.ines)
        inbox.take(self.general, by=self.thomas)

    def pks(self, *messages: Message) -> list[int]:
        return sorted((row.pk for row in messages), reverse=True)

    def test_it_shows_what_waits_the_last_first(self) -> None:
        self.assertEqual(self.listed(), self.pks(self.mistake, self.reply, self.general, self.held))

    def test_it_is_filtered_by_subject_state_who_takes_it_and_the_three_days(self) -> None:
        for query, expected in {
            "?subject=correction": [self.mistake],
            "?subject=reply": [self.reply],
            "?state=held": [self.held],
            "?state=done": [self.done],
            "?state=taken": [self.general],
            "?state=all": [self.mistake, self.reply, self.general, self.held, self.done],
            "?state=all&subject=correction": [self.mistake, self.done],
            "?state=nonsense": [self.mistake, self.reply, self.general, self.held],
            "?taken=me": [self.general],
            "?taken=nobody": [self.mistake, self.reply, self.held],
            "?due=running": [self.reply],
            "?due=over": [],
        }.items():
            self.assertEqual(self.listed(query), self.pks(*expected), query)
        with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
            self.at_desk(self.thomas)
            self.assertEqual(self.listed("?due=over"), self.pks(self.reply))

    def test_it_is_searched_by_words_name_address_and_number(self) -> None:
        for words, expected in {
            "etes-vous": [self.general],
            "LEA lune": [self.mistake],
            "bob@": [self.held],
            f"#{self.reply.pk}": [self.reply],
            str(self.reply.pk): [self.reply],
            "9" * 30: [],
            "rien": [],
        }.items():
            self.assertEqual(self.listed(f"?q={words.replace('#', '%23')}"), self.pks(*expected), words)

    def test_it_counts_down_a_right_of_reply_and_says_when_it_is_over(self) -> None:
        self.assertContains(self.client.get(INBOX), 'class="countdown countdown-running">encore 2')
        with time_machine.travel(timezone.now() + dt.timedelta(days=3, hours=5)):
            self.at_desk(self.thomas)
            self.assertContains(self.client.get(INBOX), 'class="countdown countdown-over">délai dépassé depuis 5')

    def test_its_queries_do_not_grow(self) -> None:
        self.listed()
        with self.assertNumQueries(9):
            self.listed()
        for n in range(8):
            inbox.take(self.write(f"Encore {n}.", email=f"e{n}@example.org"), by=self.ines)
        with self.assertNumQueries(9):
            self.listed()

    def test_a_writer_finds_their_own_and_no_other(self) -> None:
        self.at_desk(self.camille)
        self.assertEqual(self.listed(), self.pks(self.mistake, self.reply))
        self.at_desk(self.sarah)
        self.assertEqual(self.listed(), [])

    def test_chosen_ones_are_marked_as_spam(self) -> None:
        data = {"action": "mark_spam", "_selected_action": [self.held.pk, self.general.pk]}
        page = self.client.post(INBOX, data, follow=True)
        self.assertContains(page, "2 marqués comme indésirables")
        self.assertEqual(self.listed("?state=spam"), self.pks(self.held, self.general))
        self.at_desk(self.ines)
        page = self.client.post(INBOX, {**data, "_selected_action": [self.reply.pk]}, follow=True)
        self.assertContains(page, f"#{self.reply.pk}")
        self.reply.refresh_from_db()
        self.assertEqual(self.reply.state, MessageState.NEW)

    def test_nothing_is_added_changed_or_deleted_by_hand(self) -> None:
        self.assertEqual(self.client.get(f"{INBOX}add/").status_code, 403)
        answer = self.client.post(f"{INBOX}{self.mistake.pk}/delete/", {"post": "yes"})
        self.assertEqual(answer.status_code, 403)
        self.client.post(f"{INBOX}{self.mistake.pk}/change/", {"text": "Autre chose", "state": "done"})
        self.mistake.refresh_from_db()
        self.assertEqual((self.mistake.state, self.mistake.version), (MessageState.NEW, 1))


class DeskTests(InboxTestCase):
    def test_the_sidebar_says_how_many_wait(self) -> None:
        self.assertNotContains(self.client.get("/admin/"), "Messages des lecteurs (")
        self.write()
        self.ask_to_reply()
        self.assertContains(self.client.get("/admin/"), "Messages des lecteurs (2)")
        self.at_desk(self.sarah)
        self.assertNotContains(self.client.get("/admin/"), "Messages des lecteurs (")

    def test_the_front_page_says_what_waits_and_since_when(self) -> None:
        self.assertContains(self.client.get("/admin/"), "Aucun message n’attend.")
        self.write()
        self.ask_to_reply()
        self.write(LINKS, Subject.GENERAL, about=None, client=CAFE)
        page = self.client.get("/admin/")
        for words, query in (
            ("Droit de réponse\xa0: 1", "?subject=reply"), ("Une erreur dans un article\xa0: 1", "?subject=correction"),
            ("À vérifier\xa0: 1", "?state=held"),
        ):  # fmt: skip
            self.assertContains(page, f'<a href="{INBOX}{query}">{words}</a>')
        self.assertNotContains(page, "hors délai")
        with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
            self.at_desk(self.thomas)
            self.assertContains(self.client.get("/admin/"), "Droit de réponse hors délai\xa0: 1")

    def test_an_articles_page_shows_its_open_messages(self) -> None:
        path = f"/admin/articles/article/{self.article.pk}/change/"
        self.assertNotContains(self.client.get(path), "article-messages")
        message, closed = self.write(), self.write("Celui-ci est clos.")
        inbox.close(closed, by=self.thomas)
        page = self.client.get(path)
        self.assertContains(page, message.text)
        self.assertContains(page, f"{INBOX}{message.pk}/change/")
        self.assertNotContains(page, "Celui-ci est clos.")
        self.at_desk(self.sarah)  # sees the article, and no message
        self.assertNotContains(self.client.get(path), message.text)


class PageTests(InboxTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.message = self.write()

    def state(self) -> str:
        self.message.refresh_from_db()
        return self.message.state

    def test_it_shows_the_text_the_sender_the_article_and_the_log(self) -> None:
        inbox.add_note(self.message, "À voir avec Hugo.", by=self.ines)
        page = self.page(self.message)
        for words in (
            self.message.text, "Léa Martin", "lea@example.org", self.article.get_absolute_url(),
            f"/admin/articles/article/{self.article.pk}/change/", "À voir avec Hugo.", "ines",
        ):  # fmt: skip
            self.assertContains(page, words)

    def test_it_says_why_it_is_to_be_checked(self) -> None:
        page = self.page(self.write(LINKS, email="b@example.org"))
        self.assertContains(page, "<b>Liens</b>")

    def test_its_buttons_do_what_they_say(self) -> None:
        for act, data, state in (
            ("take", {}, MessageState.TAKEN),
            ("give", {"to": self.ines.pk}, MessageState.TAKEN),
            ("subject", {"subject": "general"}, MessageState.TAKEN),
            ("note", {"note": "Vu."}, MessageState.TAKEN),
            ("answer", {"answer": "Merci."}, MessageState.TAKEN),
            ("close", {}, MessageState.DONE),
            ("reopen", {}, MessageState.NEW),
            ("refuse", {"reason": "Non."}, MessageState.REFUSED),
            ("reopen", {}, MessageState.NEW),
            ("spam", {}, MessageState.SPAM),
        ):
            answer = self.act(self.message, act, **data)
            with self.subTest(act):
                self.assertRedirects(answer, f"{INBOX}{self.message.pk}/change/", fetch_redirect_response=False)
                self.assertEqual(self.state(), state)
        self.assertEqual(self.message.events.count(), 11)

    def test_to_correct_leads_to_the_article(self) -> None:
        answer = self.act(self.message, "correct", thanks="1")
        self.assertRedirects(
            answer, f"/admin/articles/article/{self.article.pk}/change/", fetch_redirect_response=False
        )
        self.message.refresh_from_db()
        self.assertEqual((self.message.awaits_correction, self.message.thanks), (True, True))
        self.assertContains(self.page(self.message), "Il attend un rectificatif")

    def test_what_is_refused_keeps_what_was_typed(self) -> None:
        inbox.take(self.message, by=self.ines)
        page = self.act(self.message, "answer", answer="Une longue réponse, écrite avec soin.", version=1)
        self.assertContains(page, "Une longue réponse, écrite avec soin.", status_code=422)
        self.assertContains(page, "Entre-temps\xa0: pris (ines)", status_code=422)
        self.assertEqual(len(self.mailed(to="lea@example.org")), 1)

    def test_it_offers_nothing_that_one_may_not_do(self) -> None:
        reply = self.ask_to_reply()
        self.at_desk(self.ines)
        page = self.page(reply).content.decode()
        for act in ("insert", "refuse", "close", "correct", "spam", "subject"):
            self.assertNotIn(f'name="act" value="{act}"', page)
        for act in ("take", "give", "answer", "note"):
            self.assertIn(f'name="act" value="{act}"', page)
        self.at_desk(self.camille)
        self.assertNotIn('value="give"', self.page(reply).content.decode())
        for act, data in (("give", {"to": self.sarah.pk}), ("refuse", {"reason": "Non."})):
            self.assertEqual(self.act(reply, act, **data).status_code, 403)
        self.assertEqual(self.act(reply, "insert", route="decide").status_code, 403)

    def test_who_gives_away_what_is_no_longer_theirs_to_see_comes_to_the_list(self) -> None:
        message = self.write("Bonjour.", Subject.GENERAL, about=None)
        inbox.give(message, self.camille, by=self.thomas)
        self.at_desk(self.camille)
        self.assertEqual(self.page(message).status_code, 200)
        inbox.give(message, self.ines, by=self.thomas)
        self.assertRedirects(self.page(message), "/admin/", fetch_redirect_response=False)

    def test_nobody_of_another_site_sees_it(self) -> None:
        for person in (self.julien, self.sarah, self.zoe):
            self.at_desk(person)
            self.assertRedirects(self.page(self.message), "/admin/", fetch_redirect_response=False)
            self.assertRedirects(self.act(self.message, "take"), "/admin/", fetch_redirect_response=False)
        self.assertEqual(self.state(), MessageState.NEW)

    def test_it_does_nothing_that_has_no_name(self) -> None:
        self.assertEqual(self.act(self.message, "insert").status_code, 403)
        self.assertEqual(self.act(self.message, "delete").status_code, 403)
        self.assertEqual(self.act(self.message, "give", to="x").status_code, 422)
        self.assertEqual(self.client.get(f"{INBOX}{self.message.pk}/act/").status_code, 405)

    def test_its_queries_do_not_grow(self) -> None:
        self.page(self.message)
        with self.assertNumQueries(12):
            self.page(self.message)
        for n in range(5):
            inbox.add_note(self.message, f"Note {n}.", by=self.ines)
        with self.assertNumQueries(12):
            self.page(self.message)


class DecisionTests(InboxTestCase):
    def test_a_publisher_publishes_a_reply_from_its_page_and_takes_it_down(self) -> None:
        message = self.ask_to_reply("Nous n’avons jamais dit cela.")
        page = self.page(message)
        self.assertContains(page, "loi du 29 juillet 1881")
        self.assertContains(page, "encore 2")
        self.act(message, "insert", route="decide", signature="Hector Vial", tells="on")
        self.assertContains(self.page(message), "Publiée sous son article")
        self.assertEqual(RightOfReply.objects.get().signature, "Hector Vial")
        self.act(message, "take_down", route="decide", down_reason="Une erreur.")
        self.assertContains(self.page(message), "La réponse a été retirée")

    def test_a_form_that_is_sent_twice_publishes_once(self) -> None:
        message = self.ask_to_reply()
        data = {"act": "insert", "version": 1, "signature": "Hector", "form_key": "abcdefgh1234"}
        for _time in range(2):
            answer = self.client.post(f"{INBOX}{message.pk}/decide/", data)
            self.assertEqual(answer.status_code, 302)
        self.assertEqual(message.events.filter(verb="inserted").count(), 1)

    def test_a_taken_down_reply_is_no_longer_offered(self) -> None:
        message = self.ask_to_reply()
        replies.insert(message, "", by=self.thomas)
        self.assertContains(self.page(message), 'value="take_down"')
        replies.take_down(message, "Une erreur.", by=self.thomas)
        self.assertNotContains(self.page(message), 'value="take_down"')
