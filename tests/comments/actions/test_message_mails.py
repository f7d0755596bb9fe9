"""Who is mailed about a message; that nobody is mailed by what others type, more than once a day."""

import datetime as dt
from typing import Any

import time_machine
from django.core import mail
from django.utils import timezone

from articles.actions import planning
from comments import jobs
from comments.actions import inbox, message_mails, subscriptions
from comments.models import Message, Subscription
from comments.states import Subject
from newsroom.publications.models import Membership, Role
from newsroom.worker.models import Mail
from newsroom.worker.queue import run_next
from tests.comments.base import CAFE, OFFICE
from tests.comments.messages import MessagesTestCase
from tests.factories import make_article

SPAM = "http://a.example http://b.example http://c.example"


def ahead(**delta: float) -> Any:
    return time_machine.travel(timezone.now() + dt.timedelta(**delta))


class PeopleTests(MessagesTestCase):
    def told(self, message: Message) -> list[str]:
        return [person.username for person in message_mails.people_of(message)]

    def test_a_mistake_is_told_to_who_writes_the_article_and_to_editors(self) -> None:
        hugo = self.person("hugo", (self.kg, Role.WRITER))
        planning.assign(self.article, to=hugo, by=self.ines)
        message = self.write()
        self.assertEqual(self.told(Message.objects.get(pk=message.pk)), ["camille", "ines", "hugo"])

    def test_where_there_is_no_editor_it_is_told_to_publishers(self) -> None:
        Membership.objects.filter(role=Role.EDITOR).delete()
        self.assertEqual(self.told(self.write()), ["camille", "thomas"])

    def test_a_right_of_reply_is_told_to_publishers(self) -> None:
        self.assertEqual(self.told(self.ask_to_reply()), ["thomas"])

    def test_anything_else_is_told_to_publishers_and_editors(self) -> None:
        self.assertEqual(self.told(self.write("Bonjour.", Subject.GENERAL, about=None)), ["ines", "thomas"])

    def test_it_is_told_to_nobody_who_could_not_read_it(self) -> None:
        article = make_article(self.kg, "Un autre", authors=(self.author,))
        Membership.objects.filter(user=self.camille).delete()
        self.assertEqual(self.told(self.write(about=article.get_absolute_url())), ["ines"])
        type(self.ines).objects.filter(pk=self.ines.pk).update(is_active=False)
        self.assertEqual(self.told(self.write("Encore.", about=article.get_absolute_url())), ["thomas"])

    def test_what_they_are_told_names_the_article_and_quotes_no_reader(self) -> None:
        message = self.ask_to_reply("Des mots à moi.")
        row = Mail.objects.get(to="thomas@example.org")
        self.assertIn("Un casque qui voit loin", row.body)
        self.assertIn(f"/admin/comments/message/{message.pk}/change/", row.body)
        self.assertIn("À publier avant le", row.body)
        for typed in ("Des mots", "Hector", "hector@"):
            self.assertNotIn(typed, row.subject + row.body)


