"""What is indexed of a text."""

from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from newsroom.search.analyser import BREAK, MAX_WORD, analyse, spellings, stem


class AnalyserTests(TestCase):
    def words(self, text: str) -> list[str]:
        return analyse(text).partition(f" {BREAK}")[0].split()

    def test_it_folds_case_accents_ligatures_and_compatible_letters(self) -> None:
        self.assertEqual(self.words("Œuvre ÉLÈVE cafe\u0301 ﬁn x²"), self.words("oeuvre eleve cafe fin x2"))

    def test_it_leaves_out_what_french_elides_and_english_appends(self) -> None:
        self.assertEqual(self.words("l’IA d'Apple qu’on jusqu'ici"), self.words("IA Apple on ici"))
        self.assertEqual(self.words("Apple's don’t"), self.words("Apple don"))
        self.assertEqual(self.words("aujourd’hui"), ["aujourdhui"])

    def test_forms_of_a_word_are_one_in_french_and_in_english(self) -> None:
        for one, *others in (
            ("ordinateur", "ordinateurs"), ("cheval", "chevaux"), ("jeu", "jeux"), ("bijou", "bijoux"),
            ("annonce", "annonces", "annoncer", "annoncée"), ("battery", "batteries"), ("game", "games"),
            ("virtuel", "virtuelle", "virtuels"), ("présenter", "présentation", "présenté"),
        ):  # fmt: skip
            self.assertEqual({stem_ for word in others for stem_ in self.words(word)}, set(self.words(one)), one)

    def test_different_words_stay_different(self) -> None:
        for one, other in (
            ("mac", "macron"),
            ("mars", "marche"),
            ("16", "17"),
            ("m5", "m4"),
            ("c++", "c#"),
            ("c++", "c"),
        ):
            self.assertNotEqual(self.words(one), self.words(other), one)

    def test_signs_that_are_part_of_a_name_are_part_of_the_word(self) -> None:
        self.assertEqual(self.words("C++, C# (R&D) AT&T .NET"), ["cplusplus", "csharp", "randd", "atandt", "dotnet"])

    def test_it_parts_a_number_from_three_letters_but_not_from_two(self) -> None:
        self.assertEqual(self.words("iPhone16 M5 5G PS5"), ["iphon", "16", "m5", "5g", "ps5"])

    def test_versions_and_prices_are_numbers_one_after_the_other(self) -> None:
        self.assertEqual(self.words("17.4.1 49,99"), ["17", "4", "1", "49", "99"])

    def test_words_that_a_sign_joins_are_there_as_one_too_and_no_phrase_reaches_them(self) -> None:
        self.assertEqual(analyse("Wi-Fi"), f"wi fi {BREAK} wif")

    def test_emoji_and_ideographs_are_words(self) -> None:
        self.assertEqual(self.words("🚀 日本"), ["u1f680", "日", "本"])

    def test_spellings_are_words_as_they_are_written_folded(self) -> None:
        self.assertEqual(spellings("L’Été des Chevaux"), ["ete", "des", "chevaux"])

    @given(st.text(max_size=300))
    def test_whatever_is_given_it_yields_letters_and_digits_alone(self, text: str) -> None:
        for word in analyse(text).split():
            self.assertTrue(word.isalnum(), word)
            self.assertLessEqual(len(stem(word)), 2 * MAX_WORD)
