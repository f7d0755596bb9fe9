"""Expunging: what is ordered removed is removed everywhere; the log keeps the act without the text."""

import datetime as dt
import io
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import SimpleTestCase
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.actions import addresses, editing, expunging, planning, preview_links, publishing
from articles.content import Content
from articles.models import Address, Article, Event, Expunging, Image, ImportedItem, Revision
from articles.workflow import Refused, Verb
from newsroom.lib.redaction import MARK, spelt_in
from newsroom.pagecache.models import Purge
from newsroom.publications.models import Role
from newsroom.publications.permissions import SYSTEM, Forbidden
from newsroom.worker.models import Mail
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_image, publish
from tests.test_architecture import modules

PASSAGE = "M. Honoré Vautrel a détourné l’argent"
ORDER = "TJ de Paris, ordonnance du 12 novembre 2026, n° 26/01234"
BODY = (
    "<p>Selon nos sources, M. <strong>Honoré Vautrel</strong> a détourné l'argent de la caisse.</p>"
    '<p>Un <a href="https://example.org/m-honore-vautrel-a-detourne-l-argent">autre titre</a> le dit aussi.</p>'
)


def columns_with(needle: str) -> list[str]:
    """Return the tables and columns of the whole database that contain some text."""
    columns = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column in connection.introspection.get_table_description(cursor, table):
                quoted = connection.ops.quote_name(column.name)
                cursor.execute(
                    f"SELECT count(*) FROM {connection.ops.quote_name(table)} WHERE CAST({quoted} AS text) LIKE %s",
                    [f"%{needle}%"],
                )
                if cursor.fetchone()[0]:
                    columns.append(f"{table}.{column.name}")
    return columns


