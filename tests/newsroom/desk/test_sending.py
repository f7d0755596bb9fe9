"""A form of the desk that is sent twice makes one thing: pressed twice, sent again by the browser, or gone back to."""

import datetime as dt
import threading
from dataclasses import replace
from typing import Any
from unittest import skipUnless
from unittest.mock import patch
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone
from lxml import html

from articles.actions import editing
from articles.content import Content
from articles.models import Article, Author, Note, PreviewLink, Section, Tag
from comments.models import Comment, Term
from newsroom.accounts.models import Invitation
from newsroom.actions import action
from newsroom.desk import jobs, sending
from newsroom.desk.models import SentForm
from tests.base import NewsroomTestCase, mark_signed_in
from tests.comments.base import CommentsTestCase
from tests.factories import make_article

ADD_ARTICLE = "/admin/articles/article/add/"


def fields_of(page: Any, with_field: str) -> dict[str, Any]:
    """Return what a browser sends of the form that has a field, as it stands."""
    form = next(form for form in html.fromstring(page.content).forms if with_field in form.fields)
    return {name: value for name, value in form.form_values() if not name.startswith("_")}


class SendingTestCase(NewsroomTestCase):
    def opened(self, path: str, with_field: str) -> tuple[str, dict[str, Any]]:
        """Return the address of the page that a path leads to, and the fields of its form."""
        page = self.client.get(path, follow=True)
        at = page.redirect_chain[-1][0] if page.redirect_chain else path
        return at, fields_of(page, with_field)

    def send_twice(self, address: str, fields: dict[str, Any]) -> Any:
        first, second = (self.client.post(address, fields) for _time in range(2))
        self.assertEqual((first.status_code, second.status_code), (302, 302))
        self.assertEqual(first["Location"], second["Location"])
        return second


class TwiceTests(SendingTestCase):
    def test_it_makes_one_article(self) -> None:
        self.at_desk(self.camille)
        address, fields = self.opened(ADD_ARTICLE, "headline")
        self.send_twice(address, {**fields, "headline": "Un casque qui voit loin", "_save": "1"})
        article = Article.objects.get()
        self.assertEqual(article.revisions.count(), 1)
        self.assertContains(
            self.client.get(f"/admin/articles/article/{article.pk}/change/"), "Cela a été envoyé deux fois"
        )

    def test_a_save_that_is_sent_twice_meets_no_conflict_with_itself(self) -> None:
        article = make_article(self.kg, "Un casque", by=self.camille)
        self.at_desk(self.thomas)
        address, fields = self.opened(f"/admin/articles/article/{article.pk}/change/", "headline")
        before = article.revisions.count()
        self.send_twice(address, {**fields, "headline": "Un casque qui voit loin", "_save": "1"})
        self.assertEqual(article.revisions.count(), before + 1)

    def test_it_makes_one_of_what_each_form_that_adds_makes(self) -> None:
        self.at_desk(self.alix)
        for path, model, typed in (
            ("/admin/articles/tag/add/", Tag, {"name": "Réalité virtuelle", "slug": "vr"}),
            ("/admin/articles/author/add/", Author, {"name": "Nadia Benali", "slug": ""}),
            ("/admin/articles/section/add/", Section, {"name": "Robotique", "slug": "robotique"}),
        ):  # fmt: skip
            with self.subTest(path):
                before: int = model.objects.count()  # type: ignore[attr-defined]
                address, fields = self.opened(path, "name")
                self.send_twice(address, {**{k: v or "" for k, v in fields.items()}, **typed, "_save": "1"})
                self.assertEqual(model.objects.count(), before + 1)  # type: ignore[attr-defined]

    def test_it_leaves_one_note_one_link_one_invitation(self) -> None:
        article = make_article(self.kg, "Un casque")
        self.at_desk(self.thomas)
        address, fields = self.opened(f"/admin/articles/article/{article.pk}/change/", "headline")
        self.send_twice(address, {**fields, "_action": "note", "note-text": "À relire."})
        self.assertEqual(Note.objects.filter(article=article).count(), 1)
        page = self.client.get(f"/admin/articles/article/{article.pk}/preview/")
        share = next(form for form in html.fromstring(page.content).forms if "share" in (form.get("action") or ""))
        self.send_twice(str(share.get("action")), {**dict(share.form_values()), "for_whom": "La rédactrice en chef"})
        self.assertEqual(PreviewLink.objects.count(), 1)
        address, fields = self.opened("/admin/accounts/colleague/add/", "email")
        self.send_twice(address, {**fields, "email": "lena@example.org", "roles": ["writer"]})
        self.assertEqual(Invitation.objects.count(), 1)

    def test_what_was_refused_can_be_sent_again(self) -> None:
        self.at_desk(self.alix)
        address, fields = self.opened("/admin/articles/author/add/", "name")
        fields = {k: v or "" for k, v in fields.items()}
        for _time in range(2):
            self.assertEqual(self.client.post(address, {**fields, "name": ""}).status_code, 200)
        self.assertEqual(self.client.post(address, {**fields, "name": "Nadia", "slug": "nadia"}).status_code, 302)
        self.assertEqual((Author.objects.count(), SentForm.objects.count()), (1, 1))

    def test_another_content_of_the_same_form_is_another_thing_where_it_adds_nothing(self) -> None:
        article = make_article(self.kg, "Un casque")
        self.at_desk(self.thomas)
        address, fields = self.opened(f"/admin/articles/article/{article.pk}/change/", "headline")
        for headline in ("Un casque qui voit loin", "Un casque qui voit près"):
            self.client.post(address, {**fields, "base": article.working.pk, "headline": headline, "_save": "1"})
            article.refresh_from_db()
        self.assertEqual(article.desk_headline, "Un casque qui voit près")

    def test_a_script_that_asks_again_is_not_held_back(self) -> None:
        done: list[int] = []
        view = sending.done_once(lambda request: done.append(1))  # type: ignore[func-returns-value,arg-type]
        for accept in ("*/*", "application/json"):
            request: Any = type("Request", (), {"method": "POST", "POST": {sending.FIELD: "k" * 16}, "GET": {},
                                                "headers": {"Accept": accept}})()  # fmt: skip
            view(request)
            view(request)
        self.assertEqual(len(done), 4)

    def test_nobody_meets_the_form_of_another(self) -> None:
        self.at_desk(self.camille)
        address, fields = self.opened(ADD_ARTICLE, "headline")
        self.client.post(address, {**fields, "headline": "Le mien", "_save": "1"})
        self.at_desk(self.ines)
        self.client.post(address, {**fields, "headline": "Le mien", "_save": "1"})
        self.assertEqual({row.created_by for row in Article.objects.all()}, {self.camille, self.ines})


