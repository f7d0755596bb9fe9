"""The matrix of rights on a publication where no review is required."""

import pytest

from tests.articles.admin import rights


@pytest.mark.matrix
class WithoutReviewTests(rights.RightsTestCase):
    works_on, visits = "ia", "ia"