class PassageTests(NewsroomTestCase):
    def setUp(self) -> None:
        image = make_image(label="Vautrel", caption=PASSAGE, alt=f"Un homme : {PASSAGE.lower()}")
        self.image = Image.objects.get(pk=image.pk)
        content = Content(
            headline=f"Affaire : {PASSAGE}", kicker="Justice", standfirst=f"{PASSAGE}, dit-on.", body=BODY,
            section=self.science, lead_image=self.image, seo_description=PASSAGE.upper(), seo_title="Une affaire",
            sponsor_url="https://example.org/m-honore-vautrel-a-detourne-l-argent",
        )  # fmt: skip
        article = editing.create(self.kg, content, by=self.camille)
        article = editing.save_draft(article, replace(content, kicker="Enquête"), by=self.camille)
        article = publishing.submit(article, by=self.camille)
        article = publishing.request_changes(
            article, by=self.ines, revision=article.draft_id, note=f"Prouve que {PASSAGE}."
        )
        planning.add_note(article, f"Qui a écrit que {PASSAGE} ?", by=self.thomas)
        planning.assign(article, to=self.camille, by=self.ines, brief=f"Vérifie que {PASSAGE}.")
        preview_links.share(article, 1, by=self.ines, for_whom=PASSAGE, until=timezone.now() + dt.timedelta(days=1))
        article = publishing.publish_imported(article, at=article.saved_at)
        self.article = publishing.withdraw(article, by=self.thomas, notice=f"Nous retirons : {PASSAGE}.")
        addresses.remember(self.kg, "/vieux/m-honore-vautrel-a-detourne-l-argent/", self.article)
        ImportedItem.objects.create(
            publication=self.kg, source="https://old.example", key="post:1", article=self.article, digest="x",
            lost=[f"image not held yet: {PASSAGE}"],
        )  # fmt: skip
        LogEntry.objects.create(
            user=self.ines, content_type=ContentType.objects.get_for_model(Image), object_id=str(image.pk),
            object_repr=PASSAGE, action_flag=CHANGE,
        )  # fmt: skip

    def expunge(self, passage: str = PASSAGE, **kwargs: Any) -> Expunging:
        return expunging.expunge_passage(self.article, passage, **{"by": self.thomas, "order": ORDER, **kwargs})

    def test_it_leaves_it_in_no_row_of_any_table(self) -> None:
        self.assertTrue(columns_with("Vautrel"))
        self.assertTrue(columns_with("honore-vautrel"))
        self.expunge("M. Honoré Vautrel a détourné l'argent")
        self.image.refresh_from_db()
        Image.objects.filter(pk=self.image.pk).update(label="")  # "Vautrel" alone is not the passage
        LogEntry.objects.update(object_repr="")
        self.assertEqual(columns_with("détourné"), [])
        self.assertEqual(columns_with("DÉTOURNÉ"), [])
        self.assertEqual(columns_with("detourne"), [])
        self.assertEqual(columns_with("Vautrel"), [])

    def test_it_marks_the_position_in_every_revision(self) -> None:
        self.expunge()
        for revision in self.article.revisions.all():
            self.assertEqual(revision.headline, f"Affaire\u202f: {MARK}")
            self.assertIn(f"Selon nos sources, {MARK} de la caisse.", revision.body)
            self.assertIn("<p>Un autre titre le dit aussi.</p>", revision.body)
            self.assertEqual((revision.kicker in ("Justice", "Enquête"), revision.sponsor_url), (True, ""))
        self.assertEqual(self.article.revisions.count(), 2)

    def test_it_is_not_brought_back_by_comparing_or_restoring(self) -> None:
        self.expunge()
        self.article = editing.restore(
            Article.objects.get(pk=self.article.pk), 1, by=self.thomas, base=Article.objects.get().working.pk
        )
        self.at_desk(self.thomas)
        for name in ("revisions", "compare", "history", "change"):
            page = self.client.get(reverse(f"admin:articles_article_{name}", args=[self.article.pk]) + "?from=1&to=2")
            self.assertNotContains(page, "détourné")

    def test_it_removes_addresses_that_spell_it_and_gives_the_article_another(self) -> None:
        old = self.article.path
        self.assertTrue(spelt_in(old, PASSAGE))
        publishing.reinstate(self.article, by=self.thomas)
        self.expunge()
        self.article.refresh_from_db()
        self.assertFalse(spelt_in(self.article.path, PASSAGE))
        self.assertEqual(self.read(self.article.path).status_code, 200)
        self.assertEqual(self.read(old).status_code, 404)
        self.assertEqual(self.read("/vieux/m-honore-vautrel-a-detourne-l-argent/").status_code, 404)
        self.assertTrue(Address.objects.get(article=self.article, canonical=True))

    def test_it_leaves_no_trace_for_readers(self) -> None:
        publishing.reinstate(self.article, by=self.thomas)
        self.expunge()
        self.article.refresh_from_db()
        for path in ("/", "/science-espace/", self.article.path):
            page = self.read(path)
            self.assertNotContains(page, "détourné")
            self.assertNotContains(page, "detourne")

    def test_it_logs_who_when_and_by_which_order_only(self) -> None:
        act = self.expunge()
        event = self.article.events.get(verb=Verb.EXPUNGED)
        self.assertEqual((event.actor, event.note), (self.thomas, ORDER))
        self.assertEqual((act.by, act.order, act.what, act.article), (self.thomas, ORDER, "passage", self.article))

    def test_it_invalidates_the_pages_that_showed_it(self) -> None:
        Purge.objects.all().delete()
        self.expunge()
        tags = set(Purge.objects.values_list("tag", flat=True))
        self.assertLessEqual({f"article:{self.article.pk}", f"image:{self.image.pk}"}, tags)

    def test_it_looks_before_it_removes(self) -> None:
        before = list(Revision.objects.values())
        traces = expunging.find_passage(self.article, PASSAGE)
        self.assertGreaterEqual(len(traces), 6)  # two revisions, two notes, an image, an import, the article, addresses
        self.assertEqual(list(Revision.objects.values()), before)
        self.assertEqual(expunging.find_passage(self.article, "jamais écrit"), [])

    def test_it_leaves_other_words_and_other_articles_alone(self) -> None:
        other = make_article(self.kg, body=f"<p>{PASSAGE}</p>")
        self.expunge()
        other.live.refresh_from_db()
        self.assertIn("détourné", other.live.body)

    def test_it_is_a_publishers_of_that_publication_alone(self) -> None:
        elsewhere = self.person("lea", (self.ia, Role.PUBLISHER))
        for person in (self.camille, self.ines, self.sarah, self.zoe, elsewhere):
            with self.subTest(person=person), self.assertRaises(Forbidden):
                self.expunge(by=person)
        self.assertTrue(columns_with("détourné"))

    def test_it_wants_an_order_that_does_not_quote_it_and_words_to_look_for(self) -> None:
        for passage, order in (
            (PASSAGE, " "),
            (PASSAGE, f"{ORDER} : {PASSAGE.upper()}"),
            ("…", ORDER),
            ("rien", ORDER),
        ):
            with self.subTest(passage=passage, order=order), self.assertRaises(Refused):
                self.expunge(passage, order=order)
        self.assertFalse(Expunging.objects.exists())

    def test_it_asks_the_text_stores_of_other_apps_too(self) -> None:
        calls: list[bool] = []
        store = expunging.TextStore(lambda article, passage, remove: calls.append(remove) or [], ())
        self.enterContext(patch.object(expunging, "extensions", lambda name: (store,)))
        expunging.find_passage(self.article, PASSAGE)
        self.expunge()
        self.assertEqual(calls, [False, True])

    def test_it_removes_it_from_notes_of_a_sister_s_article_too(self) -> None:
        publishing.reinstate(self.article, by=self.thomas)
        sister = make_article(self.ia, "Le même sujet")
        draft = make_draft(self.ia, Article.objects.get(pk=self.article.pk).desk_headline)
        publish(draft)
        editing.save_draft(
            sister, replace(Content.of(sister.live), kicker="Vu"), by=SYSTEM, note=f"Lié à « {draft.desk_headline} »"
        )
        unrelated = editing.save_draft(
            sister, replace(Content.of(sister.live), kicker="Un"), by=SYSTEM, note=f"Dit : {PASSAGE}"
        )
        self.expunge()
        notes = list(sister.events.exclude(note="").order_by("id").values_list("note", flat=True))
        self.assertEqual(notes, [f"Lié à « Affaire\u202f: {MARK} »", f"Dit : {PASSAGE}"])
        self.assertTrue(unrelated.draft)

    def test_it_stays_unfinished_while_the_storage_does_not_answer(self) -> None:
        image = make_image()
        with patch.object(FileSystemStorage, "delete", side_effect=OSError("no answer")):
            expunging.expunge_image(image, by=self.thomas, order=ORDER)
            with self.assertLogs("articles.actions.expunging", "ERROR"):
                self.assertEqual(len(expunging.finish_pending(0)), 1)
        self.assertIsNone(Expunging.objects.get().finished_at)

    def test_it_does_not_come_back_from_a_page_opened_before(self) -> None:
        publishing.reinstate(self.article, by=self.thomas)
        opened = Content.of(Article.objects.get(pk=self.article.pk).working)
        base = Article.objects.get(pk=self.article.pk).working.pk
        self.expunge()
        for content in (
            replace(opened, kicker="Un mot changé"),
            replace(
                opened,
                body="<p>x</p>",
                headline="Net",
                standfirst="",
                slug="net",
                seo_description="M. Honoré VAUTREL a detourné l'argent",
                sponsor_url="",
            ),
        ):
            with self.assertRaises(Refused) as refused:
                editing.save_draft(self.article, content, by=self.camille, base=base)
            self.assertEqual([finding.check for finding in refused.exception.findings], ["expunged"])
            self.assertNotIn("Vautrel", str(refused.exception))
        self.assertEqual(self.article.revisions.count(), 2)
        clean = replace(
            opened, headline="Net", standfirst="", body="<p>Rien.</p>", seo_description="", slug="net", sponsor_url=""
        )
        editing.save_draft(self.article, clean, by=self.camille, base=base)
        self.assertEqual(columns_with("détourné"), [])

    def test_it_leaves_a_mails_state_as_it_became_meanwhile(self) -> None:
        """A worker sends the mail between the reading of its text and the writing of it."""
        about = f"article:{self.article.pk}"
        mail = Mail.objects.create(key="m", to="a@example.org", subject="Sujet", body=PASSAGE, about=about)
        Mail.objects.filter(pk=mail.pk).update(state=Mail.State.SENT, error="250")
        self.assertEqual(len(expunging.redact_row(mail, ("subject", "body"), PASSAGE, "un mail", remove=True)), 1)
        row = Mail.objects.get(pk=mail.pk)
        self.assertEqual((row.body, row.subject, row.state, row.error), (MARK, "Sujet", Mail.State.SENT, "250"))

    def test_its_request_rewrites_no_table_and_leaves_that_to_the_worker(self) -> None:
        with patch.object(expunging, "_purge_database_files") as purge, self.captureOnCommitCallbacks(execute=True):
            self.expunge()
        purge.assert_not_called()
        task = DBTaskResult.objects.get(task_path__endswith="expunging.finish_expungings")
        with self.assertRaises(
            expunging.ExpungingUnfinished
        ):  # inside a test's transaction no database forgets: tried again
            task.task.func()

    def test_it_is_used_by_no_other_module(self) -> None:
        users = {name for name, _tree, path in modules() if ").expunge(" in path.read_text(encoding="utf-8")}
        self.assertEqual(users, {"articles.actions.expunging"})


class ImageTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.image = make_image("Le visage de la plaignante")
        body = (
            f'<p>Avant.</p><figure data-picture="{self.image.pk}"><figcaption>Elle</figcaption></figure><p>Après.</p>'
        )
        self.article = make_article(self.kg, lead_image=self.image, body=body)
        self.draft = make_draft(self.kg, "Un brouillon", body=body)
        self.author = make_author("Hugo", portrait=self.image)

    def files(self) -> list[str]:
        return [str(path) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]

    def expunge(self, by: Any) -> Expunging:
        with self.captureOnCommitCallbacks(execute=True):
            return expunging.expunge_image(self.image, by=by, order=ORDER)

    def test_it_leaves_it_in_no_revision_and_no_file(self) -> None:
        self.assertGreater(len(self.files()), 5)
        pk, digest = self.image.pk, self.image.digest
        self.expunge(self.thomas)
        self.assertEqual(self.files(), [])
        self.assertEqual(columns_with(digest), [])
        self.assertEqual(columns_with(f'data-picture="{pk}"'), [])
        for revision in Revision.objects.all():
            self.assertEqual((revision.lead_image, revision.image_ids), (None, []))
            self.assertEqual(revision.body, "<p>Avant.</p><p>Après.</p>")
        self.author.refresh_from_db()
        self.assertIsNone(self.author.portrait)
        self.assertEqual(Event.objects.filter(verb=Verb.EXPUNGED).count(), 2)
        self.assertEqual(self.read(self.article.path).status_code, 200)

    def test_it_wants_the_right_in_every_publication_that_showed_it(self) -> None:
        make_article(self.ia, lead_image=self.image)
        with self.assertRaises(Forbidden):
            self.expunge(self.thomas)
        self.assertTrue(Image.objects.filter(pk=self.image.pk).exists())
        lea = self.person("lea", (self.ia, Role.PUBLISHER), (self.kg, Role.PUBLISHER))
        self.expunge(lea)
        self.assertEqual(self.files(), [])

    def test_it_is_done_again_until_it_is_finished(self) -> None:
        expunging.expunge_image(self.image, by=self.thomas, order=ORDER)  # and the process dies before its end
        act = Expunging.objects.get()
        self.assertIsNone(act.finished_at)
        self.assertTrue(default_storage.exists(act.files[0]))
        self.at_desk(self.thomas)
        self.assertContains(self.client.get("/admin/"), ORDER)
        expunging.finish_pending(0)
        self.assertEqual(self.files(), [])