class ReceiptTests(MessagesTestCase):
    def receipts(self, to: str = "lea@example.org") -> int:
        return self.mailed(to=to).count("Votre message nous est parvenu")

    def test_it_says_that_it_came_and_quotes_nothing_that_was_typed(self) -> None:
        self.write("Des mots à moi.", name="Léa Martin")
        row = Mail.objects.get(to="lea@example.org")
        self.assertIn("Quelqu’un relit l’article", row.body)
        for typed in ("Des mots", "Léa", "Martin"):
            self.assertNotIn(typed, row.subject + row.body)

    def test_one_address_gets_one_a_day_from_all_sites_together(self) -> None:
        self.write("La première.")
        self.write("La deuxième.", client=CAFE)
        self.write("La troisième.", Subject.GENERAL, about=None, to=self.ia, client=OFFICE)
        self.assertEqual(self.receipts(), 1)
        with ahead(days=1, minutes=1):
            self.write("Le lendemain.")
        self.assertEqual(self.receipts(), 2)

    def test_what_waits_to_be_checked_mails_nobody(self) -> None:
        self.write(SPAM)
        self.assertEqual(self.mailed(), [])

    def test_its_owner_ends_them_with_one_click(self) -> None:
        self.write()
        row = Mail.objects.get(to="lea@example.org")
        path = row.unsubscribe.removeprefix(self.kg.origin)
        page = self.read(path)
        self.assertContains(page, "accusés de réception")
        self.assertContains(page, 'name="stop"')
        answer = self.client.post(path, headers={"host": self.kg.domain})  # a mail program's one click
        self.assertEqual(answer.status_code, 200)
        with ahead(days=2):
            self.write("Deux jours plus tard.")
        self.assertEqual(self.receipts(), 1)

    def test_a_receipt_proves_nothing_about_who_typed_the_address(self) -> None:
        self.write()
        self.assertEqual(Subscription.objects.get(about="receipts").confirmed_at, None)
        self.assertEqual(subscriptions.confirmed_addresses(self.kg, ["lea@example.org"]), set())

    def test_they_really_go_out(self) -> None:
        self.write()
        while run_next("w"):
            pass
        sent = {message.to[0]: message for message in mail.outbox}
        self.assertEqual(set(sent), {"lea@example.org", "camille@example.org", "ines@example.org"})
        self.assertIn("List-Unsubscribe", sent["lea@example.org"].extra_headers)


class ReminderTests(MessagesTestCase):
    def work(self) -> None:
        while run_next("w"):
            pass

    def test_publishers_are_reminded_a_day_before_the_three_days_are_over(self) -> None:
        self.ask_to_reply()
        with ahead(days=1, hours=23):
            self.work()
            self.assertNotIn("Droit de réponse\xa0: il reste un jour", self.mailed(to="thomas@example.org"))
        with ahead(days=2, minutes=1):
            self.work()
        self.assertIn("Droit de réponse\xa0: il reste un jour", self.mailed(to="thomas@example.org"))

    def test_not_once_it_is_decided(self) -> None:
        inbox.refuse(self.ask_to_reply(), "Non.", by=self.thomas)
        with ahead(days=2, minutes=1):
            self.work()
        self.assertNotIn("Droit de réponse\xa0: il reste un jour", self.mailed(to="thomas@example.org"))


class DigestTests(MessagesTestCase):
    def digests(self) -> list[str]:
        jobs.notify_inbox.func()
        return [line for line in self.mailed() if "Des messages attendent sur KultureGeek" in line]

    def test_it_tells_publishers_and_editors_what_nobody_was_told_of(self) -> None:
        self.assertEqual(self.digests(), [])
        self.write(SPAM)
        self.assertEqual(len(self.digests()), 2)
        self.assertIn("1 message à vérifier", Mail.objects.get(to="ines@example.org").body)

    def test_it_tells_nothing_that_was_told_at_once(self) -> None:
        self.write()
        self.assertEqual(self.digests(), [])

    def test_it_tells_again_only_of_what_came_since_and_not_at_a_run(self) -> None:
        self.write(SPAM)
        self.assertEqual(len(self.digests()), 2)
        with ahead(hours=4):
            self.assertEqual(len(self.digests()), 2)
        with ahead(minutes=20):
            self.write(f"Encore : {SPAM}")
            self.assertEqual(len(self.digests()), 2)
        with ahead(hours=4):
            self.assertEqual(len(self.digests()), 4)

    def test_in_a_flood_the_digest_takes_the_place_of_single_mails(self) -> None:
        now = timezone.now()
        Message.objects.bulk_create(
            Message(publication=self.kg, subject="general", text="x", state="new", posted_at=now, is_told=True)
            for _n in range(message_mails.MAX_TOLD_AN_HOUR)
        )
        self.write()
        self.assertEqual([line for line in self.mailed() if "Courrier" in line], [])
        self.assertEqual(len(self.digests()), 2)
        self.assertIn("1 autre message", Mail.objects.get(to="thomas@example.org").body)
