"""A bad day: three hundred mixed comments, one moderator, the keyboard alone."""

import sys
import time
from collections import Counter
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from comments.actions import posting
from comments.actions import settings as comment_settings
from comments.actions.moderation import SeenVersion, decide
from comments.actions.posting import NewComment
from comments.models import Comment, ModerationBatch, Term
from comments.states import Decision, Status
from newsroom.lib.client import Client
from newsroom.publications.permissions import SYSTEM
from tests.browser.base import BrowserTestCase
from tests.factories import make_article

MANY = 300
# What the moderator presses at what they read.
KINDS = {
    "a": "Merci pour cet article, le passage {n} m’a appris quelque chose.",
    "r": "Vous êtes des crétins, et le numéro {n} encore plus.",
    "s": "Gagnez de l’argent sans effort, offre {n} : https://a.example https://b.example https://c.example",
    "b": "Montres de luxe à prix d’usine, lot {n}.",
}
ENDS = {"a": Status.APPROVED, "r": Status.REJECTED, "s": Status.SPAM, "b": Status.SPAM}


class BadDayTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = make_article(self.kg, "Un casque qui voit loin")
        comment_settings.add_terms(self.kg, ["créti*", "montres de luxe"], Term.Kind.SUSPECT, by=SYSTEM)

    def bad_day(self, number: int) -> None:
        """Comments as they come, held for this reason or that; each from a source of its own."""
        now, keys = timezone.now(), list(KINDS)
        for n in range(number):
            key = keys[(n * 7) % 4]
            new = NewComment(KINDS[key].format(n=n), f"Lecteur {n}", f"l{n}@example.org")
            made = posting.post(self.article, new, client=Client(f"2001:db8:{n}::1", 1))
            Comment.objects.filter(pk=made.pk).update(status=Status.HELD, posted_at=now)

    def settled(self) -> None:
        """Waits until the desk has answered all that was asked: the rows can be read then."""
        expect(self.page.locator("[data-rows]")).to_have_attribute("aria-busy", "false", timeout=60_000)

    def key_for(self, row: Any) -> str:
        words = row.locator(".queue-text").inner_text()
        return next(key for key, text in KINDS.items() if text.partition("{n}")[0] in words)

    def test_one_moderator_gets_through_by_keyboard(self) -> None:
        self.bad_day(MANY)
        self.sign_in("sarah")
        self.page.goto(f"{self.live_server_url}/admin/comments/comment/?tab=held")
        begun, pressed = time.monotonic(), Counter[str]()
        for _ in range(MANY):
            row = self.page.locator(".queue-row.is-current")
            key = self.key_for(row)
            pressed[key] += 1
            self.page.keyboard.press(key)
        expect(self.page.locator("[data-status]")).to_have_text("Plus rien ici. Bravo.", timeout=60_000)
        self.settled()
        took = time.monotonic() - begun
        sys.stderr.write(f"\n{MANY} comments by keyboard in {took:.0f} s ({took / MANY * 1000:.0f} ms each)\n")
        self.assertEqual(sum(pressed.values()), MANY)
        for key, words in KINDS.items():
            found = Comment.objects.filter(text__startswith=words.partition("{n}")[0])
            self.assertEqual(set(found.values_list("status", flat=True)), {ENDS[key]}, key)
        self.assertEqual(ModerationBatch.objects.count(), MANY)

    def test_keys_move_choose_undo_and_help(self) -> None:
        self.bad_day(6)
        self.sign_in("sarah")
        self.page.goto(f"{self.live_server_url}/admin/comments/comment/?tab=held")
        rows, press = self.page.locator(".queue-row"), self.page.keyboard.press
        expect(rows.nth(0)).to_have_class("queue-row is-current")
        press("j"), press("j"), press("j"), press("k")
        expect(rows.nth(1)).to_have_class("queue-row is-current")
        press("r")
        expect(rows.nth(1)).to_contain_text("Refusé")
        expect(self.page.locator('[data-tab="held"]')).to_have_text("5")
        press("u")
        expect(self.page.locator('[data-tab="held"]')).to_have_text("6")
        expect(rows.nth(1)).not_to_contain_text("Refusé")
        press("x"), press("x")
        press("s")
        expect(self.page.locator('[data-tab="spam"]')).to_have_text("2")
        self.settled()
        self.assertEqual(ModerationBatch.objects.latest("pk").done, 2)
        press("?")
        expect(self.page.locator("#keys")).to_be_visible()
        press("Escape")
        press("/")
        self.page.keyboard.type("a r s b")
        expect(self.page.locator("#queue-words")).to_have_value("a r s b")
        self.assertEqual(Comment.objects.filter(status=Status.HELD).count(), 4)

    def test_a_comment_that_another_decided_says_so(self) -> None:
        self.bad_day(2)
        self.sign_in("sarah")
        self.page.goto(f"{self.live_server_url}/admin/comments/comment/?tab=held")
        row = Comment.objects.order_by("pk").first()
        decide(self.kg, [SeenVersion(row.pk, 1)], Decision.APPROVE, by=self.thomas)
        self.page.keyboard.press("r")
        shown = self.page.locator(".queue-row").nth(0)
        expect(shown).to_contain_text("thomas a été plus rapide")
        expect(shown).to_contain_text("approuvé")
        self.settled()
        row.refresh_from_db()
        self.assertEqual(row.status, Status.APPROVED)
        self.page.keyboard.press("k")
        self.page.keyboard.press("r")  # read as it is now, it can be decided again
        expect(shown).to_contain_text("Refusé")
        self.settled()
        row.refresh_from_db()
        self.assertEqual(row.status, Status.REJECTED)

    def test_a_reason_goes_with_one_act_and_enter_sends_nothing(self) -> None:
        self.bad_day(3)
        self.sign_in("sarah")
        self.page.goto(f"{self.live_server_url}/admin/comments/comment/?tab=held")
        self.page.keyboard.press("m")
        self.page.keyboard.type("Hors sujet")
        self.page.keyboard.press("Enter")
        for held in ("2", "1"):
            self.page.keyboard.press("r")
            expect(self.page.locator('[data-tab="held"]')).to_have_text(held)
        self.settled()
        reasons = list(ModerationBatch.objects.order_by("pk").values_list("reason", "done"))
        self.assertEqual(reasons, [("Hors sujet", 1), ("", 1)])

    def test_keys_follow_the_focus_and_never_repeat_and_can_be_switched_off(self) -> None:
        self.bad_day(5)
        self.sign_in("sarah")
        self.page.goto(f"{self.live_server_url}/admin/comments/comment/?tab=held")
        rows = self.page.locator(".queue-row")
        rows.nth(2).get_by_role("button", name="Indésirable").focus()
        self.page.keyboard.down("s")
        self.page.keyboard.down("s")  # held down
        self.page.keyboard.up("s")
        expect(self.page.locator('[data-tab="spam"]')).to_have_text("1")
        expect(rows.nth(2)).to_contain_text("Indésirable")
        self.page.keyboard.press("?")
        self.page.uncheck("#keys-on")
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("s")
        self.page.reload()
        self.page.keyboard.press("s")
        self.page.wait_for_load_state("networkidle")
        self.assertEqual(Comment.objects.filter(status=Status.SPAM).count(), 1)

    def test_acts_are_undone_and_blocks_lifted_from_their_lists(self) -> None:
        self.bad_day(1)
        row = Comment.objects.get()
        decide(self.kg, [SeenVersion(row.pk, 1)], Decision.BLOCK, by=self.sarah)
        self.sign_in("sarah")
        self.page.goto(f"{self.live_server_url}/admin/comments/blockedsender/")
        self.page.get_by_role("button", name="Lever").first.click()
        expect(self.page.locator("#result_list")).to_contain_text("levé")
        self.page.goto(f"{self.live_server_url}/admin/comments/moderationbatch/")
        self.page.get_by_role("button", name="Annuler").click()
        expect(self.page.locator("#result_list")).to_contain_text("annulé")
        row.refresh_from_db()
        self.assertEqual(row.status, Status.HELD)

    def test_the_desks_pages_break_no_accessibility_rule(self) -> None:
        self.bad_day(3)
        self.sign_in("thomas")
        first = Comment.objects.first()
        base = f"{self.live_server_url}/admin/comments/"
        one = f"comment/{first.pk}/change/"
        for path in (
            "comment/?tab=held",
            one,
            "commentsettings/rules/",
            "term/add/",
            "moderationbatch/",
            "threadpolicy/add/",
        ):
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)
                self.page.goto(base + path)
                found = Axe().run(self.page)
                grave = [v["id"] for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
                self.assertEqual(grave, [], (path, scheme))
        self.complaints.clear()  # axe itself tries an inline style
