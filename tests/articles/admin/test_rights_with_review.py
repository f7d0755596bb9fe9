"""The matrix of rights on a publication where review is required."""

import pytest

from tests.articles.admin import rights


@pytest.mark.matrix
class WithReviewTests(rights.RightsTestCase):
    works_on, visits = "kg", "kg"
