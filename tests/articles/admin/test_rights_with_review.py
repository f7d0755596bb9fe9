"""The matrix of rights on a publication where review is required."""

import pytest

from tests.articles.admin.rights import RightsTestCase

pytestmark = pytest.mark.matrix


class WithReviewTests(RightsTestCase):
    works_on, visits = "kg", "kg"

    def test_it_shows_exactly_the_steps_that_are_open(self) -> None:
        self.in_each_cell(self.buttons)

    def test_it_takes_exactly_the_steps_that_are_open(self) -> None:
        self.in_each_cell(self.steps)

    def test_it_lets_exactly_those_save_restore_read_and_expunge_who_may(self) -> None:
        self.in_each_cell(self.the_rest)

    def test_it_lets_exactly_those_begin_a_story_who_may(self) -> None:
        self.beginning()
