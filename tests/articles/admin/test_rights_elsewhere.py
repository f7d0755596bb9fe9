"""The matrix of rights on a publication where one has no role."""

import pytest

from tests.articles.admin import rights


@pytest.mark.matrix
class ElsewhereTests(rights.RightsTestCase):
    works_on, visits = "kg", "ia"
