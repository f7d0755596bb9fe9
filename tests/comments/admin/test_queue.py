"""The moderators' desk: tabs, context, decisions, all that match, undo; and who may."""

import datetime as dt
import json
import re
from typing import Any
from unittest.mock import patch

from comments.actions import moderation, reporting
from comments.actions.reporting import Notice
from comments.models import Comment, ModerationBatch
from comments.states import Status
from newsroom.lib.client import Client
from newsroom.worker.process import WorkerProcess
from tests.comments.base import CAFE, OFFICE, CommentsTestCase

QUEUE = "/admin/comments/comment/"
LINKS = "https://a.fr https://b.fr https://c.fr"
JSON = {"Accept": "application/json"}


class QueueTestCase(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.at_desk(self.sarah)

    def queue(self, tab: str = "new", **more: Any) -> str:
        response = self.client.get(QUEUE, {"tab": tab, **more})
        self.assertEqual(response.status_code, 200)
        return response.content.decode()

    def act(self, decision: str, *comments: Comment, headers: dict[str, str] | None = None, **more: Any) -> Any:
        seen = [f"{row.pk}:{row.version}" for row in comments]
        data = {"decision": decision, "seen": seen, "publication": self.kg.pk, **more}
        return self.client.post(f"{QUEUE}decide/", data, headers=headers)


class TabTests(QueueTestCase):
    def test_each_comment_is_in_its_own_tabs(self) -> None:
        comments = {"new": self.post("Le nouveau."), "held": self.post(f"Le retenu {LINKS}")}
        for n, (tab, decision) in enumerate((("spam", "spam"), ("rejected", "reject"), ("approved", "approve"))):
            comments[tab] = self.post(f"Celui-ci est {tab}.", f"L{n}", client=Client(f"192.0.2.{n}", 1))
            self.decide(comments[tab], decision)
        comments["reported"] = self.post("Le signalé.", "Ana", client=CAFE)
        notice = Notice("hate", "Grave.", "Max", "max@example.org", in_good_faith=True)
        reporting.report(comments["reported"], notice, client=CAFE)
        for tab, comment in comments.items():
            page = self.queue(tab)
            self.assertIn(f'id="row-{comment.pk}"', page, tab)
            for other in comments.values():
                if other != comment and not (tab in ("new", "approved") and other.status == Status.APPROVED):
                    other.refresh_from_db()
                    expected = tab in ("new", "approved") and other.status == Status.APPROVED
                    self.assertEqual(f'id="row-{other.pk}"' in page, expected, (tab, other.text))
        self.assertIn("Grave.", self.queue("reported"))

    def test_counts_stop_at_a_thousand(self) -> None:
        rows = []
        for n in range(1003):
            row = Comment(
                publication=self.kg, article=self.article, pseudonym="Bob", text=f"Montre {n}", status=Status.HELD,
                digest=str(n), posted_at=self.article.published_at + dt.timedelta(seconds=n),
            )  # fmt: skip
            row.set_position(None, 3)
            rows.append(row)
        Comment.objects.bulk_create(rows)
        self.assertIn('data-tab="held">1000+<', self.queue("held"))

    def test_it_shows_why_and_marks_what_matched(self) -> None:
        self.post(f"Voir {LINKS}")
        page = self.queue("held")
        self.assertIn("Liens", page)
        self.assertIn("plus ancien" if "plus ancien" in page else "queue-age", page)

    def test_words_that_run_from_the_right_turn_nothing_of_ours(self) -> None:
        first = self.post("مقال جيد جدا", "ליאור", email="lior@example.org")
        answer = self.post("Merci.", "Ana", under=first, client=CAFE)
        page = self.queue()
        self.assertIn('<b dir="auto">ליאור</b> <bdi>مقال جيد جدا</bdi>', page)
        self.assertIn('<div class="queue-text" dir="auto"><p>مقال جيد جدا</p></div>', page)
        page = self.client.get(f"{QUEUE}{answer.pk}/change/").content.decode()
        self.assertIn('<b dir="auto">ליאור</b></a>', page)
        self.assertIn("<bdi>مقال جيد جدا</bdi>", page)

    def test_it_marks_the_words_that_a_rule_found(self) -> None:
        comment = self.post("Achetez mes montres.")
        Comment.objects.filter(pk=comment.pk).update(rule="suspect", matched="montres")
        self.assertIn("Achetez mes <mark>montres</mark>.", self.queue())

    def test_it_shows_what_is_answered_and_who_wrote_before(self) -> None:
        first = self.post("La première question.", "Ana", client=CAFE)
        for decision in ("approve", "reject"):
            self.decide(self.post(f"À propos : {decision}.", "Léa"), decision)
        self.post("La réponse.", "Léa", under=first)
        page = self.queue()
        self.assertIn("La première question.", page)
        self.assertRegex(page, r"history-approved\">1 ×")
        self.assertRegex(page, r"history-rejected\">1 ×")

    def test_tabs_keep_what_narrows_the_question(self) -> None:
        mine = self.post("Mes montres.", "Bob", client=CAFE)
        self.decide(mine, "spam")
        self.post("Autre chose.", "Léa")
        page = self.queue("held", reader=mine.pk)
        self.assertIn(f"?tab=spam&amp;reader={mine.pk}", page)
        self.assertIn('data-tab="new">0<', page)
        page = self.queue("all", reader=mine.pk)
        self.assertIn("Mes montres.", page)
        self.assertNotIn("Autre chose.", page)

    def test_a_row_offers_what_can_still_be_decided(self) -> None:
        comment = self.post()
        self.decide(comment, "feature")
        page = self.queue("approved")
        self.assertIn('value="unfeature"', page)
        self.assertNotIn('value="approve"', page.partition('class="queue"')[2])
        notice = Notice("hate", "Grave.", "Max", "max@example.org", in_good_faith=True)
        reporting.report(comment, notice, client=CAFE)
        self.assertIn('value="approve"', self.queue("reported").partition('class="queue"')[2])
        row = self.client.get(f"{QUEUE}{comment.pk}/row/").content.decode()
        self.assertIn('value="unfeature"', row)

    def test_hostile_words_stay_words(self) -> None:
        self.post("<script>alert(1)</script>", "<img src=x>", email="x@example.org")
        page = self.queue()
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("<img src=x>", page)

    def test_it_narrows_by_words_article_rule_and_reader(self) -> None:
        mine = self.post(f"Mes montres {LINKS}", "Bob", client=CAFE)
        self.post(f"Autre chose {LINKS} !", "Léa")
        for more in ({"words": "MONTRÉS"}, {"words": "bob@exam"}, {"words": f"#{mine.pk}"}, {"reader": mine.pk}):
            page = self.queue("held", **more)
            self.assertIn(f'id="row-{mine.pk}"', page)
            self.assertNotIn("Autre chose", page)
        self.assertIn("Autre chose", self.queue("held", article=self.article.pk, rule="links"))
        self.assertNotIn("Autre chose", self.queue("held", article=999))
        self.assertIn("Autre chose", self.queue("held", article="x", reader="'", rule="none", words="\x00"))

    def test_its_queries_dont_grow(self) -> None:
        self.post("Un.")
        self.queue()
        with self.assertNumQueries(NUMBER):
            self.queue()
        for n in range(20):
            self.post(f"Le mot numéro {n}.", f"L{n}", client=Client(f"192.0.2.{n}", 1))
        with self.assertNumQueries(NUMBER):
            self.queue()

    def test_the_next_ones_come_as_a_part(self) -> None:
        for n in range(45):
            self.post(f"Le mot numéro {n}.", f"L{n}", client=Client(f"192.0.2.{n}", 1))
        page = self.queue()
        self.assertEqual(page.count('class="queue-row"'), 40)
        url = page.partition('data-next="')[2].partition('"')[0].replace("&amp;", "&")
        part = self.client.get(f"{url}&part=1").content.decode()
        self.assertEqual(part.count('class="queue-row"'), 5)
        self.assertNotIn("<html", part)


class ActTests(QueueTestCase):
    def test_a_form_decides_and_comes_back_to_its_tab(self) -> None:
        comment = self.post()
        answer = self.act("reject", comment, tab="new", reason="Hors sujet")
        self.assertRedirects(answer, f"{QUEUE}?tab=new", fetch_redirect_response=False)
        comment.refresh_from_db()
        self.assertEqual((comment.status, ModerationBatch.objects.get().reason), (Status.REJECTED, "Hors sujet"))

    def test_a_script_gets_what_was_done_and_what_was_not(self) -> None:
        one, two = self.post("Un."), self.post("Deux.")
        self.decide(two, "spam", by=self.thomas)
        two.version = 1
        answer = json.loads(self.act("approve", one, two, headers=JSON).content)
        self.assertEqual(answer["done"], [one.pk])
        self.assertIn("thomas", answer["refused"][str(two.pk)])
        self.assertEqual((answer["tabs"]["new"], answer["tabs"]["spam"]), ("0", "1"))

    def test_a_script_gets_how_many_still_match_its_question(self) -> None:
        comments = [self.post(f"Le mot {n} du casque.", f"L{n}", client=Client(f"192.0.2.{n}", 1)) for n in range(3)]
        self.post("Autre chose.", "Bob", client=OFFICE)
        page = self.client.get(f"{QUEUE}?tab=new&words=casque")
        self.assertContains(page, "(<span data-matching>3</span>)")
        answer = json.loads(self.act("approve", comments[0], headers=JSON, tab="new", words="casque").content)
        self.assertEqual((answer["matching"], answer["tabs"]["new"]), ("2", "3"))

    def test_undo_gives_the_versions_by_which_to_go_on(self) -> None:
        comment = self.post()
        batch = json.loads(self.act("spam", comment, headers=JSON).content)["batch"]
        data = {"batch": batch, "publication": self.kg.pk}
        answer = json.loads(self.client.post(f"{QUEUE}undo/", data, headers=JSON).content)
        comment.refresh_from_db()
        self.assertEqual(answer["restored"], {str(comment.pk): comment.version})
        answer = json.loads(self.client.post(f"{QUEUE}undo/", data, headers=JSON).content)
        self.assertIn("déjà", answer["error"])

    def test_all_that_match_are_reached_and_undone(self) -> None:
        for n in range(3):
            self.post(f"Le {n} {LINKS}", f"L{n}", client=Client(f"192.0.2.{n}", 1))
        data = {"tab": "held", "rule": "links", "decision": "reject", "publication": self.kg.pk}
        page = self.client.post(f"{QUEUE}decide-all/", data, follow=True)
        self.assertContains(page, "Refuser\u00a0: 3 commentaires.</li>")
        self.client.post(
            f"{QUEUE}undo/", {"batch": ModerationBatch.objects.get().pk, "publication": self.kg.pk, "back": "acts"}
        )
        WorkerProcess().run_what_is_due()
        self.assertEqual(Comment.objects.filter(status=Status.HELD).count(), 3)

    def test_nonsense_decides_nothing(self) -> None:
        comment = self.post()
        ours = f"{comment.pk}:1"
        for decision, seen in (("explode", ours), ("undo", ours), ("spam", "x"), ("spam", "1:"), ("", "")):
            self.client.post(f"{QUEUE}decide/", {"decision": decision, "seen": seen, "publication": self.kg.pk})
        self.assertFalse(ModerationBatch.objects.exists())

    def test_only_moderators_act_and_only_there(self) -> None:
        comment = self.post()
        batch = self.decide(comment, "approve").batch
        comment.refresh_from_db()
        for person in (self.camille, self.julien, self.zoe):
            self.at_desk(person)
            self.assertEqual(self.act("reject", comment).status_code, 403, person)
            data = {"batch": batch.pk, "publication": self.kg.pk, "decision": "reject", "tab": "approved"}
            for view in ("undo", "decide-all"):
                self.assertEqual(self.client.post(f"{QUEUE}{view}/", data).status_code, 403, person)
        self.at_desk(self.alix)
        answer = self.client.post(f"{QUEUE}undo/", {"batch": batch.pk, "publication": self.ia.pk})
        self.assertEqual(answer.status_code, 404)
        comment.refresh_from_db()
        self.assertEqual(comment.status, Status.APPROVED)

    def test_a_writer_reads_the_queue_without_buttons_or_e_mails(self) -> None:
        self.post()
        self.at_desk(self.camille)
        page = self.queue()
        self.assertIn("Très bon article", page)
        self.assertNotIn("zoe@example.org", page)
        self.assertNotIn('name="decision"', page)


class PageTests(QueueTestCase):
    def page(self, comment: Comment, **kwargs: Any) -> str:
        return self.client.get(f"{QUEUE}{comment.pk}/change/", **kwargs).content.decode()

    def test_it_shows_the_conversation_and_what_was_done(self) -> None:
        first = self.post("La première question.")
        reply = self.post("La réponse.", "Léa", under=first)
        self.decide(reply, "reject", reason="Hors sujet")
        page = self.page(reply)
        for words in ("La première question.", "La réponse.", "Hors sujet", "sarah"):
            self.assertIn(words, page)

    def test_its_times_are_whole_seconds_for_machines(self) -> None:
        comment = self.post()
        self.decide(comment, "reject")
        found = re.findall(r'datetime="([^"]*)"', self.page(comment))
        self.assertTrue(found)
        for moment in found:
            self.assertRegex(moment, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$")

    def test_it_decides_and_comes_back(self) -> None:
        comment = self.post()
        answer = self.act("feature", comment, back=comment.pk)
        self.assertRedirects(answer, f"{QUEUE}{comment.pk}/change/")

    def test_the_staff_answers_from_it(self) -> None:
        comment = self.post()
        self.client.post(f"{QUEUE}{comment.pk}/answer/", {"text": "Merci de l’avoir vu."})
        self.assertEqual(Comment.objects.latest("pk").staff, self.sarah)
        page = self.client.post(f"{QUEUE}{comment.pk}/answer/", {"text": " "}).content.decode()
        self.assertIn("Écrivez quelque chose.", page)

    def test_a_publisher_opens_the_vault_for_a_reason(self) -> None:
        comment = self.post()
        self.assertNotIn('id="vault"', self.page(comment))
        self.assertEqual(self.client.post(f"{QUEUE}{comment.pk}/unseal/", {"reason": "x" * 20}).status_code, 403)
        self.at_desk(self.thomas)
        self.assertNotIn("203.0.113.7", self.page(comment))
        page = self.client.post(f"{QUEUE}{comment.pk}/unseal/", {"reason": "voir"})
        self.assertNotContains(page, "203.0.113.7")
        page = self.client.post(f"{QUEUE}{comment.pk}/unseal/", {"reason": "TJ de Paris, réquisition 12"})
        self.assertContains(page, "203.0.113.7")
        self.assertContains(page, "50112")
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertIn("réquisition 12", self.page(comment))

    def test_another_publications_comment_is_not_found(self) -> None:
        comment = self.post()
        self.at_desk(self.julien)
        self.assertNotContains(self.client.get(f"{QUEUE}{comment.pk}/change/"), comment.text, status_code=404)
        self.assertEqual(self.client.post(f"{QUEUE}{comment.pk}/answer/", {"text": "x"}).status_code, 404)
        self.assertEqual(Comment.objects.get(), comment)


class OthersTests(QueueTestCase):
    def test_acts_reports_blocks_and_openings_can_be_read(self) -> None:
        comment = self.post("Mes montres.", "Bob")
        notice = Notice("hate", "Grave.", "Max", "max@example.org", in_good_faith=True)
        reporting.report(comment, notice, client=CAFE)
        self.decide(comment, "block", reason="Montres")
        for name, words in (("moderationbatch", "Montres"), ("report", "Grave."), ("blockedsender", "Lever")):
            self.assertContains(self.client.get(f"/admin/comments/{name}/"), words)
        self.at_desk(self.thomas)
        self.assertEqual(self.client.get("/admin/comments/vaultopening/").status_code, 200)
        self.at_desk(self.sarah)
        self.assertEqual(self.client.get("/admin/comments/vaultopening/").status_code, 403)

    def test_a_block_is_lifted_with_a_button(self) -> None:
        self.decide(self.post(), "block")
        page = self.client.get("/admin/comments/blockedsender/").content.decode()
        block = page.partition('name="block" value="')[2].partition('"')[0]
        self.client.post("/admin/comments/blockedsender/lift/", {"block": block})
        self.assertContains(self.client.get("/admin/comments/blockedsender/"), "levé")

    def test_the_front_page_says_what_waits_and_how_long(self) -> None:
        self.assertContains(self.client.get("/admin/"), "Aucun commentaire n’attend.")
        self.post(LINKS)
        self.post("Bien vu.", "Léa", client=CAFE)
        page = self.client.get("/admin/")
        self.assertContains(page, "Retenus\u00a0: 1")
        self.assertContains(page, "Nouveaux\u00a0: 1")
        self.assertContains(page, "le plus ancien depuis")

    def test_the_batch_of_a_worker_is_shown_as_under_way(self) -> None:
        for n in range(6):
            self.post(f"Le {n} {LINKS}", f"L{n}", client=Client(f"192.0.2.{n}", 1))
        self.enterContext(patch.object(moderation, "PORTION_ROWS", 5))
        data = {"tab": "held", "decision": "reject", "publication": self.kg.pk}
        page = self.client.post(f"{QUEUE}decide-all/", data, follow=True)
        self.assertContains(page, "Le traitement se poursuit")
        self.assertContains(self.client.get("/admin/comments/moderationbatch/"), "en cours")


NUMBER = 22
