"""Posting from a page: without JavaScript, with it, and by who has no business here."""

import datetime as dt
import json
import re
from typing import Any
from unittest.mock import patch

import time_machine
from django.test import Client as Browser
from django.utils import timezone

from comments import forms
from comments.actions import moderation, posting
from comments.actions import settings as comment_settings
from comments.actions.vault import open_sealed
from comments.models import Comment, SealedSource, Term
from comments.states import Decision, Mode, Status
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests.comments.base import CommentsTestCase
from tests.factories import make_article

HERE = {"Origin": "http://kulturegeek.localhost", "host": "kulturegeek.localhost"}
JSON = {**HERE, "Accept": "application/json"}


class PostingTestCase(CommentsTestCase):
    def form(self, **changes: Any) -> dict[str, str]:
        typed = {"text": "Très bon article, merci.", "pseudonym": "Zoé", "email": "zoe@example.org", "under": ""}
        return {**typed, **changes}

    def token(self, seconds: float = 30) -> str:
        with time_machine.travel(timezone.now() - dt.timedelta(seconds=seconds), tick=False):
            return forms.token()

    def send(self, headers: dict[str, str] = HERE, **changes: Any) -> Any:
        return self.client.post(f"/c/article/{self.article.pk}/", self.form(**changes), headers=headers)


