"""Actions within the desk: assignments, notes, embargoes."""

import datetime as dt
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from articles.actions import editing, planning, preview_links, publishing, scheduling
from articles.content import Content
from articles.models import Article, Note
from articles.workflow import Refused, Verb
from newsroom.publications.models import Role
from newsroom.publications.permissions import SYSTEM, Forbidden, Scope, may, rights
from newsroom.worker.models import Mail
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft

DAY = dt.timedelta(days=1)
BARE = {"standfirst", "lead_image", "byline"}


class AssignTests(NewsroomTestCase):
    def test_it_says_who_writes_it_and_by_when_and_tells_them(self) -> None:
        deadline = timezone.now() + DAY
        article = planning.assign(
            make_draft(self.kg, "Keynote"), to=self.camille, by=self.ines, deadline=deadline, brief=" Deux feuillets. "
        )
        self.assertEqual((article.assigned_to, article.deadline), (self.camille, deadline))
        event = article.events.first()
        self.assertEqual((event.verb, event.actor), (Verb.ASSIGNED, self.ines))
        self.assertIn("Deux feuillets.", event.note)
        mail = Mail.objects.get()
        self.assertEqual((mail.to, mail.subject), ("camille@example.org", "Pour vous\u00a0: Keynote"))
        for words in (self.kg.date(deadline), "Deux feuillets.", f"/admin/articles/article/{article.pk}/change/"):
            self.assertIn(words, mail.body)

    def test_it_lets_a_writer_write_what_is_assigned_to_them(self) -> None:
        article = make_draft(self.kg, by=self.ines)
        self.assertFalse(may(self.camille, "article.save", article))
        article = planning.assign(article, to=self.camille, by=self.ines)
        self.assertTrue(may(self.camille, "article.save", article))
        article = planning.assign(article, to=None, by=self.ines)
        self.assertFalse(may(self.camille, "article.save", article))

    def test_it_publishes_nothing_at_a_deadline(self) -> None:
        article = planning.assign(make_draft(self.kg), to=self.camille, by=self.ines, deadline=timezone.now() + DAY)
        self.assertEqual(
            (article.pending(timezone.now()), article.published_at, article.due_at), (frozenset(), None, None)
        )

    def test_it_goes_to_who_writes_there_only(self) -> None:
        for nobody in (self.julien, self.zoe, self.sarah):
            with self.assertRaises(Refused) as refused:
                planning.assign(make_draft(self.kg), to=nobody, by=self.ines)
            self.assertEqual(refused.exception.findings[0].check, "to")

    def test_it_goes_to_roles_that_may_save_an_article_only(self) -> None:
        with patch.dict(rights(), {"article.save": {Role.WRITER: Scope.OWN}}), self.assertRaises(Refused):
            planning.assign(make_draft(self.kg), to=self.ines, by=self.thomas)

    def test_it_is_an_editor_s_to_say(self) -> None:
        with self.assertRaises(Forbidden):
            planning.assign(make_draft(self.kg, by=self.camille), to=self.camille, by=self.camille)

    def test_it_refuses_a_deadline_for_nobody(self) -> None:
        with self.assertRaises(Refused):
            planning.assign(make_draft(self.kg), to=None, by=self.ines, deadline=timezone.now() + DAY)

    def test_it_refuses_a_new_deadline_that_has_passed(self) -> None:
        with self.assertRaises(Refused):
            planning.assign(make_draft(self.kg), to=self.camille, by=self.ines, deadline=timezone.now() - DAY)
        passed = timezone.now() - DAY
        article = planning.assign(make_draft(self.kg), to=self.camille, by=self.ines)
        Article.objects.filter(pk=article.pk).update(deadline=passed)
        self.assertEqual(planning.assign(article, to=self.ines, by=self.ines, deadline=passed).deadline, passed)

    def test_it_logs_nothing_when_nothing_changes(self) -> None:
        article = planning.assign(make_draft(self.kg), to=self.camille, by=self.ines)
        planning.assign(article, to=self.camille, by=self.ines)
        self.assertEqual((article.events.filter(verb=Verb.ASSIGNED).count(), Mail.objects.count()), (1, 1))

    def test_it_sends_no_mail_to_who_assigns_to_themselves(self) -> None:
        planning.assign(make_draft(self.kg), to=self.ines, by=self.ines)
        self.assertFalse(Mail.objects.exists())


