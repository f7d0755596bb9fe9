"""Articles at the desk: who sees what, and what the buttons do."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from articles.actions import editing, publishing, scheduling
from articles.admin.filters import StateFilter
from articles.content import Content
from articles.models import Article, Event, ImportedItem, Revision
from articles.workflow import TRANSITIONS
from newsroom.publications.models import Role
from newsroom.publications.permissions import SYSTEM
from newsroom.timestamps import desk_date
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_image, make_tags

LIST = "/admin/articles/article/"
YES = "accept=standfirst&accept=lead_image&accept=byline&accept=headline_length"


def page_of(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


class SightTests(NewsroomTestCase):
    """Nobody sees the drafts of a publication that isn't theirs."""

    def test_it_lists_the_current_publications_articles_only(self) -> None:
        make_draft(self.kg, "Secret de KultureGeek")
        make_draft(self.ia, "Secret d'iPhoneAddict")
        self.at_desk(self.julien)
        page = self.client.get(LIST)
        self.assertContains(page, "Secret d’iPhoneAddict")
        self.assertNotContains(page, "Secret de KultureGeek")

    def test_it_opens_with_every_value_of_its_filter(self) -> None:
        make_article(self.kg, "Un casque")
        self.kg.review_required = False
        self.kg.save()
        unread = make_draft(self.kg, "Sans relecture")
        publishing.publish_unreviewed(unread, by=SYSTEM, revision=unread.draft_id or 0)
        self.at_desk(self.thomas)
        for value, _label in StateFilter.lookups(StateFilter.__new__(StateFilter), None, None):
            self.assertEqual(self.client.get(f"{LIST}?state={value}").status_code, 200, value)
        page = self.client.get(f"{LIST}?state=unreviewed")
        self.assertContains(page, "Sans relecture")
        self.assertNotContains(page, "Un casque")

    def test_it_hides_an_article_of_another_publication_and_its_history(self) -> None:
        draft = make_draft(self.kg, "Secret de KultureGeek")
        self.at_desk(self.julien)
        for address in (page_of(draft), reverse("admin:articles_article_history", args=[draft.pk])):
            answer = self.client.get(address, follow=True)
            self.assertNotContains(answer, "Secret de KultureGeek")
            self.assertEqual(answer.redirect_chain[0][0], "/admin/")

    def test_it_does_not_search_nor_filter_its_way_to_another_publication(self) -> None:
        make_draft(self.kg, "Secret de KultureGeek")
        self.at_desk(self.julien)
        for query in (
            "?q=Secret",
            "?state=draft",
            f"?section={self.science.pk}",
            "?desk_kind__exact=news",
            f"?publication__id={self.kg.pk}",
        ):
            answer = self.client.get(LIST + query, follow=True)
            self.assertNotContains(answer, "Secret de KultureGeek", status_code=answer.status_code)

    def test_it_names_no_article_of_another_publication_under_an_image(self) -> None:
        image = make_image()
        make_draft(self.kg, "Secret de KultureGeek", lead_image=image)
        self.at_desk(self.julien)
        page = self.client.get(reverse("admin:articles_image_change", args=[image.pk]))
        self.assertNotContains(page, "Secret de KultureGeek")

    def test_it_offers_only_the_sections_of_the_articles_publication(self) -> None:
        self.at_desk(self.julien)
        page = self.client.get(LIST + "add/", follow=True)
        self.assertEqual(list(page.context["form"].fields["section"].queryset), [self.mac])

    def test_it_refuses_a_forged_section(self) -> None:
        self.at_desk(self.julien)
        answer = self.client.post(
            LIST + "add/", {"headline": "Ici", "kind": "news", "section": self.science.pk, "_save": "1"}
        )
        self.assertIn("section", answer.context["form"].errors)
        self.assertFalse(Article.objects.exists())

    def test_it_shows_nothing_to_who_has_no_membership(self) -> None:
        make_draft(self.kg, "Secret de KultureGeek")
        self.at_desk(self.zoe)
        self.assertEqual(self.client.get(LIST).status_code, 403)
        self.assertEqual(self.client.get("/admin/articles/image/").status_code, 403)
        self.assertEqual(self.client.get("/admin/articles/tag/complete/?q=a").status_code, 403)
        self.assertNotContains(self.client.get("/admin/"), "Secret")

    def test_it_asks_a_stranger_to_sign_in(self) -> None:
        self.client.defaults["HTTP_HOST"] = "localhost"
        for address in (
            LIST,
            "/admin/articles/image/picker/",
            "/admin/articles/tag/complete/",
            "/admin/articles/article/embed/",
        ):
            self.assertRedirects(self.client.get(address), f"/admin/login/?next={address}")

    def test_it_switches_to_publications_of_ones_own_only(self) -> None:
        self.at_desk(self.julien)
        self.client.post("/admin/switch/", {"publication": self.kg.pk})
        make_draft(self.kg, "Secret de KultureGeek")
        self.assertNotContains(self.client.get(LIST), "Secret de KultureGeek")

    def test_it_goes_back_to_pages_of_its_own_only(self) -> None:
        self.at_desk(self.alix)
        answer = self.client.post("/admin/switch/", {"publication": self.ia.pk, "next": "https://evil.example/"})
        self.assertEqual(answer["Location"], "/admin/")


