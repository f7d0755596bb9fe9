"""What a person typed, as terms."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from newsroom.search.query import MAX_CHARACTERS, MAX_TERMS, Query, parse
from newsroom.search.spelling import replaced


class ParseTests(TestCase):
    def phrases(self, typed: str) -> list[tuple[tuple[str, ...], ...]]:
        return [term.phrases for term in parse(typed).terms]

    def test_words_are_terms_and_common_ones_are_left_out_beside_others(self) -> None:
        self.assertEqual(self.phrases("le prix de l’iPhone"), [(("prix",),), (("iphon",),)])
        self.assertEqual(self.phrases("de la"), [(("de",),), (("la",),)])

    def test_what_is_quoted_is_a_phrase_with_any_quotation_marks(self) -> None:
        for typed in ('"mot suivant"', "« mot suivant »", "“mot suivant”"):
            self.assertEqual(self.phrases(typed), [(("mot", "suiv"),)], typed)

    def test_a_minus_before_a_word_or_a_phrase_excludes_it_and_it_alone(self) -> None:
        query = parse('casque -virtuel audio -"sans fil"')
        self.assertEqual([term.typed for term in query.terms], [("casque",), ("audio",)])
        self.assertEqual([term.typed for term in query.excluded], [("virtuel",), ("sans", "fil")])

    def test_a_minus_alone_or_inside_a_word_excludes_nothing(self) -> None:
        for typed in ("- casque", "wi-fi", "casque -"):
            self.assertEqual(parse(typed).excluded, (), typed)

    def test_a_word_with_a_sign_is_a_phrase_or_one_word(self) -> None:
        self.assertEqual(self.phrases("wi-fi"), [(("wi", "fi"), ("wif",))])
        self.assertEqual(self.phrases("17.4"), [(("17", "4"),)])

    def test_short_names_are_found_with_and_without_a_space(self) -> None:
        self.assertEqual(set(self.phrases("ps 5")[0]), set(self.phrases("ps5")[0]))
        self.assertEqual(self.phrases("le 5 mars"), [(("5",),), (("mar",),)])

    def test_the_last_word_may_be_being_typed_unless_it_is_quoted(self) -> None:
        self.assertEqual(parse("un cas").last, "cas")
        self.assertEqual(parse('un "cas"').last, "")
        query = parse("un cas").with_longer(["casque", "cassette", "cas"])
        self.assertEqual(query.terms[-1].longer, (("casqu",), ("casset",)))

    def test_nothing_that_means_something_is_a_query_for_nothing(self) -> None:
        for typed in ("", " ", "!?", "-", '""', "-casque", '"', "\x00", "«»"):
            self.assertFalse(parse(typed), typed)

    def test_it_reads_a_bounded_part_of_what_is_typed(self) -> None:
        query = parse(" ".join(f"mot{n} " for n in range(5_000)))
        self.assertEqual(len(query.terms), MAX_TERMS)
        self.assertEqual(parse("x " * MAX_CHARACTERS + "fin").last, "x")

    def test_a_query_can_be_shown_with_words_replaced(self) -> None:
        query = parse('satelite "en orbite" -debris')
        self.assertEqual(replaced(query, {"satelite": "satellite"}), 'satellite "en orbite" -debris')

    @given(st.text(alphabet="ab5 -\"«»“”+#&.'’()*:^\\", max_size=60))
    def test_it_never_fails(self, typed: str) -> None:
        self.assertIsInstance(parse(typed), Query)
