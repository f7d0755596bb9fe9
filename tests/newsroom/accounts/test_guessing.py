"""Guessing at passwords: slowed by account and by network, and never a lock for the owner where they are known."""

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from newsroom.accounts.models import AccountEvent
from newsroom.publications.models import Membership, Role
from tests.base import PASSWORD, NewsroomTestCase
from tests.factories import networks

HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"
LIMIT = settings.AXES_FAILURE_LIMIT


class GuessingTests(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()

    def try_in(self, name: str, password: str, address: str, client: Client | None = None, **headers: str) -> Any:
        client = client or Client()
        return client.post(
            "/admin/login/",
            {"login": name, "password": password},
            REMOTE_ADDR=address,
            headers={"host": "localhost", **headers},
        )

    def guess(self, times: int = LIMIT, name: str = "camille", address: str = ELSEWHERE, **headers: str) -> Any:
        for number in range(times):
            answer = self.try_in(name, f"faux {number}", address, **headers)
        return answer

    def gets_in(self, name: str = "camille", address: str = ELSEWHERE, client: Client | None = None) -> bool:
        client = client or Client()
        client.post("/admin/logout/", headers={"host": "localhost"})
        return bool(self.try_in(name, PASSWORD, address, client).status_code == 302)

    def test_it_refuses_the_right_password_too_after_ten_wrong_ones(self) -> None:
        wrong = self.guess()
        self.assertContains(wrong, "trop d’essais")
        answer = self.try_in("camille", PASSWORD, ELSEWHERE)
        self.assertContains(answer, "trop d’essais")
        self.assertContains(answer, 'value="camille"')
        self.assertEqual(AccountEvent.objects.filter(kind=AccountEvent.Kind.LOCKED).count(), 1)

    def test_a_try_too_many_writes_no_row_and_hashes_nothing(self) -> None:
        self.guess()
        rows = (AccessAttempt.objects.count(), AccountEvent.objects.count())
        self.guess(5)
        self.assertEqual((AccessAttempt.objects.count(), AccountEvent.objects.count()), rows)

    def test_guessing_from_everywhere_gets_nobody_in_and_leaves_the_owner_in_peace(self) -> None:
        """One account, tried from a thousand addresses: `make bench` does it ten thousand times on a server."""
        device = Client()
        self.assertTrue(self.gets_in(address=HOME, client=device))
        for number, address in enumerate(networks(1000)):
            self.assertNotEqual(self.try_in("camille", f"faux {number}", address).status_code, 302)
        self.assertFalse(self.gets_in(address=ELSEWHERE), "a guesser who found it")
        self.assertTrue(self.gets_in(address=HOME), "the owner in a network that is known, on a new device")
        self.assertTrue(self.gets_in(address=ELSEWHERE, client=device), "the owner on their device, on a journey")

    def test_one_network_guesses_at_ten_passwords_whatever_accounts_it_names(self) -> None:
        for name in ("camille", "ines", "thomas", "sarah", "personne", "julien", "zoe", "alix", "x", "y"):
            self.guess(1, name)
        self.assertFalse(self.gets_in("camille"))
        self.assertTrue(self.gets_in("camille", address=HOME))

    def test_an_ipv6_household_is_one_network(self) -> None:
        for number in range(LIMIT):
            self.guess(1, f"personne {number}", f"2001:db8:1:2::{number:x}")
        self.assertFalse(self.gets_in(address="2001:db8:1:2:ffff::1"))
        self.assertTrue(self.gets_in(address="2001:db8:1:3::1"))

    def test_the_spelling_of_a_name_is_no_second_account(self) -> None:
        for number, address in enumerate(networks(LIMIT)):
            spelling = ("camille", "CAMILLE", "camille@example.org", "Camille@Example.org", " camille ")[number % 5]
            self.try_in(spelling, "faux", address)
        self.assertFalse(self.gets_in(address="203.0.113.200"))

    def test_a_forged_forwarding_header_gains_nothing(self) -> None:
        for number in range(LIMIT):
            self.guess(1, f"personne {number}", **{"x-forwarded-for": f"203.0.113.{number}"})
        self.assertFalse(self.gets_in())

    @override_settings(TRUSTED_PROXIES=[])
    def test_a_forged_header_makes_no_stranger_an_owner(self) -> None:
        self.assertTrue(self.gets_in(address=HOME))
        self.guess()
        answer = self.try_in("camille", PASSWORD, ELSEWHERE, **{"x-forwarded-for": HOME})
        self.assertEqual(answer.status_code, 200)

    def test_the_cookie_of_a_device_is_good_for_its_account_alone_and_cannot_be_made(self) -> None:
        device = Client()
        self.assertTrue(self.gets_in("julien", address=HOME, client=device))
        self.guess()
        self.assertFalse(self.gets_in("camille", client=device))
        forged = Client()
        forged.cookies["device"] = f'{{"{self.camille.pk}": "0"}}'
        self.assertFalse(self.gets_in("camille", client=forged))

    def test_a_stolen_device_guesses_ten_times_and_the_owner_still_gets_in_at_home(self) -> None:
        stolen = Client()
        self.assertTrue(self.gets_in(address=HOME, client=stolen))
        stolen.post("/admin/logout/", headers={"host": "localhost"})
        for number in range(LIMIT):
            self.try_in("camille", f"faux {number}", ELSEWHERE, stolen)
        self.assertFalse(self.gets_in(client=stolen))
        self.assertTrue(self.gets_in(address=HOME))

    def test_whoever_gets_in_after_nine_slips_starts_from_nought(self) -> None:
        for _round in range(3):
            self.guess(LIMIT - 1, address=HOME)
            self.assertTrue(self.gets_in(address=HOME))

    def test_signing_in_does_not_clear_what_a_network_tried_at_others(self) -> None:
        Membership.objects.create(user=self.zoe, publication=self.ia, role=Role.WRITER)
        self.guess(LIMIT - 1)
        self.assertTrue(self.gets_in("zoe"))
        self.guess(1, "ines")
        self.assertFalse(self.gets_in("thomas"))

    # -- what a hostile reading found ----------------------------------------------------------------------------------

    def test_a_name_that_is_somebodys_e_mail_resets_nothing_of_theirs(self) -> None:
        mallory = self.person("mallory", (self.ia, Role.WRITER))
        type(mallory).objects.filter(pk=mallory.pk).update(username="thomas@example.org")
        for _round in range(5):
            for _time in range(3):
                self.guess(1, "thomas")
            self.try_in("mallory@example.org", PASSWORD, ELSEWHERE)
        self.assertFalse(self.gets_in("thomas"))

    def test_two_spellings_of_one_account_are_told_apart_by_no_answer(self) -> None:
        for number, address in enumerate(networks(LIMIT)):
            self.try_in("camille", f"faux {number}", address)
        answers = [
            self.try_in(name, "faux", f"203.0.113.{n}")
            for n, name in enumerate(("camille@example.org", "x@example.org"))
        ]
        texts = {a.content.decode().replace("camille@", "x@").partition("csrfmiddlewaretoken")[0] for a in answers}
        self.assertEqual(({a.status_code for a in answers}, len(texts)), ({200}, 1))

    def test_a_huge_name_is_refused_and_breaks_nothing(self) -> None:
        for name in ("%" * 51_000, "a" * 300, "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")):
            self.assertEqual(self.try_in(name, "faux", ELSEWHERE).status_code, 200)

    def test_a_known_name_costs_as_many_queries_as_an_unknown_one(self) -> None:
        counts = []
        for name in ("camille", "personne"):
            with CaptureQueriesContext(connection) as queries:
                self.try_in(name, "faux", ELSEWHERE)
            counts.append(len(queries))
        self.assertEqual(*counts)
