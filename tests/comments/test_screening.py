"""Why was my comment held? Each rule, its order, its threshold, and that it says what it matched."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any
from unittest import skipUnless

import time_machine
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.actions import settings as comment_settings
from comments.models import BlockedSender, Comment, RuleSetting, Term
from comments.refusals import Refused
from comments.screening import BY_NAME, RULES, told
from comments.states import Mode, Status
from newsroom.lib.client import Client
from newsroom.publications.permissions import Forbidden
from tests.comments.base import CAFE, HOME, OFFICE, CommentsTestCase
from tests.factories import make_author

LINKS = "https://a.fr https://b.fr https://c.fr"


class RuleTests(CommentsTestCase):
    def verdict(self, *args: Any, **fields: Any) -> tuple[str, str, str]:
        comment = self.post(*args, **fields)
        return comment.status, comment.rule, comment.matched

    def rule(self, name: str, **fields: Any) -> None:
        comment_settings.save_rule(self.kg, replace(BY_NAME[name], **fields), by=self.sarah)

    def test_it_asks_in_the_fixed_order(self) -> None:
        names = [rule.name for rule in RULES]
        self.assertEqual(
            names,
            ["honeypot", "banned", "too_fast", "rate", "surge", "duplicate", "suspect", "links", "blocked", "borrowed",
             "newcomer", "trusted", "premoderated", "reports"],
        )  # fmt: skip

    def test_a_banned_word_has_one_fate_at_whatever_speed_it_comes(self) -> None:
        comment_settings.add_terms(self.kg, ["betterave"], Term.Kind.BANNED, by=self.sarah)
        fates = [self.verdict("Quelle betterave !", took=0.3)]
        fates += [self.verdict(f"Quelle betterave, numéro {n} !") for n in range(7)]
        self.assertEqual({fate[:2] for fate in fates}, {(Status.REJECTED, "banned")})

    def test_what_an_author_is_told_names_no_word_and_no_number(self) -> None:
        for rule in RULES:
            words = told(rule.name)
            self.assertTrue(words)
            self.assertIsNone(re.search(r"[0-9#]", words), rule.name)
        self.assertEqual(len({told(name) for name in ("honeypot", "blocked", "suspect", "links", "too_fast", "")}), 1)

    def test_a_filled_trap_is_spam(self) -> None:
        self.assertEqual(self.verdict(honeypot="http://x"), (Status.SPAM, "honeypot", "http://x"))

    def test_what_is_typed_in_no_time_is_held(self) -> None:
        self.assertEqual(self.verdict(took=0.4)[:2], (Status.HELD, "too_fast"))
        self.assertEqual(self.verdict("Un autre texte.", took=2.0)[0], Status.APPROVED)

    def test_one_source_is_held_from_its_sixth_in_ten_minutes(self) -> None:
        for n in range(5):
            self.assertEqual(self.verdict(f"Le mot numéro {n}.")[0], Status.APPROVED)
        self.assertEqual(self.verdict("Encore un mot.")[:2], (Status.HELD, "rate"))
        self.assertEqual(self.verdict("Mon mot à moi.", "Léa", client=OFFICE)[0], Status.APPROVED)
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
            self.assertEqual(self.verdict("Plus tard.")[0], Status.APPROVED)

    def test_another_address_of_the_same_home_is_the_same_source(self) -> None:
        for n in range(5):
            self.verdict(f"Le mot numéro {n}.", client=Client(f"2001:db8::{n + 1}", 1))
        self.assertEqual(self.verdict("Un de plus.", client=Client("2001:db8::ffff", 1))[1], "rate")

    def test_a_flood_from_everywhere_is_held_whole(self) -> None:
        self.rule("surge", limit=4)
        verdicts = [self.verdict(f"Le mot numéro {n}.", client=Client(f"203.0.113.{n}", 1))[:2] for n in range(7)]
        self.assertEqual(verdicts, [(Status.APPROVED, "")] * 4 + [(Status.HELD, "surge")] * 3)

    def test_the_same_words_again_are_held_whoever_says_them(self) -> None:
        first = self.post("Achetez mes montres, pas chères !", "Bob")
        again = self.verdict("achetez mes MONTRES,  pas cheres !", "Alf", client=CAFE)
        self.assertEqual(again, (Status.HELD, "duplicate", f"#{first.pk}"))
        self.assertEqual(self.verdict("Merci !", "Léa")[0], self.verdict("Merci !", "Ana", client=CAFE)[0])

    def test_terms_are_found_and_quoted(self) -> None:
        comment_settings.add_terms(self.kg, ["débile", "arnaq*"], Term.Kind.BANNED, by=self.sarah)
        comment_settings.add_terms(self.kg, ["montres"], Term.Kind.SUSPECT, by=self.sarah)
        self.assertEqual(self.verdict("Quel DEBILE."), (Status.REJECTED, "banned", "DEBILE"))
        self.assertEqual(self.verdict("Des arnaqueurs."), (Status.REJECTED, "banned", "arnaqueurs (arnaq*)"))
        self.assertEqual(self.verdict("Mes montres."), (Status.HELD, "suspect", "montres"))

    def test_a_term_that_is_off_or_anothers_is_not_found(self) -> None:
        comment_settings.add_terms(self.ia, ["montres"], Term.Kind.BANNED, by=self.alix)
        comment_settings.add_terms(self.kg, ["casque"], Term.Kind.BANNED, by=self.sarah)
        comment_settings.switch_terms(self.kg, Term.objects.values_list("pk", flat=True), on=False, by=self.sarah)
        self.assertEqual(self.verdict("Mes montres et mon casque.")[0], Status.APPROVED)

    def test_three_links_are_held_and_named(self) -> None:
        self.assertEqual(self.verdict(LINKS), (Status.HELD, "links", LINKS))
        self.assertEqual(self.verdict("https://a.fr https://b.fr")[0], Status.APPROVED)

    def test_nothing_more_comes_from_a_blocked_source_or_e_mail(self) -> None:
        self.confirm("bob@example.org")
        self.decide(self.post(LINKS, "Bob"), "block")
        self.assertEqual(self.verdict("Un nouveau texte.", "Léa")[:2], (Status.SPAM, "blocked"))
        self.assertEqual(self.verdict("Et encore un.", "Bob", client=CAFE)[:2], (Status.SPAM, "blocked"))
        self.assertEqual(self.verdict("Rien à voir.", "Ana", client=OFFICE)[0], Status.APPROVED)

    def test_who_types_anothers_e_mail_has_only_themselves_blocked(self) -> None:
        self.decide(self.post(LINKS, "Victime"), "block")
        self.assertEqual(self.verdict("C’est moi.", "Victime", client=CAFE)[0], Status.APPROVED)

    def test_a_block_outlives_the_key_that_it_was_made_with(self) -> None:
        self.decide(self.post(LINKS, "Bob"), "block")
        with override_settings(SECRET_KEY="another" * 8, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            self.assertEqual(self.verdict("Me revoilà.", "Ana")[:2], (Status.SPAM, "blocked"))

    def test_a_block_ends_when_it_is_lifted_or_over(self) -> None:
        self.decide(self.post(LINKS, "Bob"), "block")
        for block in BlockedSender.objects.all():
            comment_settings.lift_block(block, by=self.sarah)
        self.assertEqual(self.verdict("Me revoilà.", "Bob")[0], Status.APPROVED)
        BlockedSender.objects.update(lifted_at=None, until=timezone.now())
        self.assertEqual(self.verdict("Me revoilà encore.", "Bob")[0], Status.APPROVED)

    def test_nobody_is_taken_for_who_signs_articles_here(self) -> None:
        make_author("Camille Roussel")
        self.assertEqual(
            self.verdict(name="camille ROUSSEL", email="x@example.org"), (Status.HELD, "borrowed", "camille ROUSSEL")
        )
        self.assertEqual(self.verdict("Moi, Hugo.", "Hugo")[0], Status.APPROVED)
        for name in ("Sarah", "sаrаh", "sar\u200dah"):  # who answers here; the second in Cyrillic
            self.assertEqual(self.verdict(f"De {name}.", name, email="x@example.org")[:2], (Status.HELD, "borrowed"))

    def test_newcomers_are_held_where_a_publication_wants_it(self) -> None:
        self.assertEqual(self.verdict("Un.", "Zoé")[0], Status.APPROVED)
        self.rule("newcomer", is_on=True)
        self.assertEqual(self.verdict("Deux.", "Zoé")[0], Status.APPROVED)
        self.assertEqual(self.verdict("Trois.", "Léa"), (Status.HELD, "newcomer", ""))
        self.assertEqual(self.verdict("Quatre.", "Zoé", client=CAFE)[:2], (Status.HELD, "newcomer"))

    def test_trusted_readers_pass_premoderation(self) -> None:
        self.rule("trusted", limit=2)
        for n in range(2):
            self.decide(self.post(f"Le mot numéro {n}."), "approve")
        self.set(mode=Mode.PREMODERATED)
        self.assertEqual(self.verdict("Le troisième.")[:2], (Status.APPROVED, "trusted"))
        # An e-mail alone proves nothing: anybody can type it.
        self.assertEqual(self.verdict("D’ailleurs.", client=CAFE)[:2], (Status.HELD, "premoderated"))
        self.decide(Comment.objects.latest("pk"), "reject")
        self.decide(Comment.objects.filter(source=self.post("Un de plus.").source).latest("pk"), "reject")
        self.assertEqual(self.verdict("Et maintenant ?")[:2], (Status.HELD, "premoderated"))

    def test_a_trusted_reader_does_not_pass_what_comes_before(self) -> None:
        self.rule("trusted", limit=1)
        self.decide(self.post(), "approve")
        self.assertEqual(self.verdict(LINKS)[1], "links")

    def test_a_rule_that_is_off_says_nothing(self) -> None:
        self.rule("links", is_on=False)
        self.assertEqual(self.verdict(LINKS)[0], Status.APPROVED)

    def test_a_publication_sets_what_follows_and_the_threshold(self) -> None:
        self.rule("links", verdict=Status.SPAM, limit=0)
        self.assertEqual(self.verdict("https://a.fr"), (Status.SPAM, "links", "https://a.fr"))

    def test_rules_of_one_publication_are_not_anothers(self) -> None:
        self.rule("links", is_on=False)
        self.assertEqual(RuleSetting.objects.get().publication, self.kg)


@skipUnless(connection.vendor == "sqlite", "PostgreSQL proves by itself that one index serves")
class IndexTests(CommentsTestCase):
    def test_a_site_of_many_comments_is_not_read_through_for_each_new_one(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            self.post("Un mot de Zoé.")
        asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT") and "source" in query["sql"]]
        plans = ""
        for sql in asked:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                plans += "".join(f"{row[3]}\n" for row in cursor)
        self.assertIn("USING INDEX comment_by_source (source=? AND posted_at>?", plans)
        self.assertIn("USING INDEX comment_by_email (email=? AND publication_id=? AND posted_at<?", plans)


class RulingTests(CommentsTestCase):
    def test_only_who_may_screen_sets_rules(self) -> None:
        for person in (self.camille, self.ines, self.zoe):
            with self.assertRaises(Forbidden):
                comment_settings.save_rule(self.kg, BY_NAME["links"], by=person)
            with self.assertRaises(Forbidden):
                comment_settings.add_terms(self.kg, ["mot"], Term.Kind.BANNED, by=person)

    def test_it_refuses_what_is_no_rule(self) -> None:
        for rule in (
            BY_NAME["premoderated"],
            replace(BY_NAME["links"], name="other"),
            replace(BY_NAME["links"], limit=None),
            replace(BY_NAME["links"], verdict=Status.APPROVED),
        ):
            with self.assertRaises(Refused):
                comment_settings.save_rule(self.kg, rule, by=self.sarah)

    def test_terms_are_added_once_whatever_their_spelling(self) -> None:
        added = comment_settings.add_terms(
            self.kg, ["Été", "ETE", "", "  ", "!!", "hiver"], Term.Kind.SUSPECT, by=self.sarah
        )
        self.assertEqual((added.new, added.known, Term.objects.count()), (2, 1, 2))
        self.assertEqual(added.refused, (("!!", "aucun mot ni signe"),))
        self.assertEqual(comment_settings.add_terms(self.kg, ["été"], Term.Kind.BANNED, by=self.sarah), (0, 1, ()))
        self.assertEqual(Term.objects.get(folded="ete").kind, Term.Kind.BANNED)

    def test_ten_thousand_terms_cost_a_comment_no_query_more(self) -> None:
        comment_settings.add_terms(self.kg, [f"terme{n}" for n in range(10_000)], Term.Kind.BANNED, by=self.sarah)
        self.post("Le premier lit les termes.", "Ana")
        with self.assertNumQueries(18):
            self.post("Le second ne les lit plus.", "Ana")
        self.assertEqual(self.post("Voici terme9999.", client=HOME).rule, "banned")

    def test_a_limit_says_so(self) -> None:
        with self.assertRaises(Refused), self.settings():
            comment_settings.add_terms(self.kg, (f"t{n}" for n in range(20_001)), Term.Kind.BANNED, by=self.sarah)
