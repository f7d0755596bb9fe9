"""The drawing of a price history."""

import datetime as dt
import re
from unittest import TestCase

from newsroom.comparator.history import HEIGHT, WIDTH, chart
from newsroom.comparator.models import PricePoint

TODAY = dt.date(2026, 11, 30)


def points(*pairs: tuple[int, int]) -> list[PricePoint]:
    """Return prices by how many days ago they were seen."""
    return [PricePoint(day=TODAY - dt.timedelta(days=ago), cents=cents, currency="EUR") for ago, cents in pairs]


class ChartTests(TestCase):
    def test_it_draws_steps_within_the_field(self) -> None:
        found = chart(points((364, 22_200), (180, 19_990), (90, 14_990), (2, 16_190)), TODAY, "fr")
        assert found is not None
        numbers = [float(number) for number in re.findall(r"[\d.]+", found.path)]
        self.assertTrue(all(0 <= number <= WIDTH for number in numbers))
        self.assertTrue(all(0 <= line.y <= HEIGHT for line in found.prices))
        self.assertEqual((found.lowest.cents, found.highest.cents, found.latest.cents), (14_990, 22_200, 16_190))
        self.assertEqual([label.text for label in found.months], ["Déc.", "Mars", "Juin", "Sept."])

    def test_its_lines_are_round_prices_around_all_that_is_drawn(self) -> None:
        for low, high, expected in (
            (16_190, 22_200, [16_000, 18_000, 20_000, 22_000, 24_000]), (990, 990, [900, 1_000]),
            (100, 100, [100, 200]), (4_990, 129_900, [0, 50_000, 100_000, 150_000]),
        ):  # fmt: skip
            found = chart(points((9, low), (1, high)), TODAY, "fr")
            assert found is not None
            self.assertEqual([line.cents for line in found.prices], expected)

    def test_it_breaks_the_line_where_nobody_offered_the_product(self) -> None:
        whole = chart(points((20, 100), (10, 200), (1, 100)), TODAY, "fr")
        broken = chart(points((60, 100), (10, 200), (1, 100)), TODAY, "fr")
        gone = chart(points((60, 100), (50, 200)), TODAY, "fr")
        assert whole and broken and gone
        self.assertEqual((whole.path.count("M"), broken.path.count("M")), (1, 2))
        self.assertLess(
            max(map(float, re.findall(r"H([\d.]+)", gone.path))), WIDTH / 2, "it ends where it was seen last"
        )

    def test_one_price_is_no_history(self) -> None:
        self.assertIsNone(chart(points((1, 100)), TODAY, "fr"))
        self.assertIsNone(chart([], TODAY, "fr"))