class PageTests(NewsroomTestCase):
    def test_it_looks_then_removes_and_keeps_what_was_typed(self) -> None:
        article = make_article(self.kg, body=BODY)
        self.at_desk(self.thomas)
        address = reverse("admin:articles_article_expunge", args=[article.pk])
        page = self.client.post(address, {"passage": PASSAGE, "order": ORDER, "_look": "1"})
        self.assertEqual(len(page.context["traces"]), 1)
        self.assertContains(page, "Honoré Vautrel")
        page = self.client.post(address, {"passage": PASSAGE, "order": "", "_expunge": "1"})
        self.assertIn("order", page.context["form"].errors)
        page = self.client.post(address, {"passage": PASSAGE, "order": ORDER, "looked": "Selon nos", "_expunge": "1"})
        self.assertTrue(page.context["traces"])  # other words than those that were looked for: looked for again
        self.assertTrue(columns_with("détourné"))
        page = self.client.post(address, {"passage": PASSAGE, "order": ORDER, "looked": PASSAGE, "_expunge": "1"})
        self.assertEqual(page.headers["Location"], reverse("admin:articles_article_change", args=[article.pk]))
        self.assertEqual(columns_with("détourné"), [])

    def test_it_removes_an_image_from_its_own_page(self) -> None:
        image = make_image()
        self.at_desk(self.thomas)
        address = reverse("admin:articles_image_expunge", args=[image.pk])
        self.assertEqual(self.client.get(address).status_code, 200)
        self.client.post(address, {"order": ORDER, "_expunge": "1"})
        self.assertFalse(Image.objects.filter(pk=image.pk).exists())
        self.at_desk(self.ines)
        other = make_image()
        answer = self.client.post(reverse("admin:articles_image_expunge", args=[other.pk]), {"order": ORDER})
        self.assertEqual(answer.status_code, 403)

    def test_it_is_listed_by_the_command_until_nothing_is_left(self) -> None:
        image = make_image()
        expunging.expunge_image(image, by=self.thomas, order=ORDER)
        out = io.StringIO()
        call_command("expunge", dry_run=True, stdout=out)
        self.assertIn(ORDER, out.getvalue())
        self.assertIsNone(Expunging.objects.get().finished_at)
        with self.assertRaises(CommandError):  # inside a test's transaction no database forgets
            call_command("expunge", patience=0, stdout=out)
        Expunging.objects.update(finished_at=timezone.now())
        call_command("expunge", stdout=out)
        self.assertIn("Nothing is unfinished", out.getvalue())


class FilesTests(SimpleTestCase):
    """On SQLite neither the file nor its log contains it: in a database and a process of their own."""

    def test_it_leaves_no_byte_of_it_in_the_database(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(
                [sys.executable, "-m", "tests.articles.actions.expunged_files", folder],
                capture_output=True, text=True, timeout=120, cwd=settings.BASE_DIR, check=False,
                env={**os.environ, "DATABASE_URL": f"sqlite:///{folder}/news.sqlite3", "NEWSROOM_VAR": folder},
            )  # fmt: skip
            self.assertEqual(run.returncode, 0, run.stderr[-3000:])
            report = json.loads(run.stdout.splitlines()[-1])
        self.assertGreater(report["before"], 0)
        self.assertFalse(report["in_the_request"])  # the database's files are rewritten by the worker
        self.assertEqual(report["after"], {})
        self.assertTrue(report["finished"])
