"""Accent colours that stay readable."""

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from newsroom.lib.colour import contrast, luminance, readable

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


class ContrastTests(SimpleTestCase):
    def test_it_measures_as_wcag_does(self) -> None:
        self.assertAlmostEqual(contrast("#000000", "#ffffff"), 21)
        self.assertAlmostEqual(contrast("#777777", "#ffffff"), 4.48, places=2)
        self.assertAlmostEqual(luminance("#FFFFFF"), 1)

    @given(COLOURS, COLOURS)
    def test_it_has_no_sides(self, one: str, other: str) -> None:
        self.assertEqual(contrast(one, other), contrast(other, one))
        self.assertTrue(1 <= contrast(one, other) <= 21.0001)


class ReadableTests(SimpleTestCase):
    def test_it_leaves_a_colour_that_reads_well(self) -> None:
        self.assertEqual(readable("#c8102e", "#ffffff"), "#c8102e")

    @given(COLOURS, st.sampled_from(["#ffffff", "#14161a"]))
    def test_any_colour_comes_to_read_on_paper_and_at_night(self, colour: str, on: str) -> None:
        result = readable(colour, on, 5)
        self.assertRegex(result, r"\A#[0-9a-f]{6}\Z")
        self.assertGreaterEqual(contrast(result, on), 5)

    @given(COLOURS, COLOURS)
    def test_text_on_any_ground_comes_to_read(self, colour: str, on: str) -> None:
        self.assertGreaterEqual(contrast(readable(colour, on, 4.5), on), 4.5)
