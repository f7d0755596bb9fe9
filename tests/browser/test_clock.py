"""Times at the desk in a real browser: dialogs, previews, links, the calendar."""

import datetime as dt
from dataclasses import replace
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone, translation

from articles.actions import editing, fronts, planning, publishing, scheduling
from articles.content import Content
from articles.models import Article, PreviewLink
from newsroom.timestamps import desk_date
from newsroom.worker.models import Mail
from tests.browser.base import BrowserTestCase
from tests.factories import make_article, make_author, make_image, make_tags

DAY = dt.timedelta(days=1)


class ClockTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = make_article(
            self.kg, "Un robot plie le linge", standfirst="Un chapô.", lead_image=make_image(),
            authors=(make_author("Camille Roussel", user=self.camille),), tags=make_tags("Robot"),
        )  # fmt: skip
        self.tomorrow = (timezone.now() + DAY).replace(second=0, microsecond=0)

    def open(self, article: Article, page: str = "change") -> None:
        self.page.goto(f"{self.live_server_url}/admin/articles/article/{article.pk}/{page}/")
        self.page.wait_for_load_state()

    def local(self, moment: dt.datetime) -> str:
        return f"{moment.astimezone(self.kg.zone):%Y-%m-%dT%H:%M}"

    def done(self, selector: str) -> str:
        self.page.evaluate("document.body.id = 'before'")
        self.page.click(selector)
        self.page.wait_for_selector("body:not(#before) .messagelist .success")
        return self.page.inner_text(".messagelist .success")

    def test_a_change_is_written_approved_and_given_a_time(self) -> None:
        self.sign_in("ines")
        self.open(self.article)
        self.page.fill("#id_headline", "Un robot plie le linge, et le range")
        self.page.select_option("#id_change", label="mise à jour")
        self.assertFalse(self.page.is_visible("#id_correction"))
        self.page.click(".more-steps summary")
        self.done(".save-bar >> text=Bon à publier")
        self.page.click(".more-steps summary")
        self.page.click(".save-bar >> text=Programmer cette modification…")
        self.page.click("dialog[open] [value=schedule_change]")  # no time: the browser asks for one
        self.assertTrue(self.page.is_visible("dialog#step-schedule_change"))
        yesterday = self.local(self.tomorrow - 2 * DAY)
        self.page.fill("#id_schedule_change-at", yesterday)
        self.page.click("dialog[open] [value=schedule_change]")
        self.page.wait_for_selector(
            "dialog#step-schedule_change[open] .errorlist"
        )  # it stands open again, as it was sent
        self.assertEqual(self.page.input_value("#id_schedule_change-at"), yesterday)
        self.page.fill("#id_schedule_change-at", self.local(self.tomorrow))
        message = self.done("dialog[open] [value=schedule_change]")
        with timezone.override(self.kg.zone), translation.override("fr"):
            self.assertIn(desk_date(self.tomorrow), message)
        self.assertIn("Modification", self.page.inner_text(".article-state"))
        self.article.refresh_from_db()
        self.assertEqual(self.article.next_at, self.tomorrow)

    def test_a_correction_asks_what_readers_are_told(self) -> None:
        self.sign_in("ines")
        self.open(self.article)
        self.page.fill("#id_headline", "Un robot plie dix chemises")
        self.page.select_option("#id_change", label="rectificatif")
        self.assertTrue(self.page.is_visible("#id_correction"))
        self.page.click(".save-bar >> text=Approuver et publier")
        self.page.wait_for_selector(".field-correction .errorlist")
        self.page.fill("#id_correction", "Il en plie dix, et non douze.")
        self.done(".save-bar >> text=Approuver et publier")
        self.page.goto(self.site(self.kg, "/rectificatifs/"))
        self.assertIn("Il en plie dix, et non douze.", self.page.inner_text("main"))
        self.page.click("text=Voir ce qui a changé")
        self.assertIn("dix chemises", self.page.inner_text("main"))

    def test_it_is_seen_at_three_widths_as_readers_would_and_shared(self) -> None:
        content = replace(Content.of(self.article.live), headline="Une version en travail")
        article = editing.save_draft(self.article, content, by=self.ines)
        self.sign_in("ines")
        self.open(article, "preview")
        for width in ("390", "768", "1440"):
            self.page.check(f"input[value='{width}']")
            frame = self.page.frame_locator(f".preview-frame-{width} iframe")
            self.assertEqual(frame.locator("h1").inner_text(), "Une version en travail")
            self.assertEqual(str(frame.locator("html").evaluate("e => e.clientWidth")), width)
            # the site's own stylesheets are in force: its colours, its letters
            self.assertEqual(
                frame.locator(".masthead").evaluate("e => getComputedStyle(e).borderTopColor"), "rgb(200, 16, 46)"
            )
        self.page.fill("#id_for_whom", "Le studio")
        self.done("text=Créer un lien vers la version 2")
        link = PreviewLink.objects.get()
        stranger = self.new_page()
        stranger.goto(self.page.input_value(f"#link-{link.pk}"))
        self.assertEqual(stranger.inner_text("h1"), "Une version en travail")
        self.assertIn("Le studio", stranger.inner_text(".preview-note"))
        self.done("text=Révoquer")
        stranger.reload()
        self.assertIn("fermé", stranger.inner_text("h1"))
        self.complaints.clear()  # Chromium notes the 410

    def test_assigning_and_noting_save_what_was_typed(self) -> None:
        self.sign_in("ines")
        self.open(self.article)
        self.page.fill("#id_headline", "Un robot plie tout le linge")
        self.page.select_option("#id_change", label="mise à jour")
        self.page.click(".desk-acts >> text=Confier…")
        self.page.select_option("#id_assign-to", label="camille")
        self.page.fill("#id_assign-deadline", self.local(self.tomorrow))
        self.done("dialog[open] [name=_action]")
        self.assertEqual(self.page.input_value("#id_headline"), "Un robot plie tout le linge")
        self.assertIn("camille", self.page.inner_text(".desk-side"))
        self.page.click(".desk-acts >> text=Laisser une note…")
        self.page.fill("#id_note-text", "@thomas : une deuxième source ?")
        self.done("dialog[open] [name=_action]")
        self.assertIn("une deuxième source", self.page.inner_text(".notes"))
        self.assertEqual(set(Mail.objects.values_list("to", flat=True)), {"camille@example.org", "thomas@example.org"})

    def fill(self) -> list[str]:
        """Something of everything, and the desk's pages that show it."""
        draft = publishing.approve(
            editing.save_draft(
                self.article, replace(Content.of(self.article.live), headline="Corrigé"),
                by=self.ines, change="correction",
                notice="C’est dix.",
            ),
            by=self.ines, revision=Article.objects.get(pk=self.article.pk).draft_id,
        )  # fmt: skip
        live = publishing.publish(draft, by=self.ines, revision=draft.draft_id)
        scheduling.schedule_withdrawal(live, by=self.thomas, at=self.tomorrow + DAY, notice="Fini.")
        other = planning.assign(
            make_article(self.kg, "Un autre"), to=self.camille, by=self.ines, deadline=self.tomorrow
        )
        planning.set_embargo(other, until=self.tomorrow, by=self.ines)
        planning.add_note(other, "Une note.", by=self.thomas)
        fronts.pin(live, on=self.kg, by=self.ines, until=self.tomorrow)
        mail = Mail.objects.first()
        Mail.objects.filter(pk=mail.pk).update(state="uncertain")
        return [
            "", f"articles/article/{live.pk}/change/", f"articles/article/{other.pk}/change/",
            f"articles/article/{live.pk}/revisions/", f"articles/article/{live.pk}/preview/",
            "articles/article/calendar/", "articles/frontpageslot/",
            "django_tasks_database/dbtaskresult/", "worker/mail/",
            f"worker/mail/{mail.pk}/change/", "worker/recurring/", "articles/article/?state=assigned",
        ]  # fmt: skip

    def serious(self, rules_of_others: set[str] = frozenset()) -> list[Any]:  # type: ignore[assignment]
        found = Axe().run(self.page, options={"iframes": False}).response["violations"]
        self.complaints.clear()  # axe itself tries an inline style
        return [
            (one["id"], one["nodes"][0]["html"][:160])
            for one in found
            if one["impact"] in ("serious", "critical") and one["id"] not in rules_of_others
        ]

    def test_its_pages_break_no_accessibility_rule_and_never_scroll_sideways(self) -> None:
        paths = self.fill()
        self.sign_in("alix")
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for path in paths:
                with self.subTest(scheme=scheme, path=path):
                    self.page.goto(f"{self.live_server_url}/admin/{path}")
                    self.page.wait_for_load_state()
                    if self.page.query_selector("#article"):  # the editor is made, and named, after the page
                        self.page.wait_for_selector(".ProseMirror[aria-labelledby]")
                    self.assertEqual(self.serious(), [])
        for width in (390, 768):
            self.page.set_viewport_size({"width": width, "height": 800})
            for path in paths:
                with self.subTest(width=width, path=path):
                    self.page.goto(f"{self.live_server_url}/admin/{path}")
                    over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    self.assertLessEqual(over, 0)

    def test_readers_pages_break_none_either(self) -> None:
        self.fill()
        edition = self.article.editions.get(change="correction")
        self.article.refresh_from_db()
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for path in ("/", self.article.path, "/rectificatifs/", f"/modifications/{edition.pk}/"):
                with self.subTest(scheme=scheme, path=path):
                    self.page.goto(self.site(self.kg, path))
                    found = Axe().run(self.page)
                    self.assertEqual(found.violations_count, 0, found.generate_report())