class PlainTests(PostingTestCase):
    def test_without_a_token_it_asks_once_more_and_keeps_what_was_typed(self) -> None:
        page = self.send()
        self.assertEqual(page.status_code, 200)
        self.assertFalse(Comment.objects.exists())
        self.assertContains(page, "Très bon article, merci.")
        self.assertContains(page, 'value="Zoé"')
        self.assertContains(page, 'name="token"')
        self.assertIn("no-store", page.headers["Cache-Control"])

    def test_with_one_it_posts_and_leads_to_a_page_of_ones_own(self) -> None:
        answer = self.send(token=self.token())
        comment = Comment.objects.get()
        own = f"/c/{comment.pk}/own/{forms.own_key(comment)}/"
        self.assertRedirects(answer, own, fetch_redirect_response=False)
        page = self.read(own)
        self.assertContains(page, "Votre commentaire est publié.")
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertGreater(comment.took, 29)

    def test_a_form_sent_twice_leads_to_the_one_comment_and_a_new_form_with_its_words_to_none(self) -> None:
        token = self.token()
        first, again = self.send(token=token), self.send(token=token)
        self.assertEqual((again.status_code, again.headers["Location"]), (302, first.headers["Location"]))
        for headers in (HERE, JSON):
            repeated = self.send(headers, token=self.token())
            self.assertEqual(repeated.status_code, 422)
            self.assertNotIn("/own/", repeated.content.decode())
            self.assertIn("une fois suffit", repeated.content.decode())
        self.assertEqual(Comment.objects.count(), 1)

    def test_a_form_that_was_used_gets_a_new_token_for_other_words(self) -> None:
        token = self.token()
        self.send(token=token)
        page = self.send(token=token, text="Et ceci encore.")
        self.assertContains(page, "Et ceci encore.")
        self.assertNotContains(page, f'value="{token}"')
        answer = self.send(JSON, token=token, text="Et ceci encore.")
        self.assertEqual(answer.status_code, 409)
        posted = self.send(JSON, token=json.loads(answer.content)["token"], text="Et ceci encore.")
        self.assertEqual(posted.status_code, 201)
        second = Comment.objects.get(text="Et ceci encore.")  # and nobody is held for being quick at a second one
        self.assertEqual(second.status, Status.APPROVED)
        self.assertGreater(second.took, 29)

    def test_two_forms_of_one_moment_are_two(self) -> None:
        with time_machine.travel(timezone.now(), tick=False):
            self.assertNotEqual(forms.token(), forms.token())

    def test_it_says_plainly_that_a_comment_waits(self) -> None:
        self.set(mode=Mode.PREMODERATED)
        page = self.client.get(self.send(token=self.token()).headers["Location"], headers=HERE)
        self.assertContains(page, "attend la modération")

    def test_the_page_that_asks_again_has_no_words_where_nothing_is_wrong(self) -> None:
        self.assertContains(self.send(), '<p class="form-error" id="comment-error" role="alert" data-error hidden></p>')

    def test_the_page_that_asks_again_holds_nobody_for_being_quick(self) -> None:
        for seconds, status in ((0, Status.HELD), (2, Status.APPROVED)):  # but a machine, which reads no page
            page = self.send().content.decode()
            token = page.partition('name="token" value="')[2].partition('"')[0]
            with time_machine.travel(timezone.now() + dt.timedelta(seconds=seconds), tick=False):
                self.send(token=token, text=f"Après {seconds} s.")
            self.assertEqual(Comment.objects.get(text=f"Après {seconds} s.").status, status)

    def test_what_a_rule_rejected_says_why_on_its_authors_page(self) -> None:
        comment_settings.add_terms(self.kg, ["débile"], Term.Kind.BANNED, by=self.sarah)
        page = self.client.get(self.send(token=self.token(), text="Quel débile.").headers["Location"], headers=HERE)
        for words in ("n’est pas publié", "Une règle automatique", "écrivez-nous", "article 21"):
            self.assertContains(page, words)
        self.assertNotContains(
            self.client.get(self.send(token=self.token()).headers["Location"], headers=HERE), "article 21"
        )

    def test_it_says_why_a_comment_waits_and_before_writing_that_all_do(self) -> None:
        self.assertNotContains(self.read(self.article.path), "data-premoderated")
        self.set(mode=Mode.PREMODERATED)
        for path in (self.article.path, f"/c/article/{self.article.pk}/write/"):
            self.assertContains(self.read(path), "Ici, un modérateur lit chaque commentaire avant sa parution.")
        page = self.client.get(self.send(token=self.token()).headers["Location"], headers=HERE)
        self.assertContains(page, "attend la modération")
        self.assertContains(page, "Ici, un modérateur lit chaque commentaire avant sa parution.")

    def test_spam_is_told_what_a_held_comment_is_told(self) -> None:
        held = self.send(token=self.token(0)).headers["Location"]
        spam = self.send(token=self.token(), text="Un autre.", website="http://x").headers["Location"]
        self.assertEqual(list(Comment.objects.order_by("pk").values_list("status", flat=True)), ["held", "spam"])
        titles = {re.search(r"<h1>(.*?)</h1>", self.read(path).content.decode())[1] for path in (held, spam)}
        self.assertEqual(len(titles), 1)

    def test_quotes_are_shown_as_quotes_where_a_comment_is_answered_or_reported(self) -> None:
        under = self.post("> Il voit loin\nVraiment ?")
        own = f"/c/{under.pk}/own/{forms.own_key(under)}/"
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=11), tick=False):
            for path in (f"/c/{under.pk}/reply/", f"/c/{under.pk}/report/", own):
                page = self.read(path)
                self.assertContains(page, "<blockquote><p>Il voit loin</p></blockquote><p>Vraiment ?</p>")
                self.assertNotContains(page, "&gt; Il")

    def test_the_posted_rules_stand_above_the_button(self) -> None:
        page = self.read(self.article.path).content.decode()
        for rule in ("dans le sujet", "Respectez les autres lecteurs", "langage SMS", "relisez votre orthographe",
                     "lien « Contact »", "le droit de retirer"):  # fmt: skip
            self.assertLess(page.index(rule), page.index("Poster mon commentaire"))

    def test_a_closed_thread_offers_no_form(self) -> None:
        comment = self.post("À répondre.")
        self.set(mode=Mode.CLOSED)
        for path in (f"/c/{comment.pk}/reply/", f"/c/article/{self.article.pk}/write/"):
            self.assertContains(self.read(path), "Les commentaires sont fermés.")
            self.assertContains(self.read(path), "<form", count=1)  # the search of the masthead

    def test_errors_keep_what_was_typed_and_name_the_field(self) -> None:
        page = self.send(token=self.token(), email="zoe@", text="Un long texte à ne pas perdre")
        self.assertEqual(page.status_code, 422)
        self.assertContains(page, "Un long texte à ne pas perdre", status_code=422)
        self.assertContains(page, 'value="zoe@"', status_code=422)
        self.assertContains(page, 'aria-invalid="true"', status_code=422)

    def test_what_is_typed_is_shown_again_and_never_run(self) -> None:
        page = self.send(text="</textarea><script>alert(1)</script>", pseudonym='"><img src=x>')
        self.assertNotContains(page, "<script>alert")
        self.assertNotContains(page, "<img src=x>")

    def test_a_thread_that_closed_meanwhile_loses_no_words(self) -> None:
        self.set(mode=Mode.CLOSED)
        page = self.send(token=self.token(), text="Trop tard, hélas.")
        self.assertContains(page, "Trop tard, hélas.", status_code=422)
        self.assertContains(page, "Les commentaires sont fermés.", status_code=422)

    def test_a_forged_or_stale_token_counts_as_none(self) -> None:
        for token in ("x", "1.5:forged", self.token(25 * 3600), self.token(-60), "é" * 5000):
            self.assertEqual(self.send(token=token).status_code, 200, token)
        self.assertFalse(Comment.objects.exists())

    def test_another_site_posts_nothing_in_a_readers_name(self) -> None:
        host = {"host": "kulturegeek.localhost"}
        for headers in (
            {**host, "Origin": "https://evil.example"},
            {**host, "Sec-Fetch-Site": "cross-site", "Origin": "http://kulturegeek.localhost"},
            {**host, "Sec-Fetch-Site": "same-site"},
            {**host, "Referer": "https://evil.example/kulturegeek.localhost"},
            {**host, "Origin": "null"},
            host,
        ):
            self.assertEqual(self.send(headers, token=self.token()).status_code, 200, headers)
        self.assertFalse(Comment.objects.exists())

    def test_a_referer_of_ours_is_enough_for_an_old_browser(self) -> None:
        headers = {"host": "kulturegeek.localhost", "Referer": f"http://kulturegeek.localhost{self.article.path}"}
        self.assertEqual(self.send(headers, token=self.token()).status_code, 302)
        self.assertEqual(Comment.objects.get().text, "Très bon article, merci.")

    def test_the_trap_is_spam_and_answered_like_any_other(self) -> None:
        page = self.client.get(self.send(token=self.token(), website="x").headers["Location"], headers=HERE)
        self.assertEqual(Comment.objects.get().status, Status.SPAM)
        self.assertContains(page, "attend la modération")

    def test_a_session_gives_no_authority(self) -> None:
        browser = Browser(enforce_csrf_checks=True)
        browser.force_login(self.sarah)
        answer = browser.post(f"/c/article/{self.article.pk}/", self.form(token=self.token()), headers=HERE)
        self.assertEqual(answer.status_code, 302)
        self.assertIsNone(Comment.objects.get().staff)

    def test_forged_forwarding_headers_gain_nothing(self) -> None:
        headers = {**HERE, "X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6"}
        self.send(headers, token=self.token())
        found = open_sealed(SealedSource.objects.get().comment, by=SYSTEM, reason="TJ de Paris, réquisition 12")
        self.assertEqual(found[0].address, "127.0.0.1")

    def test_a_reply_is_written_on_a_page_of_its_own(self) -> None:
        comment = self.post("À répondre.")
        page = self.read(f"/c/{comment.pk}/reply/")
        self.assertContains(page, "À répondre.")
        self.assertContains(page, f'name="under" value="{comment.pk}"')
        self.send(token=self.token(), text="Voici ma réponse.", under=str(comment.pk))
        self.assertEqual(Comment.objects.latest("pk").parent, comment)

    def test_the_token_is_kept_by_nobody(self) -> None:
        answer = self.read("/c/token/")
        self.assertIn("no-store", answer.headers["Cache-Control"])
        self.assertIsNotNone(forms.stamp(answer.content.decode()))

    def test_a_huge_or_broken_form_is_refused_and_breaks_nothing(self) -> None:
        for changes, status in (
            ({"text": "x" * 300_000}, 422),
            ({"pseudonym": "\x00" * 99}, 422),
            ({"email": "a@" + "b" * 9999}, 422),
            ({"under": "9" * 400}, 302),
        ):
            self.assertEqual(self.send(token=self.token(), **changes).status_code, status)
        self.assertIsNone(Comment.objects.get().parent)