class BackTests(SendingTestCase):
    def setUp(self) -> None:
        self.at_desk(self.camille)
        self.address, self.fields = self.opened(ADD_ARTICLE, "headline")
        saved = self.client.post(self.address, {**self.fields, "headline": "Un casque", "_save": "1"})
        self.article, self.change = Article.objects.get(), saved["Location"]

    def test_the_page_of_a_form_that_has_made_its_article_leads_to_it(self) -> None:
        self.assertRedirects(self.client.get(self.address), self.change)

    def test_what_is_changed_and_sent_from_it_again_changes_the_one_article(self) -> None:
        self.client.post(self.address, {**self.fields, "headline": "Un casque qui voit loin", "_save": "1"})
        self.article = Article.objects.get()
        self.assertEqual(self.article.desk_headline, "Un casque qui voit loin")
        self.assertEqual(self.article.revisions.count(), 2)

    def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(self) -> None:
        theirs = replace(Content.of(self.article.working), headline="Autre")
        editing.save_draft(self.article, theirs, by=self.ines, base=self.article.working.pk)
        page = self.client.post(self.address, {**self.fields, "headline": "Un casque qui voit loin", "_save": "1"})
        self.assertContains(page, "Un casque qui voit loin")
        self.assertEqual(Article.objects.get().desk_headline, "Autre")

    def test_a_new_form_makes_a_new_article(self) -> None:
        address, fields = self.opened(ADD_ARTICLE, "headline")
        self.assertNotEqual(address, self.address)
        self.client.post(address, {**fields, "headline": "Un casque", "_save": "1"})
        self.assertEqual(Article.objects.count(), 2)

    def test_what_an_address_proposes_is_kept(self) -> None:
        page = self.client.get("/admin/comments/threadpolicy/add/?section=3&é=à")
        self.assertIn(page.status_code, (302, 403))
        self.at_desk(self.alix)
        to = urlsplit(self.client.get("/admin/comments/threadpolicy/add/?section=3&%C3%A9=%C3%A0")["Location"])
        self.assertRegex(to.query, r"^section=3&%C3%A9=%C3%A0&form_key=[\w-]{16}$")

    def test_a_crooked_key_is_none(self) -> None:
        for key in ("", "x", "é" * 16, "a b c d e f g h", "k" * 99, "\x00" * 16):
            self.assertEqual(self.client.get(ADD_ARTICLE, {"form_key": key}).status_code, 302, repr(key))


