"""Settings, rules, terms, policies at the desk: tried on the past, then switched on."""

from typing import Any
from unittest.mock import patch

from lxml import html

from comments.actions import settings as comment_settings
from comments.admin import replays
from comments.models import CommentSettings, RuleSetting, Term, ThreadPolicy
from comments.screening import RULES, Screen
from tests.comments.base import CommentsTestCase
from tests.factories import make_article

RULES_PAGE = "/admin/comments/commentsettings/rules/"


def fields_of(page: Any) -> dict[str, Any]:
    """What a browser sends of a settings page, hidden initial values included."""
    data = {}
    for field in page.context["adminform"].form:
        value, name = field.value(), field.html_name
        if value not in (None, False):
            data[name] = "on" if value is True else value
        if field.field.show_hidden_initial:
            data[field.html_initial_name] = "" if value is None else value
    return data


class StaleFormTests(CommentsTestCase):
    def test_a_form_opened_before_another_was_saved_writes_only_what_was_changed_in_it(self) -> None:
        self.at_desk(self.thomas)
        page = f"/admin/comments/commentsettings/{self.set().pk}/change/"
        first, second = fields_of(self.client.get(page)), fields_of(self.client.get(page))
        self.client.post(page, {**second, "page_size": "20"})
        self.client.post(page, {**first, "depth": "2"})
        row = CommentSettings.objects.get()
        self.assertEqual((row.depth, row.page_size), (2, 20))


class RulesTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.at_desk(self.sarah)

    def form(self, **changes: Any) -> dict[str, Any]:
        """The page's form as it stands, with some fields changed: {"links-limit": 0}."""
        data: dict[str, Any] = {"publication": self.kg.pk}
        for rule in RULES:
            if not rule.is_fixed:
                data |= {f"{rule.name}-is_on": "on"} if rule.is_on else {}
                data |= {f"{rule.name}-verdict": rule.verdict.value}
                data |= {f"{rule.name}-limit": rule.limit} if rule.limit is not None else {}
                data |= {f"{rule.name}-minutes": rule.minutes} if rule.minutes is not None else {}
        return {key: value for key, value in {**data, **changes}.items() if value is not None}

    def test_it_lists_every_rule_in_order(self) -> None:
        page = self.client.get(RULES_PAGE).content.decode()
        positions = [page.index(f'name="{rule.name}-is_on"') for rule in RULES if not rule.is_fixed]
        self.assertEqual(positions, sorted(positions))

    def test_saving_writes_what_changed_and_nothing_else(self) -> None:
        self.client.post(RULES_PAGE, self.form(**{"links-limit": "1", "_save": "1"}))
        row = RuleSetting.objects.get()
        self.assertEqual((row.publication, row.name, row.limit, row.is_on), (self.kg, "links", 1, True))
        self.client.post(RULES_PAGE, self.form(**{"links-limit": "1", "links-is_on": None, "_save": "1"}))
        self.assertFalse(Screen.of(self.set()).rule("links").is_on)

    def test_trying_shows_whom_it_would_wrong_and_changes_nothing(self) -> None:
        self.decide(self.post("Voir https://a.fr"), "approve")
        page = self.client.post(RULES_PAGE, self.form(**{"links-limit": "0", "_try": "links"}))
        self.assertContains(page, "Ce qui aurait été pris à tort")
        self.assertContains(page, "Voir https://a.fr")
        self.assertContains(page, 'name="links-limit" value="0"')
        self.assertFalse(RuleSetting.objects.exists())

    def gone_on(self, page: Any, **changes: Any) -> dict[str, Any]:
        """The hidden fields of a replay that is not over, as a browser sends them."""
        rows = html.fromstring(page.content.decode()).xpath('//section[@id="replay"]//input[@form="replayed"]')
        data: dict[str, Any] = {}
        for row in rows:
            data.setdefault(row.get("name"), []).append(row.get("value"))
        return {**data, **changes}

    def test_one_request_tries_what_it_has_time_for_and_the_page_goes_on(self) -> None:
        self.enterContext(patch.object(replays, "SECONDS", 0))
        for text, decision in (("Voir https://a.fr", "approve"), ("Et https://b.fr", "reject"), ("Bonjour", "approve")):
            self.decide(self.post(text), decision)
        asked = self.form(**{"links-limit": "0", "_try": "links"})
        page = self.client.post(RULES_PAGE, asked)
        numbers = []
        while "data-goes-on" in page.content.decode():
            numbers.append(page.context["replay"].tried)
            page = self.client.post(RULES_PAGE, {**asked, **self.gone_on(page)})
        self.assertEqual(numbers, [1, 2, 3])
        replay = page.context["replay"]
        self.assertEqual((replay.tried, replay.caught, replay.wronged, replay.passed), (3, 1, 1, 0))
        self.assertContains(page, "Voir https://a.fr")
        self.assertContains(page, "Et https://b.fr")

    def test_another_threshold_begins_anew(self) -> None:
        self.enterContext(patch.object(replays, "SECONDS", 0))
        for text in ("Voir https://a.fr", "Et https://b.fr"):
            self.decide(self.post(text), "approve")
        page = self.client.post(RULES_PAGE, self.form(**{"links-limit": "0", "_try": "links"}))
        other = self.form(**{"links-limit": "1", "_try": "links"})
        self.assertEqual(self.client.post(RULES_PAGE, {**other, **self.gone_on(page)}).context["replay"].tried, 1)

    def test_a_forged_replay_shows_nothing_of_another_site(self) -> None:
        self.enterContext(patch.object(replays, "SECONDS", 0))
        theirs = self.post("Un secret.", article=make_article(self.ia))
        self.decide(self.post("Voir https://a.fr"), "approve")
        asked = self.form(**{"links-limit": "0", "_try": "links"})
        fields = self.gone_on(self.client.post(RULES_PAGE, asked))
        forged = {
            "replay-wrong": [f"{theirs.pk}:x", "abc", ":", "9" * 30],
            "replay-tried": "-1",
            "replay-since": "2026-99-99T1",
        }
        answer = self.client.post(RULES_PAGE, {**asked, **fields, **forged})
        self.assertEqual(answer.status_code, 200)
        self.assertNotContains(answer, "Un secret.")

    def test_more_terms_than_one_request_has_time_for_are_refused_and_kept(self) -> None:
        self.enterContext(patch.object(comment_settings, "MAX_TERMS_AT_ONCE", 2))
        data = {"lines": "un\ndeux\n\ntrois", "kind": "banned", "publication": self.kg.pk}
        for button in ("_try", "_save"):
            page = self.client.post("/admin/comments/term/add/", {**data, button: "1"})
            self.assertContains(page, "3 termes\u00a0: donnez-en 2 au plus à la fois")
            self.assertContains(page, "un\ndeux\n\ntrois")
        self.assertFalse(Term.objects.exists())

    def test_a_bad_threshold_gets_an_error_and_nothing_is_saved(self) -> None:
        page = self.client.post(RULES_PAGE, self.form(**{"links-limit": "-1", "rate-minutes": "", "_save": "1"}))
        self.assertContains(page, "errorlist")
        self.assertFalse(RuleSetting.objects.exists())

    def test_only_who_may_screen_sees_it(self) -> None:
        for person in (self.camille, self.ines, self.julien):
            self.at_desk(person)
            answer = self.client.post(RULES_PAGE, self.form(**{"links-limit": "0", "_save": "1"}))
            self.assertEqual(answer.status_code, 403)
        self.assertFalse(RuleSetting.objects.exists())

    def test_terms_are_tried_and_then_added(self) -> None:
        self.decide(self.post("Mes montres."), "reject")
        data = {"lines": "montres\nPARIS", "kind": "banned", "publication": self.kg.pk}
        page = self.client.post("/admin/comments/term/add/", {**data, "_try": "1"})
        self.assertContains(page, "Ce qui aurait été pris")
        self.assertContains(page, "montres\nPARIS")
        self.assertFalse(Term.objects.exists())
        self.client.post("/admin/comments/term/add/", {**data, "_save": "1"})
        self.assertEqual(set(Term.objects.values_list("folded", "kind")), {("montres", "banned"), ("paris", "banned")})

    def test_what_cannot_be_a_term_is_said_and_kept_to_be_mended(self) -> None:
        lines = "arnaque\n!!\n🐒\nARNAQUE\n" + "x" * 101
        data = {"lines": lines, "kind": Term.Kind.SUSPECT, "publication": self.kg.pk}
        page = self.client.post("/admin/comments/term/add/", {**data, "_save": "1"})
        self.assertContains(page, "2 ajoutés, 1 déjà là, 2 refusés\xa0: «\xa0!!\xa0» (aucun mot ni signe), «\xa0xxx")
        self.assertContains(page, "!!\n" + "x" * 101 + "</textarea>")
        self.assertEqual(list(Term.objects.values_list("text", flat=True)), ["ARNAQUE", "🐒"])
        page = self.client.post("/admin/comments/term/add/", {**data, "lines": "!!", "_try": "1"})
        self.assertContains(page, "1 refusé\xa0: «\xa0!!\xa0»")

    def test_terms_are_switched_off_and_forgotten_from_their_list(self) -> None:
        data = {"lines": "montres", "kind": "banned", "publication": self.kg.pk, "_save": "1"}
        self.client.post("/admin/comments/term/add/", data)
        term = Term.objects.get()
        for action, left in (("switch_off", [False]), ("switch_on", [True]), ("remove", [])):
            self.client.post("/admin/comments/term/", {"action": action, "_selected_action": [term.pk]})
            self.assertEqual(list(Term.objects.values_list("is_on", flat=True)), left)

    def test_a_publisher_changes_the_settings(self) -> None:
        self.at_desk(self.thomas)
        page = self.client.get("/admin/comments/commentsettings/", follow=True)
        self.assertContains(page, "Niveaux de réponses")
        row = CommentSettings.objects.get()
        fields = {
            "mode": "premoderated", "closes_after": "30", "order": "newest", "page_size": "20", "depth": "2",
            "longest": "1000", "edit_minutes": "5", "rules": "Une règle.", "privacy_notice": "", "vault_days": "365",
            "message_days": "365",
        }  # fmt: skip
        self.client.post(f"/admin/comments/commentsettings/{row.pk}/change/", fields)
        row.refresh_from_db()
        self.assertEqual((row.mode, row.closes_after, row.depth, row.gives_reasons), ("premoderated", 30, 2, False))

    def test_a_moderator_reads_them_only(self) -> None:
        self.client.get("/admin/comments/commentsettings/")
        row = CommentSettings.objects.get()
        self.client.post(f"/admin/comments/commentsettings/{row.pk}/change/", {"mode": "closed"})
        row.refresh_from_db()
        self.assertEqual(row.mode, "open")

    def test_an_article_gets_a_policy_of_its_own_and_loses_it(self) -> None:
        url = "/admin/comments/threadpolicy/"
        page = self.client.get(f"{url}add/?article={self.article.pk}", follow=True)
        self.assertContains(page, self.article.desk_headline)
        self.client.post(
            f"{url}add/", {"article": self.article.pk, "section": "", "mode": "closed", "closes_after": ""}
        )
        row = ThreadPolicy.objects.get()
        self.assertEqual((row.publication, row.article, row.mode), (self.kg, self.article, "closed"))
        self.assertRedirects(self.client.get(f"{url}add/?article={self.article.pk}"), f"{url}{row.pk}/change/")
        page = self.client.post(f"{url}add/", {"article": "", "section": "", "mode": "closed"})
        self.assertContains(page, "Désignez une rubrique ou un article")
        self.client.post(f"{url}{row.pk}/delete/", {"post": "yes"})
        self.assertFalse(ThreadPolicy.objects.exists())
