"""The passage that shows why a text was found."""

from unittest import TestCase

from newsroom.search.extracts import LENGTH, extract, marked, stems_of
from newsroom.search.query import parse


class ExtractTests(TestCase):
    def shown(self, text: str, typed: str) -> str:
        return "".join(f"[{p.text}]" if p.is_found else p.text for p in extract(text, stems_of(parse(typed))))

    def test_it_marks_every_form_of_a_word(self) -> None:
        self.assertEqual(self.shown("Deux casques, un Casque.", "casque"), "Deux [casques], un [Casque].")

    def test_it_marks_words_after_an_apostrophe_and_names_with_signs(self) -> None:
        self.assertEqual(self.shown("L’IA écrit du C++ ici", "ia c++"), "L’[IA] écrit du [C++] ici")

    def test_it_shows_where_most_of_the_words_are(self) -> None:
        text = "Un casque. " + "Rien à voir. " * 60 + "Le casque et sa batterie. " + "Encore rien. " * 60
        shown = self.shown(text, "casque batterie")
        self.assertIn("[casque] et sa [batterie]", shown)
        self.assertTrue(shown.startswith("…") and shown.endswith("…"))
        self.assertLessEqual(len(shown), LENGTH + 20)

    def test_it_shows_nothing_where_no_word_is(self) -> None:
        self.assertEqual(extract("Rien à voir.", stems_of(parse("casque"))), [])

    def test_pieces_make_up_the_whole_text(self) -> None:
        text = "Un casque, deux casques ; <b>trois</b> & plus"
        self.assertEqual("".join(piece.text for piece in marked(text, stems_of(parse("casque trois")))), text)
