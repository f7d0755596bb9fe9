"""Pages of the desk that did part of what was asked of them go on by themselves."""

from unittest.mock import patch

from playwright.sync_api import expect

from articles.admin import bulk
from articles.models import Event
from articles.workflow import Verb
from comments.actions import moderation, posting
from comments.actions.moderation import SeenVersion
from comments.actions.posting import NewComment
from comments.admin import replays
from comments.states import Decision
from newsroom.lib.client import Client
from newsroom.publications.permissions import SYSTEM
from tests.browser.base import BrowserTestCase
from tests.factories import make_article, make_draft


class GoingOnTests(BrowserTestCase):
    def test_a_bulk_step_reaches_all_that_were_chosen(self) -> None:
        self.enterContext(patch.object(bulk, "MAX_TAKEN", 2))
        for n in range(5):
            make_draft(self.kg, f"Brouillon {n}")
        self.sign_in("ines")
        self.page.goto(f"{self.live_server_url}/admin/articles/article/")
        self.page.check("#action-toggle")
        self.page.select_option("select[name=action]", "submit")
        self.page.click("button[name=index]")
        self.page.click(".bulk-form button.button-main")
        expect(self.page.locator(".messagelist")).to_contain_text("5 articles")
        self.assertEqual(Event.objects.filter(verb=Verb.SUBMITTED).count(), 5)

    def test_a_replay_reaches_the_oldest_and_leaves_what_is_typed_beside_it(self) -> None:
        self.enterContext(patch.object(replays, "SECONDS", 0))
        article = make_article(self.kg)
        for n in range(5):
            new = NewComment(f"Voir https://{n}.fr", f"L{n}", f"l{n}@example.org")
            row = posting.post(article, new, client=Client(f"192.0.2.{n}", 1))
            moderation.decide(self.kg, [SeenVersion(row.pk, row.version)], Decision.APPROVE, by=SYSTEM)
        self.sign_in("sarah")
        self.page.goto(f"{self.live_server_url}/admin/comments/commentsettings/rules/")
        self.page.fill("[name=links-limit]", "0")
        self.page.click("button[name=_try][value=links]")
        self.page.evaluate("window.stayed = true")
        expect(self.page.locator("#replay")).to_contain_text("5 décisions")
        expect(self.page.locator("#replay [data-goes-on]")).to_have_count(0)
        self.assertTrue(self.page.evaluate("window.stayed"))
        self.assertEqual(self.page.input_value("[name=links-limit]"), "0")
