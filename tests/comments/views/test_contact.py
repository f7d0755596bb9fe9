"""The page by which readers write to the desk: filled in, sent once, and never lost."""

import datetime as dt
from typing import Any

import time_machine
from django.utils import timezone
from django.utils.html import escape

from articles.actions import publishing
from comments import forms
from comments.actions import messages
from comments.models import Message
from comments.states import MessageState
from newsroom.publications.permissions import SYSTEM
from tests.comments.messages import MessagesTestCase
from tests.factories import make_article, make_draft

HERE = {"Origin": "http://kulturegeek.localhost", "host": "kulturegeek.localhost"}
TEXT = "La Lune est plus loin que cela."


class ContactPageTests(MessagesTestCase):
    def token(self, seconds_ago: float = 60, **kwargs: Any) -> str:
        with time_machine.travel(timezone.now() - dt.timedelta(seconds=seconds_ago), tick=False):
            return forms.token(**kwargs)

    def send(self, headers: dict[str, str] = HERE, **changes: Any) -> Any:
        typed = {
            "subject": "correction", "address": self.article.get_absolute_url(), "text": TEXT, "name": "Léa Martin",
            "email": "lea@example.org", "token": self.token(),
        }  # fmt: skip
        return self.client.post("/contact/", {**typed, **changes}, headers=headers)

    # -- the form --------------------------------------------------------------------------------------------------

    def test_it_stands_at_the_word_of_each_language_and_no_cache_keeps_it(self) -> None:
        page = self.read("/contact/")
        self.assertContains(page, "Écrire à la rédaction")
        self.assertEqual(page.headers["Cache-Control"], "private, no-store")
        self.assertContains(page, '<link rel="canonical" href="http://kulturegeek.localhost')
        self.assertNotContains(page, "noindex")
        self.assertRedirects(self.read("/contact"), "/contact/", status_code=301, fetch_redirect_response=False)

    def test_every_footer_leads_to_it_error_pages_too(self) -> None:
        publishing.withdraw(make_article(self.kg, "Parti", slug="parti"), by=SYSTEM, notice="Retiré.")
        for path in ("/", self.article.path, "/rien/de/tel/", "/science-espace/parti/", "/contact/", "/rectificatifs/"):
            self.assertContains(
                self.read(path), '<li><a href="/contact/">Contact</a></li>', status_code=self.read(path).status_code
            )
        self.assertContains(self.read("/rectificatifs/"), "/contact/?subject=correction")

    def test_every_article_leads_to_it_with_its_number(self) -> None:
        page = self.read(self.article.path)
        self.assertContains(
            page, f'<a href="/contact/?article={self.article.pk}" rel="nofollow">Signaler une erreur</a>'
        )

    def test_it_is_filled_in_with_the_article_that_one_comes_from(self) -> None:
        page = self.read(f"/contact/?article={self.article.pk}")
        self.assertContains(page, "Un casque qui voit loin")
        self.assertContains(page, f'value="{self.article.get_absolute_url()}"')
        self.assertContains(page, '<option value="correction" selected>')
        self.assertContains(page, "noindex")

    def test_it_names_no_article_that_readers_never_had_or_that_is_a_sisters(self) -> None:
        draft, theirs = make_draft(self.kg, "Un secret"), make_article(self.ia, "Un Mac")
        for value in (draft.pk, theirs.pk, 999_999, "x", "9" * 30, ""):
            page = self.read(f"/contact/?article={value}&subject=nothing")
            self.assertNotContains(page, "Un secret")
            self.assertNotContains(page, "Un Mac")
            self.assertNotContains(page, "selected")

    def test_its_queries_are_few(self) -> None:
        with self.assertNumQueries(4):  # hosts, settings, and what menu and footer are made of
            self.read("/contact/")
        with self.assertNumQueries(5):
            self.read(f"/contact/?article={self.article.pk}")

    # -- sent ------------------------------------------------------------------------------------------------------

    def test_a_message_is_sent_and_one_is_thanked(self) -> None:
        answer = self.send()
        self.assertRedirects(answer, "/contact/?sent=correction", fetch_redirect_response=False)
        self.assertContains(self.read("/contact/?sent=correction"), "Quelqu’un relit l’article")
        self.assertContains(self.read("/contact/?sent=reply"), "dans les trois jours")
        message = Message.objects.get()
        self.assertEqual((message.text, message.article, message.state), (TEXT, self.article, MessageState.NEW))

    def test_a_form_sent_twice_sends_one_message(self) -> None:
        token = self.token()
        for _time in range(2):
            self.assertEqual(self.send(token=token).headers["Location"], "/contact/?sent=correction")
        self.assertEqual(Message.objects.count(), 1)

    def test_a_form_that_says_something_else_since_is_asked_once_more(self) -> None:
        token = self.token()
        self.send(token=token)
        page = self.send(token=token, text="Autre chose, et mieux dit.")
        self.assertContains(page, "Autre chose, et mieux dit.")
        self.assertContains(page, "appuyez encore une fois")
        self.assertEqual(Message.objects.count(), 1)

    def test_an_error_keeps_all_that_was_typed(self) -> None:
        wrong = {"email": "lea", "name": "", "text": "", "subject": "", "address": "kulturegeek.localhost/rien"}
        for field, value in wrong.items():
            typed = {"text": "À ne « pas » perdre", "name": "Léa <M>", "email": "lea@example.org", field: value}
            page = self.send(**typed)
            with self.subTest(field):
                self.assertEqual(page.status_code, 422)
                for name in typed:
                    self.assertContains(page, escape(typed[name]), status_code=422)
                body = page.content.decode()
                self.assertRegex(body, rf'name="{field}"[^>]*aria-invalid="true" aria-describedby="contact-error"')
                self.assertIn('role="alert"', body)
        self.assertFalse(Message.objects.exists())

    def test_the_form_that_is_shown_again_sends(self) -> None:
        page = self.send(address="kulturegeek.localhost/rien").content.decode()
        again = page.partition('name="token" value="')[2].partition('"')[0]
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=9)):
            self.assertEqual(self.send(token=again).status_code, 302)

    def test_without_its_token_it_asks_once_more_on_a_page_that_no_cache_keeps(self) -> None:
        for token in ("", "forged", self.token(90_000)):
            page = self.send(token=token)
            self.assertContains(page, "Est-ce bien ce que vous voulez envoyer")
            self.assertContains(page, TEXT)
            self.assertContains(page, "Un casque qui voit loin")
            self.assertEqual(page.headers["Cache-Control"], "private, no-store")
        self.assertFalse(Message.objects.exists())

    def test_what_is_pressed_on_that_page_is_sent(self) -> None:
        self.send(token=self.token(5, again=True))
        self.assertEqual(Message.objects.get().rule, "")

    def test_another_site_sends_nothing(self) -> None:
        for headers in (
            {**HERE, "Origin": "https://evil.example"},
            {**HERE, "Sec-Fetch-Site": "cross-site"},
            {"host": "kulturegeek.localhost"},
            {"host": "kulturegeek.localhost", "Referer": "http://kulturegeek.localhost.evil.example/"},
        ):
            self.assertContains(self.send(headers), "appuyez encore une fois")
        self.assertFalse(Message.objects.exists())

    def test_what_a_program_fills_in_waits_to_be_checked(self) -> None:
        self.assertEqual(self.send(website="https://spam.example").status_code, 302)
        self.assertEqual(Message.objects.get().state, MessageState.HELD)

    def test_the_page_of_a_withdrawn_article_can_be_written_about(self) -> None:
        publishing.withdraw(self.article, by=SYSTEM, notice="Retiré.")
        self.send(subject="reply")
        self.assertEqual(Message.objects.get().article, self.article)

    def test_in_a_flood_it_takes_nothing_and_keeps_the_text(self) -> None:
        now = timezone.now()
        Message.objects.bulk_create(
            Message(publication=self.kg, subject="general", text="x", state="held", posted_at=now)
            for _n in range(messages.MAX_A_MINUTE)
        )
        page = self.send()
        self.assertContains(page, TEXT, status_code=503)
        self.assertEqual(page.headers["Retry-After"], "60")
        self.assertEqual(Message.objects.count(), messages.MAX_A_MINUTE)

    def test_characters_that_are_no_text_break_nothing(self) -> None:
        self.assertEqual(self.send(text="a\x00b \u202e fin", name="L\x00éa").status_code, 302)
        message = Message.objects.get()
        self.assertEqual((message.text, message.name), ("ab  fin", "Léa"))

    def test_it_takes_no_other_method(self) -> None:
        self.assertEqual(self.client.put("/contact/", headers=HERE).status_code, 405)


class StaticPageTests(MessagesTestCase):
    def test_a_static_page_of_that_name_stands_beside_it_and_both_are_in_the_footer(self) -> None:
        page = make_article(self.kg, "Nous joindre", kind="page", section=None, slug="contact")
        self.assertEqual(page.path, "/contact-2/")
        self.assertContains(self.read("/"), '<a href="/contact-2/">Nous joindre</a>')
        self.assertContains(self.read("/"), '<a href="/contact/">Contact</a>')