class FormTests(NewsroomTestCase):
    def post(self, article: Article | None, button: str, **fields: Any) -> Any:
        base = {"headline": "Un titre", "kind": "news", "section": self.science.pk, "body": "<p>Un texte.</p>"}
        if article:
            base["base"] = article.working.pk
            base["live"] = article.live_id or ""
        address = page_of(article) if article else LIST + "add/"
        pressed = {"_step": button} if button in TRANSITIONS else {button: "1"}
        # A yes to what the checks ask of so bare an article.
        return self.client.post(f"{address}?{YES}", {**base, **fields, **pressed})

    def test_it_saves_a_first_draft_with_ordered_bylines_and_tags(self) -> None:
        hugo, ines = make_author("Hugo Lemaire"), make_author("Inès Benali")
        self.at_desk(self.camille)
        self.post(None, "_save", authors="Inès Benali, hugo lemaire", tags="Robot, énergie, ROBOT")
        article = Article.objects.get()
        self.assertEqual(article.draft.author_ids, [ines.pk, hugo.pk])
        self.assertEqual([tag.name for tag in Content.of(article.draft).tags], ["Robot", "énergie"])
        self.assertEqual(article.created_by, self.camille)

    def test_it_offers_a_writer_no_publish_button_where_review_is_required_and_refuses_a_forged_one(self) -> None:
        draft = make_draft(self.kg, by=self.camille)
        self.at_desk(self.camille)
        self.assertNotContains(self.client.get(page_of(draft)), "publish")
        self.assertEqual(self.post(draft, "approve_and_publish").status_code, 403)
        draft.refresh_from_db()
        self.assertIsNone(draft.live)
        self.assertEqual(Revision.objects.filter(article=draft).count(), 1)

    def test_it_publishes_what_was_typed_and_logs_who(self) -> None:
        draft = make_draft(self.kg)
        self.at_desk(self.ines)
        self.post(draft, "approve_and_publish", headline="Tapé à l'instant")
        draft.refresh_from_db()
        self.assertEqual(draft.live.headline, "Tapé à l’instant")
        self.assertEqual(Event.objects.filter(article=draft).first().actor, self.ines)

    def test_it_says_which_rules_stand_in_the_way_and_saves_nothing(self) -> None:
        draft = make_draft(self.kg)
        self.at_desk(self.ines)
        answer = self.post(draft, "approve_and_publish", body="", headline="À garder")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("body", answer.context["form"].errors)
        self.assertContains(answer, "À garder")
        self.assertEqual(Revision.objects.filter(article=draft).count(), 1)

    def test_it_loses_nothing_when_somebody_else_saved_meanwhile(self) -> None:
        draft = make_draft(self.kg)
        opened = draft.working.pk
        editing.save_draft(draft, Content(headline="D'Inès", section=self.science, body="<p>x</p>"), by=self.ines)
        self.at_desk(self.thomas)
        answer = self.client.post(
            page_of(draft),
            {"headline": "De Thomas", "kind": "news", "base": opened, "body": "<p>Mon texte.</p>", "_save": "1"},
        )
        self.assertContains(answer, "De Thomas")
        self.assertContains(answer, "Mon texte.")
        self.assertContains(answer, "ines")
        draft.refresh_from_db()
        self.assertEqual(draft.desk_headline, "D’Inès")

    def test_it_puts_ones_revision_in_place_of_theirs_when_saved_again(self) -> None:
        draft = make_draft(self.kg)
        opened = draft.working.pk
        theirs = editing.save_draft(
            draft, Content(headline="D'Inès", section=self.science, body="<p>x</p>"), by=self.ines
        ).draft
        self.at_desk(self.thomas)
        answer = self.post(draft, "_save", headline="De Thomas", base=opened)
        answer = self.post(draft, "_save", headline="De Thomas", base=answer.context["form"]["base"].value())
        draft.refresh_from_db()
        self.assertEqual(draft.desk_headline, "De Thomas")
        self.assertTrue(Revision.objects.filter(pk=theirs.pk, headline="D’Inès").exists())

    def test_it_begins_an_article_on_the_site_its_form_was_opened_for(self) -> None:
        self.person("anne", (self.kg, Role.EDITOR), (self.ia, Role.EDITOR))
        self.at_desk(get_user_model().objects.get(username="anne"))
        other = make_draft(self.ia, "Sur l'autre site")
        self.client.get(page_of(other))  # in another tab
        self.post(None, "_save", publication=self.kg.pk)
        self.assertEqual(Article.objects.get(desk_headline="Un titre").publication, self.kg)

    def test_it_takes_no_publication_of_others_from_a_forged_form(self) -> None:
        self.at_desk(self.julien)
        self.assertEqual(self.post(None, "_save", publication=self.kg.pk).status_code, 403)
        self.assertFalse(Article.objects.exists())

    def test_it_saves_what_was_typed_when_an_article_is_withdrawn(self) -> None:
        article = make_article(self.kg)
        self.at_desk(self.thomas)
        self.post(article, "withdraw", headline="Retravaillé", **{"withdraw-notice": "Une erreur."})
        article.refresh_from_db()
        self.assertTrue(article.is_withdrawn(timezone.now()))
        self.assertEqual(article.draft.headline, "Retravaillé")

    def test_it_keeps_a_withdrawn_article_withdrawn_when_a_change_is_published(self) -> None:
        article = publishing.withdraw(make_article(self.kg), by=self.thomas, notice="Une erreur.")
        self.at_desk(self.thomas)
        self.post(article, "approve_and_publish", headline="Corrigé", change="typo")
        article.refresh_from_db()
        self.assertEqual(article.live.headline, "Corrigé")
        self.assertEqual(self.read(article.path).status_code, 410)

    def test_it_asks_what_a_change_to_a_live_article_is(self) -> None:
        article = make_article(self.kg)
        self.at_desk(self.ines)
        self.assertIn("change", self.post(article, "approve_and_publish", headline="Réécrit").context["form"].errors)
        self.post(article, "approve_and_publish", headline="Réécrit", change="update")
        article.refresh_from_db()
        self.assertIsNotNone(article.updated_at)

    def test_it_lets_a_writer_edit_the_article_they_sign_and_says_why_not_another(self) -> None:
        camille = make_author("Camille Roussel", user=self.camille)
        signed, other = make_draft(self.kg, "Signé", authors=(camille,)), make_draft(self.kg, "Un autre")
        self.at_desk(self.camille)
        self.post(signed, "_save", headline="Relu par Camille", authors="Camille Roussel")
        signed.refresh_from_db()
        self.assertEqual(signed.desk_headline, "Relu par Camille")
        self.assertContains(self.client.get(page_of(other)), "is-read-only")

    def test_it_keeps_namesakes_apart_in_a_form_that_nobody_touched(self) -> None:
        article = make_draft(self.kg, authors=(make_author("Camille Roussel"),))
        make_author("Camille ROUSSEL")
        self.at_desk(self.ines)
        form = self.client.get(page_of(article)).context["form"]
        self.assertEqual(str(form["authors"].value()), "Camille Roussel (camille-roussel)")
        self.assertFalse(self.post(article, "_save", authors=form["authors"].value()).context)

    def test_a_stale_step_overrides_nobody_and_tells_what_happened(self) -> None:
        draft = make_draft(self.kg, by=self.camille)
        article = publishing.approve(draft, by=self.ines, revision=draft.draft_id)
        seen = {"stage": article.stage, "base": article.working.pk, "_step": "publish"}
        publishing.request_changes(article, by=self.ines, revision=article.draft_id, note="STOP : démenti.")
        self.at_desk(self.thomas)
        form = self.client.get(page_of(article)).context["form"]
        typed = {name: form[name].value() or "" for name in form.fields}
        answer = self.client.post(f"{page_of(article)}?{YES}", {**typed, **seen})
        self.assertContains(answer, "STOP : démenti.")
        article.refresh_from_db()
        self.assertEqual((article.stage, article.live), ("changes_requested", None))

    def test_who_typed_nothing_is_shown_what_another_saved(self) -> None:
        article = publishing.submit(make_draft(self.kg, "Le premier titre", by=self.camille), by=self.camille)
        self.at_desk(self.ines)
        form = self.client.get(page_of(article)).context["form"]
        typed = {name: form[name].value() or "" for name in form.fields}
        theirs = replace(Content.of(article.working), standfirst="Relu par l’avocat.")
        editing.save_draft(article, theirs, by=self.thomas)
        answer = self.client.post(page_of(article), {**typed, "stage": "in_review", "_step": "approve"})
        self.assertContains(answer, "Relu par l’avocat.")
        self.assertContains(answer, "/compare/?from=1&amp;to=2")
        article.refresh_from_db()
        self.assertEqual((article.stage, article.draft.standfirst), ("in_review", "Relu par l’avocat."))

    def test_a_time_typed_is_the_articles_own_sites_whatever_another_tab_switched_to(self) -> None:
        anne = self.person("anne", (self.kg, Role.EDITOR), (self.ia, Role.EDITOR))
        self.ia.time_zone = "America/New_York"
        self.ia.save()
        draft = make_draft(self.ia, standfirst="Un chapô.", lead_image=make_image(), authors=(make_author("Hugo"),))
        article = publishing.approve(draft, by=anne, revision=draft.draft_id)
        self.at_desk(anne)
        self.client.get(page_of(article))
        self.client.post("/admin/switch/", {"publication": self.kg.pk})
        self.client.post(
            page_of(article), {"_step": "schedule", "schedule-at": "2031-01-15T09:00", "base": article.draft_id}
        )
        article.refresh_from_db()
        self.assertEqual(article.published_at, dt.datetime(2031, 1, 15, 14, tzinfo=dt.UTC))

    def test_it_tells_times_in_the_publications_zone(self) -> None:
        draft = make_draft(self.kg)
        event = draft.events.get()
        self.at_desk(self.ines)
        with timezone.override(self.kg.zone), translation.override("fr"):
            local = desk_date(event.at)
        self.assertContains(self.client.get(page_of(draft)), local)

    def test_it_lets_a_moderator_read_and_change_nothing(self) -> None:
        draft = make_draft(self.kg)
        self.at_desk(self.sarah)
        self.assertNotContains(self.client.get(page_of(draft)), 'name="_save"')
        self.assertEqual(self.post(draft, "_save", headline="Forgé").status_code, 403)

    def test_it_withdraws_and_puts_back(self) -> None:
        article = make_article(self.kg)
        self.at_desk(self.thomas)
        self.client.post(page_of(article), {"withdraw-notice": "Une erreur.", "_step": "withdraw"})
        article.refresh_from_db()
        self.assertTrue(article.is_withdrawn(timezone.now()))
        self.client.post(page_of(article), {"_step": "reinstate"})
        article.refresh_from_db()
        self.assertIsNone(article.withdrawn_at)

    def test_it_keeps_a_typed_form_when_a_withdrawal_lacks_its_notice(self) -> None:
        article = make_article(self.kg)
        self.at_desk(self.thomas)
        answer = self.post(article, "withdraw", headline="En cours de frappe", **{"withdraw-notice": ""})
        self.assertContains(answer, "En cours de frappe")
        self.assertTrue(answer.context["form"].errors)

    def test_it_never_calls_taggits_own_saving(self) -> None:
        article = make_article(self.kg, tags=make_tags("Robot"))
        self.at_desk(self.ines)
        self.post(article, "_save", tags="Énergie")
        self.assertEqual([tag.name for tag in article.tags.all()], ["Robot"])

    def test_it_shows_the_timeline_and_what_an_import_lost(self) -> None:
        article = make_article(self.kg)
        ImportedItem.objects.create(
            publication=self.kg, source="https://a.example", key="post:1", article=article, lost=["<u>"]
        )
        self.at_desk(self.ines)
        page = self.client.get(page_of(article))
        self.assertContains(page, '<ol class="events">')
        self.assertContains(page, "&lt;u&gt;")
        history = self.client.get(reverse("admin:articles_article_history", args=[article.pk]))
        self.assertContains(history, article.events.latest("at").get_verb_display())

    def test_it_takes_hostile_names_with_a_clear_error(self) -> None:
        self.at_desk(self.ines)
        answer = self.post(
            None, "_save", authors="Personne", tags="!!!," + "a" * 101, sponsor="x" * 121, slug="y" * 200
        )
        self.assertEqual(set(answer.context["form"].errors), {"authors", "tags", "sponsor", "slug"})

    def test_it_escapes_what_people_type_everywhere(self) -> None:
        evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
        self.at_desk(self.ines)
        self.post(
            None,
            "approve_and_publish",
            headline=evil,
            kicker=evil[:90],
            standfirst=evil,
            tags=evil[:90],
            body=f"<p>x</p>{evil}",
        )  # fmt: skip
        article = Article.objects.get()
        for page in (
            self.client.get(page_of(article)),
            self.client.get(LIST),
            self.client.get("/admin/"),
            self.read(article.path),
            self.read("/"),
        ):
            self.assertNotContains(page, "<script>alert")
            self.assertNotContains(page, "<img src=x")


