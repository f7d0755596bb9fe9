"""How alike two headlines are."""

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from newsroom.lib.text import likeness

HEADLINES = st.text(alphabet="abcé ’'-12,:!?œ", max_size=40)


class LikenessTests(SimpleTestCase):
    def test_it_is_one_for_the_same_words_however_they_are_written(self) -> None:
        for one, other in [
            ("Apple dévoile un casque", "Apple dévoile un casque"),
            ("Apple dévoile un casque", "APPLE devoile un Casque !"),
            ("L’œuvre d’Apple", "L'oeuvre d'apple"),
            ("Apple dévoile un casque", "Un casque, Apple dévoile"),
            ("Le casque d’Apple", "Casque Apple"),  # "Le" and "d’" say nothing of the event
            ("Casque, casque et casque", "casque"),
        ]:
            with self.subTest(one=one, other=other):
                self.assertEqual(likeness(one, other), 1)

    def test_it_is_nothing_for_headlines_without_a_word_in_common(self) -> None:
        for one, other in [
            ("Apple dévoile un casque", "La Nasa retourne sur la Lune"),
            ("Un casque", "Un an et un jour"),
            ("casque", "casques"),
            ("", ""),
            ("", "Apple dévoile un casque"),
            ("Le PC a 5 G", "Le PC a 5 G"),  # no word of three letters
            ("!!! ???", "!!! ???"),
        ]:
            with self.subTest(one=one, other=other):
                self.assertEqual(likeness(one, other), 0)

    def test_it_counts_common_words_twice_over_those_of_both(self) -> None:
        self.assertAlmostEqual(likeness("Apple dévoile casque", "Apple dévoile téléphone"), 4 / 6)
        self.assertAlmostEqual(likeness("Apple dévoile", "Apple présente enfin son casque léger"), 2 / 8)
        self.assertAlmostEqual(likeness("robot", "robot humanoïde japonais"), 2 / 4)

    def test_it_tells_words_apart_at_signs_and_apostrophes(self) -> None:
        self.assertEqual(likeness("Test:casque,robot", "test casque robot"), 1)
        self.assertEqual(likeness("l’iPhone", "iphone"), 1)

    @given(HEADLINES, HEADLINES)
    def test_it_is_the_same_both_ways_and_between_nothing_and_one(self, one: str, other: str) -> None:
        self.assertEqual(likeness(one, other), likeness(other, one))
        self.assertTrue(0 <= likeness(one, other) <= 1)

    @given(HEADLINES)
    def test_it_finds_a_headline_wholly_like_itself_or_empty_of_words(self, headline: str) -> None:
        self.assertIn(likeness(headline, headline), (0, 1))
