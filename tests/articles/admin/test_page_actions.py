"""What is done with an article beside the workflow's steps, on its page: nothing typed is lost, refused or not."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone

from articles.actions import fronts, planning, publishing, scheduling
from articles.models import Article, Note, Pin
from newsroom.publications.models import Role
from newsroom.publications.permissions import SYSTEM
from newsroom.worker.models import Mail
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft

DAY = dt.timedelta(days=1)


def local(moment: dt.datetime, publication: Any) -> str:
    """A time as a browser writes it in a form."""
    return f"{moment.astimezone(publication.zone):%Y-%m-%dT%H:%M}"


class PageActionTestCase(NewsroomTestCase):
    def page(self, article: Article) -> str:
        return reverse("admin:articles_article_change", args=[article.pk])

    def send(self, article: Article, name: str, typed: str = "Retitré", **fields: Any) -> Any:
        """Press the button of a dialog, with these fields, below a form in which a headline was typed."""
        posted = {"headline": typed, "kind": "news", "section": self.science.pk, "body": "<p>Un texte.</p>"}
        posted |= {
            "base": article.working.pk,
            "_action": name,
            **{f"{name}-{key}": value for key, value in fields.items()},
        }
        if article.live_id:
            posted["change"] = "update"
        return self.client.post(self.page(article), posted)


class DialogTests(PageActionTestCase):
    def setUp(self) -> None:
        self.article = make_draft(self.kg, "Un titre", by=self.camille)
        self.tomorrow = timezone.now().replace(second=0, microsecond=0) + DAY
        self.at_desk(self.ines)

    def test_it_assigns_and_saves_what_was_typed(self) -> None:
        moment = local(self.tomorrow, self.kg)
        answer = self.send(self.article, "assign", to=self.camille.pk, deadline=moment, brief="Court.")
        self.assertRedirects(answer, self.page(self.article))
        self.article.refresh_from_db()
        self.assertEqual((self.article.assigned_to, self.article.deadline), (self.camille, self.tomorrow))
        self.assertEqual(self.article.working.headline, "Retitré")
        page = self.client.get(self.page(self.article))
        self.assertContains(page, "À rendre")
        self.assertNotContains(page, "Programmé")

    def test_it_refuses_an_impossible_time_wherever_it_is_typed(self) -> None:
        for typed in ("0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30T10:00", "x" * 300, "\x00"):
            for action, field in (("assign", "deadline"), ("embargo", "until")):
                answer = self.send(self.article, action, to=self.camille.pk, **{field: typed})
                self.assertContains(answer, f'id="action-{action}" data-reopen')
        self.article.refresh_from_db()
        self.assertEqual((self.article.deadline, self.article.embargo_until), (None, None))

    def test_it_shows_a_refusal_in_the_dialog_itself(self) -> None:
        page = self.send(self.article, "assign", to="", deadline=local(self.tomorrow, self.kg)).content.decode()
        dialog = page[page.index('id="action-assign"') :]
        self.assertIn("errorlist", dialog[: dialog.index("</dialog>")])
        planning.set_embargo(self.article, until=self.tomorrow, by=self.ines)
        self.at_desk(self.camille)
        answer = self.send(self.article, "embargo", until="")
        page = answer.content.decode()
        dialog = page[page.index('id="action-embargo"') :]
        self.assertEqual(answer.status_code, 403)
        self.assertIn("errorlist", dialog[: dialog.index("</dialog>")])

    def test_it_names_who_was_mailed_a_note_and_who_was_not(self) -> None:
        answer = self.client.get(self.send(self.article, "note", text="@thomas, @julien : vu ?").headers["Location"])
        self.assertContains(answer, "thomas@example.org")
        self.assertContains(answer, "julien")

    def test_it_offers_to_assign_to_writers_of_the_publication_only(self) -> None:
        page = self.client.get(self.page(self.article)).content.decode()
        choices = page[page.index('id="id_assign-to"') :]
        choices = choices[: choices.index("</select>")]
        self.assertIn("camille", choices)
        for nobody in ("julien", "zoe", "sarah"):
            self.assertNotIn(nobody, choices)
        self.assertIn(
            "Sélectionnez un choix valide", self.send(self.article, "assign", to=self.julien.pk).content.decode()
        )

    def test_it_keeps_what_was_typed_in_the_dialog_that_was_refused(self) -> None:
        yesterday = local(self.tomorrow - 2 * DAY, self.kg)
        answer = self.send(self.article, "embargo", until=yesterday)
        self.assertContains(answer, 'id="action-embargo" data-reopen')
        self.assertContains(answer, f'value="{yesterday}"')
        self.assertContains(answer, "Cette heure est passée")
        self.assertContains(answer, "Retitré")
        self.article.refresh_from_db()
        self.assertEqual((self.article.embargo_until, self.article.working.headline), (None, "Un titre"))

    def test_it_sets_and_lifts_an_embargo(self) -> None:
        self.send(self.article, "embargo", until=local(self.tomorrow, self.kg))
        self.article.refresh_from_db()
        self.assertEqual(self.article.embargo_until, self.tomorrow)
        page = self.client.get(self.page(self.article))
        self.assertContains(page, "Embargo jusqu’au")
        self.assertContains(page, f'name="embargo-until" value="{local(self.tomorrow, self.kg)}"')
        self.send(self.article, "embargo", until="")
        self.article.refresh_from_db()
        self.assertIsNone(self.article.embargo_until)

    def test_it_lets_a_moderator_leave_a_note_and_change_nothing(self) -> None:
        self.at_desk(self.sarah)
        page = self.client.get(self.page(self.article))
        self.assertContains(page, 'value="note"')
        for action in ("assign", "embargo", "pin"):
            self.assertNotContains(page, f'name="_action" value="{action}"')
        self.send(self.article, "note", text="À modérer <b>de près</b>.")
        self.article.refresh_from_db()
        self.assertEqual((Note.objects.get().author, self.article.working.headline), (self.sarah, "Un titre"))
        self.assertContains(self.client.get(self.page(self.article)), "À modérer &lt;b&gt;de près&lt;/b&gt;.")

    def test_it_refuses_what_a_person_may_not_do_whatever_they_send(self) -> None:
        self.at_desk(self.camille)
        answer = self.send(self.article, "assign", to=self.camille.pk)
        self.assertEqual(answer.status_code, 403)
        planning.set_embargo(self.article, until=self.tomorrow, by=self.ines)
        self.assertEqual(self.send(self.article, "embargo", until="").status_code, 403)
        self.article.refresh_from_db()
        self.assertEqual((self.article.assigned_to, self.article.embargo_until), (None, self.tomorrow))

    def test_it_pins_an_article_and_takes_it_off(self) -> None:
        self.assertNotContains(self.client.get(self.page(self.article)), 'value="pin"')
        article = make_article(self.kg, "En ligne")
        self.send(article, "pin", page=str(self.games.pk), until=local(self.tomorrow, self.kg))
        pin = Pin.objects.get()
        self.assertEqual((pin.slot.section, pin.until), (self.games, self.tomorrow))
        self.assertContains(self.client.get(self.page(article)), "<dd>Jeux vidéo<br>")
        article.refresh_from_db()
        posted = {"headline": "En ligne", "kind": "news", "section": self.science.pk, "base": article.working.pk}
        self.client.post(self.page(article), {**posted, "change": "typo", "_unpin": pin.pk})
        self.assertFalse(Pin.objects.exists())

    def test_it_does_not_take_off_the_pin_of_another_article(self) -> None:
        other = make_article(self.kg, "Une autre")
        pin = fronts.pin(other, on=self.kg, by=self.ines, until=self.tomorrow)
        self.client.post(
            self.page(self.article),
            {"_unpin": pin.pk, "headline": "Un titre", "kind": "news", "base": self.article.draft_id},
        )
        self.assertTrue(Pin.objects.filter(pk=pin.pk).exists())


class ScheduleFieldTests(PageActionTestCase):
    """A draft with a deadline and a scheduled article are shown differently."""

    def setUp(self) -> None:
        self.moment = timezone.now().replace(second=0, microsecond=0) + DAY
        self.at_desk(self.ines)

    def test_it_fills_in_the_time_that_is_pending_and_none_that_has_passed(self) -> None:
        article = scheduling.schedule_withdrawal(make_article(self.kg), by=SYSTEM, at=self.moment, notice="Fini.")
        page = self.client.get(self.page(article))
        self.assertContains(page, f'name="schedule_withdrawal-at" value="{local(self.moment, self.kg)}"')
        Article.objects.filter(pk=article.pk).update(withdrawn_at=timezone.now() - DAY)
        page = self.client.get(self.page(article)).content.decode()
        self.assertNotIn("schedule_withdrawal-at", page)
        article = make_article(self.kg, "Autre", at=timezone.now() - DAY)
        page = self.client.get(self.page(article)).content.decode()
        field = page[page.index('name="schedule_withdrawal-at"') :][:120]
        self.assertNotIn("value=", field)
        article.refresh_from_db()
        self.assertIsNotNone(article.published_at)

    def test_it_shows_the_deadline_of_a_draft_and_the_time_of_a_scheduled_article(self) -> None:
        draft = planning.assign(
            make_draft(self.kg, "À rendre bientôt"), to=self.camille, by=SYSTEM, deadline=self.moment
        )
        waiting = make_article(self.kg, "Attend", at=self.moment)
        for article, expected, unexpected in ((draft, "À rendre", "Programmé"), (waiting, "Programmé", "À rendre")):
            page = self.client.get(self.page(article)).content.decode()
            state = page[page.index('class="article-state"') :][:400]
            self.assertIn(expected, state)
            self.assertNotIn(unexpected, state)
        rows = self.client.get(reverse("admin:articles_article_changelist"), {"state": "scheduled"})
        self.assertEqual(list(rows.context["cl"].result_list), [waiting])

    def test_it_names_the_time_in_the_message(self) -> None:
        article = make_article(self.kg)
        answer = self.client.post(
            self.page(article),
            {"_step": "schedule_withdrawal", "schedule_withdrawal-at": local(self.moment, self.kg),
             "schedule_withdrawal-notice": "Fini."},
            follow=True,
        )  # fmt: skip
        self.assertContains(answer, self.kg.date(self.moment))
        article.refresh_from_db()
        self.assertEqual(article.withdrawn_at, self.moment)


class ApprovedDraftTests(PageActionTestCase):
    def test_it_schedules_what_was_just_typed_by_who_may_approve_it(self) -> None:
        self.at_desk(self.thomas)
        draft = make_draft(self.kg, "Un titre", standfirst="Un chapô.")
        moment = timezone.now().replace(second=0, microsecond=0) + DAY
        article = publishing.approve(draft, by=self.ines, revision=draft.draft_id)
        posted = {
            "headline": "Retouché", "standfirst": "Un chapô.", "kind": "news", "section": self.science.pk,
            "body": "<p>Un texte.</p>", "base": article.draft_id, "stage": article.stage, "_step": "schedule",
            "schedule-at": local(moment, self.kg),
        }  # fmt: skip
        self.client.post(self.page(article) + "?accept=lead_image&accept=byline", posted)
        article.refresh_from_db()
        self.assertEqual((article.live.headline, article.published_at), ("Retouché", moment))
        page = self.client.get(self.page(article))
        self.assertContains(page, f"version {article.live.number}")

    def test_it_offers_to_take_a_pin_off_to_who_may_only(self) -> None:
        article = make_article(self.kg, by=self.camille)
        fronts.pin(article, on=self.kg, by=SYSTEM, until=timezone.now() + DAY)
        for person, may in ((self.ines, True), (self.camille, False), (self.sarah, False)):
            self.at_desk(person)
            self.assertEqual('name="_unpin"' in self.client.get(self.page(article)).content.decode(), may)


class PanelTests(PageActionTestCase):
    def test_it_lists_all_that_is_scheduled_the_next_first(self) -> None:
        moment = timezone.now() + DAY
        waiting = make_article(self.kg, "Une publication", at=moment + DAY)
        ending = scheduling.schedule_withdrawal(make_article(self.kg, "Une fin"), by=SYSTEM, at=moment, notice="Fini.")
        self.at_desk(self.camille)
        panels = {panel["title"]: panel for panel in self.client.get("/admin/").context["panels"]}
        self.assertEqual(panels["Programmé"]["rows"], [ending, waiting])

    def titles(self, person: Any) -> list[str]:
        self.at_desk(person)
        return [panel["title"] for panel in self.client.get("/admin/").context["panels"]]

    def test_it_lists_what_is_assigned_for_its_writer_and_what_is_late_for_the_editor(self) -> None:
        article = make_draft(self.kg, "Un titre")
        planning.assign(article, to=self.camille, by=SYSTEM, deadline=timezone.now() + DAY)
        self.assertIn("À écrire par vous", self.titles(self.camille))
        self.assertNotIn("Échéance passée", self.titles(self.ines))
        Article.objects.filter(pk=article.pk).update(deadline=timezone.now() - DAY)
        self.assertIn("Échéance passée", self.titles(self.ines))

    def test_it_alarms_of_articles_not_applied_since_their_time_and_of_uncertain_mails(self) -> None:
        self.assertNotIn("En retard", self.titles(self.thomas))
        article = make_article(self.kg, "Oublié")
        Article.objects.filter(pk=article.pk).update(due_at=timezone.now() - DAY)
        Mail.objects.create(key="k", publication=self.kg, to="a@example.org", subject="Peut-être", state="uncertain")
        Mail.objects.create(key="l", publication=self.ia, to="a@example.org", subject="De la sœur", state="failed")
        self.assertIn("En retard", self.titles(self.thomas))
        page = self.client.get("/admin/")
        self.assertContains(page, 'class="panel alarm"')
        self.assertContains(page, "Oublié")
        self.assertContains(page, "Peut-être")
        self.assertNotContains(page, "De la sœur")
        self.assertNotIn("En retard", self.titles(self.ines))


class PlaceTests(PageActionTestCase):
    def test_it_places_an_article_on_a_sister_site_where_one_may(self) -> None:
        article = make_article(self.kg, "Un casque", at=timezone.now() - DAY)
        anne = self.person("anne", (self.kg, Role.WRITER), (self.ia, Role.EDITOR))
        self.at_desk(anne)
        self.assertContains(self.client.get(self.page(article)), "Placer sur un site frère")
        posted = {"_action": "place", "place-on": self.ia.pk}
        page = self.client.post(self.page(article), posted, follow=True)
        self.assertContains(page, "Il figure aussi sur iPhoneAddict.")
        self.assertTrue(article.placements.filter(publication=self.ia).exists())
        self.assertNotContains(page, "Placer sur un site frère")  # it is listed on all there are

    def test_it_refuses_to_place_where_one_has_no_role(self) -> None:
        article = make_article(self.kg, "Un casque", at=timezone.now() - DAY)
        for person in (self.ines, self.thomas, self.camille):
            self.at_desk(person)
            self.assertNotContains(self.client.get(self.page(article)), "Placer sur un site frère")
            self.client.post(self.page(article), {"_action": "place", "place-on": self.ia.pk})
            self.assertFalse(article.placements.filter(publication=self.ia).exists())

    def test_what_readers_do_not_have_is_placed_nowhere(self) -> None:
        self.at_desk(self.alix)
        self.assertNotContains(self.client.get(self.page(make_draft(self.kg))), "Placer sur un site frère")
