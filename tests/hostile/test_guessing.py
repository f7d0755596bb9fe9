"""Sixteen guessers at once, whose every try costs a hash: readers and health checks are answered, nobody gets in."""

from collections import Counter
from unittest import TestCase

import pytest

from tests.hostile.connections import time_of
from tests.hostile.guessers import PROXY, Guesser, guessers
from tests.hostile.site import SITE, served

pytestmark = pytest.mark.server


class GuessersTests(TestCase):
    def test_it_answers_readers_beside_them_and_lets_the_owner_in(self) -> None:
        with served(**PROXY) as site:
            owner, attacker = Guesser(site.port), Guesser(site.port)
            self.addCleanup(owner.close)
            self.addCleanup(attacker.close)
            self.assertEqual(owner.guess("camille", "newsroom", "192.0.2.7"), 302)
            with guessers(site.port, 16) as found:
                for path in ("/", "/healthz") * 10:
                    self.assertEqual(time_of(site.port, SITE, path)[1], 200)
            answers = sum((guesser.answers for guesser in found), Counter())
            self.assertGreater(answers[200], 0, "some were looked at")
            self.assertEqual(set(answers) - {200, 503}, set())
            for number in range(60):
                attacker.guess("camille", f"faux {number}", f"198.19.0.{number + 1}")
            self.assertEqual(attacker.guess("camille", "newsroom", "198.51.100.9"), 200, "a guesser who found it")
            self.assertEqual(owner.guess("camille", "newsroom", "192.0.2.7"), 302)
