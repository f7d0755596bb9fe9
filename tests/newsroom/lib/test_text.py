"""Plain text: keys that compare as a reader would, slugs, lengths."""

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from newsroom.lib.text import WORDS_PER_MINUTE, count_words, fold, one_line, plain, reading_minutes, slugify, teaser
from tests.reported import reported


class FoldTests(SimpleTestCase):
    def test_it_reads_spellings_as_one(self) -> None:
        for one, other in [
            ("Réalité Virtuelle", "realite virtuelle"),
            ("RÉALITÉ  VIRTUELLE", "realite\u00a0virtuelle "),
            ("L’Œuvre", "l'oeuvre"),
            ("L`œuvre", "lʼŒUVRE"),
            ("Re\u0301alite\u0301", "Réalité"),
            ("Straße", "STRASSE"),
            ("Æther", "aether"),
            ("ｉＰｈｏｎｅ", "iphone"),
            ("Łódź", "lodz"),
            ("ﬁlm", "film"),
        ]:
            with self.subTest(one=one, other=other):
                self.assertEqual(fold(one), fold(other))

    def test_it_keeps_what_differs_apart(self) -> None:
        for one, other in [("C", "C++"), ("C#", "C++"), ("iPhone 15", "iPhone 16"), ("sous-titre", "sous titre")]:
            self.assertNotEqual(fold(one), fold(other))

    @given(st.text(max_size=60))
    def test_folding_twice_is_folding_once(self, text: str) -> None:
        self.assertEqual(fold(fold(text)), fold(text))


class SlugTests(SimpleTestCase):
    def test_it_writes_only_what_an_address_can_hold(self) -> None:
        for text, slug in [
            ("L’iPhone d’occasion : cœur neuf", "l-iphone-d-occasion-coeur-neuf"),
            ("Réalité virtuelle !", "realite-virtuelle"),
            ("日本", ""),
            ("", ""),
            ("--a--", "a"),
            ("../../etc/passwd", "etc-passwd"),
            ("iOS 17.4.1 est là", "ios-17-4-1-est-la"),
            ("iOS/macOS", "ios-macos"),
            ("AC/DC", "ac-dc"),
            ("Apple—Google", "apple-google"),
            ("macOS 26.1", "macos-26-1"),
            ("Node.js", "node-js"),
            ("10:30", "10-30"),
            ("½ tarif", "1-2-tarif"),
            ("USB-C 3.2", "usb-c-3-2"),
            ("10\u202f000\u00a0€", "10-000"),
            ("rock’n’roll…suite", "rock-n-roll-suite"),
            ("P&O, R&D", "p-o-r-d"),
            ("a\u00adb\u200dc", "abc"),
            ("Cafe\u0301", "cafe"),
            ("_brouillon_ final_1", "brouillon_-final_1"),
        ]:
            with self.subTest(text=text):
                self.assertEqual(slugify(text), slug)

    def test_it_cuts_at_a_word_s_end(self) -> None:
        self.assertEqual(slugify("un deux trois", 8), "un-deux")
        self.assertEqual(slugify("un deux trois", 7), "un-deux")
        self.assertEqual(slugify("anticonstitutionnellement", 8), "anticons")

    def test_it_ends_with_no_dash_where_it_is_cut(self) -> None:
        for text, length in (("0000_0", 5), ("abcd-efgh", 5), ("a_-_-_-b", 5), ("____", 5)):
            slug = slugify(text, length)
            self.assertEqual(slug, slug.strip("-_"), text)
            self.assertEqual(slugify(slug, length), slug)

    @given(st.text(max_size=200), st.integers(5, 80))
    def test_it_is_ascii_short_and_stable(self, text: str, length: int) -> None:
        slug = slugify(text, length)
        self.assertRegex(slug, r"\A[a-z0-9_-]*\Z")
        self.assertLessEqual(len(slug), length)
        self.assertEqual(slugify(slug, length), slug)


