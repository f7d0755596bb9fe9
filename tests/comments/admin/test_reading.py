"""What each role reads of a comment, on every page of the desk that shows it: the verbs are those of the tables."""

from typing import Any

from django.urls import reverse

from comments.actions import reporting, vault
from comments.actions.reporting import Notice
from comments.models import Comment
from comments.queue import TABS
from comments.states import Status
from newsroom.publications.models import Membership, Role
from newsroom.publications.permissions import may
from tests.comments.base import CAFE, CommentsTestCase

# What is read, by the verb that it asks.
SECRETS = {
    "comment.view": ("Lisez ce mot-là.",),
    "comment.moderate": (
        "zoe@lectrice.example",  # who wrote it
        "Anatole Signaleur", "anatole@signaleur.example", "Il parle de mon frère.",  # who reported it, and how
        "mot-là-interdit",  # what a rule found
    ),
    "comment.unseal": ("Réquisition 2026-77",),  # who had the vault opened, and why
}  # fmt: skip
LISTS = ("comments_comment", "comments_report", "comments_vaultopening", "comments_moderationbatch")


class ReadingTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.comment = self.post("Lisez ce mot-là.", email="zoe@lectrice.example")
        Comment.objects.filter(pk=self.comment.pk).update(rule="watched", matched="mot-là-interdit")
        notice = Notice("rules", "Il parle de mon frère.", "Anatole Signaleur", "anatole@signaleur.example", True)
        reporting.report(self.comment, notice, client=CAFE)
        vault.open_sealed(self.comment, by=self.thomas, reason="Réquisition 2026-77")

    def pages(self) -> list[str]:
        queue, pk = reverse("admin:comments_comment_changelist"), self.comment.pk
        narrowed = ("", "&part=1", f"&reader={pk}", "&words=lectrice")
        return [
            reverse("admin:index"),
            reverse("admin:comments_comment_change", args=[pk]),
            reverse("admin:comments_comment_row", args=[pk]),
            *(f"{queue}?tab={tab}{more}" for tab in TABS for more in narrowed),
            *(reverse(f"admin:{name}_changelist") for name in LISTS),
            reverse("admin:articles_article_change", args=[self.article.pk]),
        ]

    def text_of(self, path: str) -> str:
        answer: Any = self.client.get(path, headers={"host": "localhost"}, follow=True)
        return str(answer.content.decode())

    def test_it_shows_each_role_what_its_verbs_allow_and_nothing_else_on_any_page(self) -> None:
        for role in (*Role, None):
            Membership.objects.filter(user=self.zoe).delete()
            if role:
                Membership.objects.create(user=self.zoe, publication=self.kg, role=role)
            reader = type(self.zoe).objects.get(pk=self.zoe.pk)
            self.client.force_login(reader)
            texts = {path: self.text_of(path) for path in self.pages()}
            for verb, secrets in SECRETS.items():
                allowed = may(reader, verb, self.kg)
                for secret in secrets:
                    found = [path for path, text in texts.items() if secret in text.replace("&#x27;", "'")]
                    if allowed:
                        self.assertTrue(found, f"{role} sees {secret} nowhere")
                    else:
                        self.assertEqual(found, [], f"{role} has no {verb} and reads “{secret}”")

    def test_it_answers_no_question_about_who_wrote_it_to_those_who_may_not_know(self) -> None:
        self.at_desk(self.camille)
        other = self.post("Un autre mot.", "Léa")
        queue = reverse("admin:comments_comment_changelist")
        for question in ("words=lectrice", f"reader={self.comment.pk}", "tab=reported"):
            page = self.client.get(f"{queue}?{question}")
            unasked = self.client.get(queue)
            same = {row.comment.pk for row in page.context["rows"]}
            self.assertIn(same, ({row.comment.pk for row in unasked.context["rows"]}, set()), question)
        self.assertNotIn("reported", [tab["name"] for tab in self.client.get(queue).context["tabs"]])
        self.assertEqual(other.status, Status.APPROVED)