class NoteTests(NewsroomTestCase):
    def recipients(self) -> set[str]:
        return set(Mail.objects.values_list("to", flat=True))

    def test_it_is_for_who_writes_the_article_and_never_for_readers(self) -> None:
        make_author("Camille Roussel", user=self.camille)
        article = make_article(self.kg, by=SYSTEM)
        article = planning.assign(article, to=self.camille, by=SYSTEM)
        Mail.objects.all().delete()
        planning.add_note(article, " Le chiffre est à vérifier. ", by=self.ines)
        self.assertEqual(Note.objects.get().text, "Le chiffre est à vérifier.")
        self.assertEqual(self.recipients(), {"camille@example.org"})
        self.assertNotContains(self.read(article.path), "à vérifier")

    def test_it_notifies_who_wrote_a_note_before_and_whom_it_names(self) -> None:
        article = make_draft(self.kg, by=self.camille)
        planning.add_note(article, "Un avis ?", by=self.sarah)
        Mail.objects.all().delete()
        planning.add_note(article, "@julien et @personne : voyez, et demandez à @thomas.", by=self.ines)
        # Julien has no role on KultureGeek, and no sight of its drafts.
        self.assertEqual(self.recipients(), {"camille@example.org", "sarah@example.org", "thomas@example.org"})

    def test_it_has_words_and_not_too_many(self) -> None:
        for text in ("", "  ", "x" * 4001):
            with self.assertRaises(Refused):
                planning.add_note(make_draft(self.kg), text, by=self.ines)

    def test_it_is_kept_as_it_was_written(self) -> None:
        planning.add_note(make_draft(self.kg), "Oui.", by=self.ines)
        with self.assertRaisesMessage(Exception, "never"):
            Note.objects.get().save()

    def test_it_adds_one_note_when_the_button_is_pressed_twice(self) -> None:
        article = make_draft(self.kg, by=self.camille)
        for _ in range(2):
            planning.add_note(article, "Vu.", by=self.ines)
        self.assertEqual((Note.objects.count(), Mail.objects.count()), (1, 1))

    def test_it_refuses_who_has_no_role_there(self) -> None:
        for nobody in (self.julien, self.zoe):
            with self.assertRaises(Forbidden):
                planning.add_note(make_draft(self.kg), "Non.", by=nobody)


class EmbargoTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.end = timezone.now() + 2 * DAY

    def embargoed(self, **fields: Any) -> Article:
        return planning.set_embargo(make_draft(self.kg, **fields), until=self.end, by=self.ines)

    def refused(self, action: Any, *args: Any, **params: Any) -> None:
        with self.assertRaises(Refused) as refused:
            action(*args, **params)
        self.assertEqual(refused.exception.findings[0].check, "embargo")
        self.assertIn(self.kg.date(self.end), str(refused.exception))

    def test_it_lets_nobody_publish_before_its_time(self) -> None:
        article = self.embargoed()
        for person in (self.ines, self.thomas, self.alix, SYSTEM):
            self.refused(publishing.approve_and_publish, article, by=person, revision=article.draft_id, accept=BARE)
        self.refused(publishing.publish_imported, article, at=timezone.now())
        self.refused(publishing.publish_imported, article, at=timezone.now() - 365 * DAY)
        ready = publishing.approve(article, by=self.ines, revision=article.draft_id)
        before = self.end - dt.timedelta(seconds=1)
        self.refused(scheduling.schedule, ready, by=self.thomas, revision=ready.draft_id, at=before, accept=BARE)
        article = scheduling.schedule(ready, by=self.thomas, revision=ready.draft_id, at=self.end, accept=BARE)
        self.assertEqual(article.published_at, self.end)
        self.refused(scheduling.reschedule, article, by=self.thomas, at=before)

    def test_it_lets_nobody_show_it_outside_before_its_time(self) -> None:
        self.refused(
            preview_links.share, self.embargoed(), 1, by=self.thomas, for_whom="La source", until=timezone.now() + DAY
        )

    def test_it_blocks_a_change_to_a_live_article_and_reinstating_a_withdrawn_one(self) -> None:
        article = make_article(self.kg)
        draft = editing.save_draft(
            article, replace(Content.of(article.live), headline="Tout autre"), by=SYSTEM, change="update"
        )
        draft = planning.set_embargo(draft, until=self.end, by=self.ines)
        self.refused(publishing.approve_and_publish, draft, by=self.thomas, revision=draft.draft_id)
        gone = publishing.withdraw(draft, by=self.thomas, notice="Trop tôt.")
        self.refused(publishing.reinstate, gone, by=self.thomas)

    def test_it_lets_a_writer_set_or_extend_it_but_not_lift_it(self) -> None:
        article = planning.set_embargo(make_draft(self.kg, by=self.camille), until=self.end, by=self.camille)
        article = planning.set_embargo(article, until=self.end + DAY, by=self.camille)
        for until in (None, self.end):
            with self.assertRaises(Forbidden):
                planning.set_embargo(article, until=until, by=self.camille)
        article = planning.set_embargo(article, until=None, by=self.ines)
        self.assertEqual((article.embargo_until, article.events.first().verb), (None, Verb.EMBARGO_LIFTED))

    def test_it_is_not_set_over_what_is_to_come_out_before(self) -> None:
        article = publishing.publish_imported(make_draft(self.kg), at=self.end - DAY)
        with self.assertRaises(Refused) as refused:
            planning.set_embargo(article, until=self.end, by=self.ines)
        self.assertIn(self.kg.date(self.end - DAY), str(refused.exception))

    def test_it_refuses_a_time_that_has_passed(self) -> None:
        with self.assertRaises(Refused):
            planning.set_embargo(make_draft(self.kg), until=timezone.now() - DAY, by=self.ines)

    def test_it_blocks_nothing_once_it_is_over(self) -> None:
        article = self.embargoed()
        Article.objects.filter(pk=article.pk).update(embargo_until=timezone.now() - DAY)
        article.refresh_from_db()
        article = publishing.approve_and_publish(article, by=self.ines, revision=article.draft_id, accept=BARE)
        self.assertTrue(article.is_live(timezone.now()))