class ListTests(NewsroomTestCase):
    def test_it_answers_each_queue_from_the_rows(self) -> None:
        mine = make_draft(self.kg, "Le mien", by=self.camille)
        other = make_draft(self.kg, "Un autre")
        live = make_article(self.kg, "En ligne")
        later = publishing.publish_imported(make_draft(self.kg, "Plus tard"), at=timezone.now() + dt.timedelta(hours=1))
        gone = publishing.withdraw(make_article(self.kg, "Retiré"), by=self.thomas, notice="Non.")
        self.at_desk(self.camille)
        for state, articles in {
            "draft": {mine, other},
            "mine": {mine},
            "live": {live},
            "scheduled": {later},
            "withdrawn": {gone},
        }.items():
            page = self.client.get(LIST, {"state": state})
            self.assertEqual(set(page.context["cl"].result_list), articles, state)

    def test_the_panel_of_what_is_scheduled_leads_to_all_of_it(self) -> None:
        moment = timezone.now() + dt.timedelta(hours=1)
        later = publishing.publish_imported(make_draft(self.kg, "Plus tard"), at=moment)
        going = scheduling.schedule_withdrawal(
            make_article(self.kg, "Bientôt retiré"), by=SYSTEM, at=moment, notice="Non."
        )
        make_article(self.kg, "En ligne")
        self.at_desk(self.alix)
        panels = self.client.get("/admin/").context["panels"]
        panel = next(panel for panel in panels if {row.pk for row in panel.get("rows", ())} == {later.pk, going.pk})
        self.assertEqual(set(self.client.get(panel["url"]).context["cl"].result_list), {later, going})

    def test_it_finds_headlines_however_they_are_typed(self) -> None:
        article = make_draft(self.kg, "L'œuvre en réalité virtuelle")
        make_draft(self.kg, "Un autre")
        self.at_desk(self.ines)
        for words in ("realite", "RÉALITÉ virtuelle", "l’oeuvre", "L'Œuvre"):
            page = self.client.get(LIST, {"q": words})
            self.assertEqual(list(page.context["cl"].result_list), [article], words)

    def test_it_costs_the_same_however_many_articles(self) -> None:
        self.at_desk(self.alix)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.client.get(LIST)
            return len(captured)

        make_article(self.kg, authors=(make_author("Hugo"),))
        queries()
        cost = queries()
        for n in range(30):
            make_article(self.kg, f"Histoire {n}", authors=(make_author(f"Auteur {n}"),))
        self.assertEqual(queries(), cost)
        self.assertLessEqual(cost, 12)

    def test_it_counts_no_further_than_a_thousand(self) -> None:
        draft = make_draft(self.kg)
        now = timezone.now()
        Article.objects.bulk_create(
            Article(publication=self.kg, draft=draft.draft, desk_headline=f"Histoire {n}", saved_at=now)
            for n in range(1100)
        )
        self.at_desk(self.alix)
        self.assertContains(self.client.get(LIST), "Plus de 1000 lignes")
