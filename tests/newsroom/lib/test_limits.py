"""How often something may be asked for."""

from unittest import TestCase

from newsroom.lib import limits
from newsroom.lib.limits import Limit


class LimitTests(TestCase):
    def test_it_allows_each_client_so_many_a_minute(self) -> None:
        limit = Limit(of_one=2, of_all=100)
        self.assertEqual([limit.allows("a", 60.0) for _n in range(3)], [True, True, False])
        self.assertTrue(limit.allows("b", 60.0))
        self.assertTrue(limit.allows("a", 120.0))

    def test_it_allows_all_together_so_many_a_minute(self) -> None:
        limit = Limit(of_one=2, of_all=3)
        self.assertEqual([limit.allows(str(n), 0.0) for n in range(5)], [True, True, True, False, False])

    def test_what_is_refused_counts_for_nobody_else(self) -> None:
        limit = Limit(of_one=1, of_all=3)
        for _n in range(10):
            limit.allows("a", 0.0)
        self.assertTrue(limit.allows("b", 0.0))

    def test_it_remembers_a_bounded_number_of_clients(self) -> None:
        self.addCleanup(setattr, limits, "MOST_CLIENTS", limits.MOST_CLIENTS)
        limits.MOST_CLIENTS = 3
        limit = Limit(of_one=1, of_all=100)
        self.assertEqual([limit.allows(str(n), 0.0) for n in range(6)], [True, True, True, True, False, False])
        self.assertLessEqual(len(limit.counts), 4)