class PlainTests(SimpleTestCase):
    def test_it_reads_markup_as_a_line(self) -> None:
        self.assertEqual(plain("<p>Un&nbsp;mot &amp;\n<em>deux</em></p><p>fin</p>"), "Un\u00a0mot & deux fin")

    def test_a_sign_inside_an_attribute_ends_no_tag(self) -> None:
        self.assertEqual(plain('<a title="a > b" href=\'"\'>lien</a>'), "lien")

    def test_a_sign_that_is_no_tag_is_text(self) -> None:
        self.assertEqual(plain("1 < 2 <em>ou</em> 3"), "1 < 2 ou 3")

    def test_marks_inside_a_line_add_no_space_and_blocks_do(self) -> None:
        for markup, text in [
            ('<p>Le <a href="x">fabricant</a>, enfin, répond.</p>', "Le fabricant, enfin, répond."),
            ("H<sub>2</sub>O, 1<sup>er</sup>, l’<em>iPhone</em>", "H2O, 1er, l’iPhone"),
            ("anti<wbr>constitutionnel", "anticonstitutionnel"),
            ("un<br>deux<hr/>trois", "un deux trois"),
            ("<H2>Titre</H2><P>Texte</P>", "Titre Texte"),
            ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
            ("<ul><li>a</li><li>b<i>c</i></li></ul>", "a bc"),
            ("avant<!-- <b>rien</b> -->après<script>x < 1</script><style>p > a {}</style>.", "avantaprès."),
        ]:  # fmt: skip
            with self.subTest(markup):
                self.assertEqual(plain(markup), text)

    def test_a_sign_that_opens_no_tag_stays_where_it_stands(self) -> None:
        for text in ("5 < 6 et 7 > 3", "Prix : < 300 € ou > 500 € ?", "x<y et z>t", "I <3 Paris>", "<>", "a << b >> c"):
            with self.subTest(text):
                self.assertEqual(plain(text), text)

    def test_no_break_spaces_survive(self) -> None:
        self.assertEqual(plain("<p>12\u202f000&nbsp;€\n\t\u202f!</p>"), "12\u202f000\u00a0€ !")
        self.assertEqual(one_line(" Quoi\u202f? \n Rien\u00a0"), "Quoi\u202f? Rien")

    def test_a_teaser_is_made_of_sentences(self) -> None:
        body = (
            '<figure data-picture="1"><figcaption>Légende <em>de</em> l’image (Crédit)</figcaption></figure>'
            "<p>H<sub>2</sub>O.</p><table><caption>Prix</caption><tbody><tr><td>9 €</td></tr></tbody></table>"
            '<figure data-embed="https://youtu.be/abcdefghijk"><figcaption>Vidéo</figcaption></figure>'
            "<p>Fin de tout.</p>"
        )
        self.assertEqual(teaser(body, 100), "H2O. Fin de tout.")
        self.assertEqual(teaser(body, 14), "H2O. Fin de…")
        self.assertEqual(teaser('<figure data-picture="1"><figcaption>x</figcaption></figure>', 100), "")

    def test_it_reads_what_was_reported_as_it_should(self) -> None:
        for markup, text in reported(self, "plain()"):
            with self.subTest(markup):
                if isinstance(text, int):
                    self.assertEqual(count_words(markup.removeprefix("mots de ")), text)
                else:
                    self.assertEqual(plain(markup), text)

    def test_hostile_text_comes_through(self) -> None:
        for unit in ("<", '<"', "<'", "<a \"'", "<a ", "<\"'", "<a='x' "):
            with self.subTest(unit=unit):
                text = unit * (30_000 // len(unit))
                self.assertEqual(plain(text), text.strip())
                self.assertEqual(count_words(text), text.count("a") + text.count("x"))


class LengthTests(SimpleTestCase):
    def test_it_counts_the_words_a_reader_meets(self) -> None:
        self.assertEqual(count_words("<p>L’iPhone d'occasion, <b>sous-titré</b> 2 fois&nbsp;!</p>"), 5)
        self.assertEqual(count_words("<p>CO<sub>2</sub></p><p>le 1<sup>er</sup> mars, 5 < 6</p>"), 6)
        self.assertEqual(count_words(""), 0)

    def test_it_rounds_minutes_up_and_never_to_none(self) -> None:
        self.assertEqual([reading_minutes(n) for n in (0, 1, WORDS_PER_MINUTE, WORDS_PER_MINUTE + 1)], [1, 1, 1, 2])


class ReportsTests(SimpleTestCase):
    """Situations that people reported elsewhere."""

    def test_it_reads_what_a_page_shows(self) -> None:
        for markup, text in [
            ("Willkommen<br>à Lyon<br/>demain", "Willkommen à Lyon demain"),  # digitalfabrik/integreat-cms#3969
            ("un <a href='x'>lien</a>.", "un lien."),  # bolt/bolt#1388
            ("<style>p { color: red }</style>Un mot<script>let a</script>", "Un mot"),  # GetSimpleCMS/GetSimpleCMS#1050
            # miniflux/v2#1021
            ('a <iframe src="x"><p>Votre navigateur est ancien.</p></iframe>b', "a b"),
            ("a <noscript>Sans JavaScript</noscript>b<template><p>c</p></template>", "a b"),
        ]:
            with self.subTest(markup):
                self.assertEqual(plain(markup), text)

    def test_it_counts_words_as_people_do(self) -> None:
        for markup, words in [
            ("C’est—ou non–un essai", 5),  # titoBouzout/WordCount#46
            ("un - deux ; trois", 3),  # Kirozen/vsce-wordcounter#23
            ("Lot 06 : 87,334.67", 3),  # Kirozen/vsce-wordcounter#20
            ("0,45 contre 3.14", 3),  # andreafeccomandi/bibisco#286
            ("1\u202f299 € à 10:30, puis 3, 4", 6),
            ("haut\u2011de\u2011gamme, Jean\u2010Luc", 2),
            ("rem&shy;bourse&shy;ment de\u0301ja\u0300 vu", 3),  # thermondo/pytest-translations#50
        ]:
            with self.subTest(markup):
                self.assertEqual(count_words(markup), words)

    def test_it_writes_slugs_that_people_know_again(self) -> None:
        for text, slug in [
            ("😀 Bonjour", "bonjour"),  # talha-asad/mongoose-url-slugs#53
            ("Fini 😀", "fini"),  # hashrocket/hr-til#102
            ("😀 😃", ""),  # un33k/python-slugify#105
            (
                "Sigríður Þorsteinsdóttir",
                "sigridur-thorsteinsdottir",
            ),  # slugify/slugify#81
            ("GROẞE Straße", "grosse-strasse"),
            ("Işık’ın şarkısı", "isik-in-sarkisi"),  # sindresorhus/slugify#33, NodeBB/NodeBB#4240
            ("Ħamrun, Sámi ŧ ŋ", "hamrun-sami-t-ng"),
            ("Məmmədov", "memmedov"),
        ]:
            with self.subTest(text):
                self.assertEqual(slugify(text), slug)