class AnswerTests(SendingTestCase, CommentsTestCase):
    def test_it_posts_one_answer_and_adds_terms_once(self) -> None:
        comment = self.post("Très bon article.")
        self.at_desk(self.sarah)
        page = self.client.get(f"/admin/comments/comment/{comment.pk}/change/")
        form = next(form for form in html.fromstring(page.content).forms if "answer" in (form.get("action") or ""))
        fields = {name: value or "" for name, value in form.form_values()}
        self.send_twice(str(form.get("action")), {**fields, "text": "Merci à vous."})
        self.assertEqual(Comment.objects.filter(staff=self.sarah).count(), 1)
        address, fields = self.opened("/admin/comments/term/add/", "lines")
        self.send_twice(address, {**fields, "lines": "arnaque"})
        self.assertEqual(Term.objects.count(), 1)


class OldFormsTests(SendingTestCase):
    def sent(self, **fields: Any) -> SentForm:
        row = {"user": self.camille, "key": "k" * 16, "digest": "d", "at": timezone.now(), **fields}
        return SentForm.objects.create(**row)

    def test_they_are_forgotten_after_a_week(self) -> None:
        old = self.sent(at=timezone.now() - dt.timedelta(days=8))
        new = self.sent(key="n" * 16)
        jobs.forget_sent_forms.func()
        self.assertEqual(list(SentForm.objects.all()), [new])
        self.assertFalse(SentForm.objects.filter(pk=old.pk).exists())

    def test_what_a_process_left_that_died_is_taken_over(self) -> None:
        self.at_desk(self.alix)
        address, fields = self.opened("/admin/articles/author/add/", "name")
        fields = {**{k: v or "" for k, v in fields.items()}, "name": "Nadia", "slug": "nadia"}
        with (
            patch.object(sending, "WAIT_SECONDS", 0.2),
            patch.object(sending, "_digest", lambda _request: "d"),
        ):
            row = self.sent(user=self.alix, key=sending_key(address))
            self.assertEqual(self.client.post(address, fields).status_code, 409)
            SentForm.objects.filter(pk=row.pk).update(at=timezone.now() - dt.timedelta(minutes=5))
            self.assertEqual(self.client.post(address, fields).status_code, 302)
        self.assertEqual(Author.objects.count(), 1)


def sending_key(address: str) -> str:
    return address.partition(f"{sending.FIELD}=")[2].partition("&")[0]


@skipUnless(connection.vendor == "postgresql", "a SQLite database in memory has one connection")
class AtOnceTests(TransactionTestCase):
    def test_two_sendings_at_once_make_one_thing(self) -> None:
        alix = NewsroomTestCase.person("alix", is_superuser=True)
        clients, answers = [Client(headers={"host": "localhost"}) for _n in range(2)], []
        for client in clients:
            client.force_login(alix)
            session: Any = client.session
            mark_signed_in(session, alix)
            session.save()
        together = threading.Barrier(2)

        def press(client: Client) -> None:
            together.wait()
            fields = {"name": "Nadia", "slug": "nadia", "description": "", "_save": "1"}
            answers.append(client.post(f"/admin/articles/author/add/?{sending.FIELD}={'k' * 16}", fields))
            connection.close()

        threads = [threading.Thread(target=press, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([answer.status_code for answer in answers], [302, 302])
        self.assertEqual(Author.objects.count(), 1)


class CountedTests(NewsroomTestCase):
    def test_an_action_is_counted_once_it_is_done(self) -> None:
        @action
        def done() -> None:
            pass

        @action
        def refused() -> None:
            raise ValueError

        before = sending.actions_done()
        done()
        self.assertEqual(sending.actions_done(), before + 1)
        with self.assertRaises(ValueError):
            refused()
        self.assertEqual(sending.actions_done(), before + 1)