class FloodTests(PostingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.enterContext(patch.object(posting, "MAX_A_MINUTE", 3))
        for n in range(3):
            self.post(f"Montre {n}", "Bob", honeypot="x")

    def test_beyond_what_a_site_takes_nothing_is_stored_and_nothing_typed_is_lost(self) -> None:
        page = self.send(token=self.token(), text="À ne pas perdre.")
        self.assertContains(page, "À ne pas perdre.", status_code=503)
        self.assertContains(page, 'value="zoe@example.org"', status_code=503)
        self.assertEqual((page.headers["Retry-After"], Comment.objects.count()), ("60", 3))
        answer = self.send(JSON, token=self.token())
        self.assertIn("réessayez", json.loads(answer.content)["error"])

    def test_turning_away_asks_two_queries(self) -> None:
        for headers in (HERE, JSON):
            with self.assertNumQueries(2):  # whose site, and whether it is flooded
                self.send(headers, token="x")

    def test_it_passes(self) -> None:
        with time_machine.travel(timezone.now() + dt.timedelta(seconds=61), tick=False):
            self.assertEqual(self.send(token=forms.token(again=True)).status_code, 302)
        self.assertTrue(Comment.objects.filter(pseudonym="Zoé").exists())

    def test_another_site_goes_on(self) -> None:
        article = make_article(self.ia)
        headers = {"Origin": "http://iphoneaddict.localhost", "host": "iphoneaddict.localhost"}
        answer = self.client.post(f"/c/article/{article.pk}/", self.form(token=self.token()), headers=headers)
        self.assertEqual(answer.status_code, 302)
        self.assertEqual(article.comments.get().pseudonym, "Zoé")


class ScriptTests(PostingTestCase):
    def test_it_answers_with_the_comment_drawn(self) -> None:
        answer = self.send(JSON, token=self.token())
        data = json.loads(answer.content)
        self.assertEqual((answer.status_code, data["status"]), (201, "approved"))
        self.assertIn("Très bon article, merci.", data["html"])
        self.assertTrue(data["own"].startswith(f"/c/{data['id']}/own/"))

    def test_it_says_the_counts_that_readers_now_see(self) -> None:
        first = json.loads(self.send(JSON, token=self.token()).content)
        self.assertEqual((first["count"], first["title"]), (1, "1 commentaire"))
        token = self.token()
        for _time in range(2):  # sent twice, it is counted once
            second = json.loads(self.send(JSON, token=token, text="Un autre mot.").content)
            self.assertEqual((second["count"], second["title"]), (2, "2 commentaires"))
        gone = json.loads(self.client.post(second["own"], {"delete": "1"}, headers=JSON).content)
        self.assertEqual((gone["count"], gone["status"]), (1, "gone"))
        self.set(mode=Mode.PREMODERATED)
        waits = json.loads(self.send(JSON, token=self.token(), text="Un troisième.", email="a@b.fr").content)
        self.assertEqual((waits["count"], waits["status"]), (1, "held"))

    def test_a_refused_comment_comes_with_the_reasons_and_how_to_contest_them(self) -> None:
        comment_settings.add_terms(self.kg, ["betterave"], Term.Kind.BANNED, by=SYSTEM)
        Publication.objects.filter(pk=self.kg.pk).update(contact_email="contact@kulturegeek.example")
        posted = json.loads(self.send(JSON, token=self.token(), text="Quelle betterave.").content)
        back = json.loads(self.client.get(posted["own"], headers=JSON).content)
        for answer in (posted, back):
            self.assertEqual(answer["status"], "rejected")
            self.assertIn("Terme interdit", answer["html"])
            self.assertIn("article 21", answer["html"])
            self.assertIn("mailto:contact@kulturegeek.example?subject=Commentaire%20", answer["html"])

    def test_it_asks_for_a_token(self) -> None:
        answer = self.send(JSON)
        self.assertEqual(answer.status_code, 409)
        self.assertIsNotNone(forms.stamp(json.loads(answer.content)["token"]))

    def test_it_names_the_field_that_is_wrong(self) -> None:
        answer = self.send(JSON, token=self.token(), pseudonym="")
        self.assertEqual((answer.status_code, json.loads(answer.content)["field"]), (422, "pseudonym"))


class OwnTests(PostingTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.comment = self.post()
        self.own = f"/c/{self.comment.pk}/own/{forms.own_key(self.comment)}/"

    def test_its_author_edits_it(self) -> None:
        self.client.post(self.own, {"text": "Mieux dit."}, headers=HERE)
        self.assertContains(self.read(self.own), "Mieux dit.")

    def test_its_author_deletes_it(self) -> None:
        self.client.post(self.own, {"delete": "1"}, headers=HERE)
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.status, Status.DELETED)
        self.assertContains(self.read(self.own), "est supprimé")

    def test_deleting_twice_is_deleting(self) -> None:
        for _time in range(2):
            answer = self.client.post(self.own, {"delete": "1"}, headers=HERE)
            self.assertEqual((answer.status_code, answer.headers.get("Location")), (302, self.own))
        self.assertEqual(
            json.loads(self.client.post(self.own, {"delete": "1"}, headers=JSON).content)["status"], "gone"
        )

    def test_another_has_no_key(self) -> None:
        other = self.post("Un autre.", "Léa")
        for key in ("x", forms.own_key(other)):
            path = f"/c/{self.comment.pk}/own/{key}/"
            self.assertEqual(self.client.post(path, {"delete": "1"}, headers=HERE).status_code, 404, key)
        self.comment.refresh_from_db()
        self.assertEqual(self.comment.status, Status.APPROVED)

    def test_after_ten_minutes_it_is_refused_and_nothing_typed_is_lost(self) -> None:
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=11), tick=False):
            page = self.client.post(self.own, {"text": "Trop tard."}, headers=HERE)
            self.assertContains(self.read(self.own), "Très bon article")
        self.assertEqual(page.status_code, 422)

    def test_what_a_moderator_decided_offers_no_form(self) -> None:
        self.decide(self.comment, "reject")
        self.assertContains(self.read(self.own), "<form", count=1)  # the search of the masthead

    def test_a_moderators_decision_is_stated_to_its_author_unless_nobody_is_to_be_told(self) -> None:
        self.decide(self.comment, "reject", reason="Ceci vise une personne.")
        page = self.read(self.own)
        self.assertContains(page, "Ceci vise une personne.")
        self.assertContains(page, "article 21")
        other = self.post("Un autre mot.", "Léa")
        seen = [moderation.SeenVersion(other.pk, other.version)]
        moderation.decide(self.kg, seen, Decision.REJECT, by=self.sarah, tells=False)
        self.assertNotContains(self.read(f"/c/{other.pk}/own/{forms.own_key(other)}/"), "article 21")

    def test_a_script_finds_what_waits_again(self) -> None:
        self.decide(self.comment, "hold")
        data = json.loads(self.client.get(self.own, headers=JSON).content)
        self.assertEqual((data["status"], data["text"]), ("held", self.comment.text))

    def test_a_script_gets_it_drawn_again(self) -> None:
        answer = self.client.post(self.own, {"text": "Mieux dit."}, headers=JSON)
        self.assertIn("Mieux dit.", json.loads(answer.content)["html"])
