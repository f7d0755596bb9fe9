"""Names, numbers, addresses and code come through typography as they were typed."""

from html import escape
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.lib.html import clean
from newsroom.lib.typography import typeset, typeset_html
from tests.newsroom.lib.test_typography import LANGUAGES, TEXTS, french, shown
from tests.reported import reported

# Words that hold marks, as people type them outside of any <code>.
LETTERS = st.text("abcdefgxyzABCXYZéÉœ", min_size=1, max_size=8)
HEX = st.integers(0, 0xFFFF).map("{:x}".format)
TYPED = st.one_of(
    st.builds("{}{}{}".format, LETTERS, st.sampled_from([":", "!", "?", ";", "::"]), LETTERS),  # NieR:Automata
    st.lists(HEX, min_size=3, max_size=8).map(":".join),  # 2001:db8:0:1
    st.builds("{}::{}".format, HEX, HEX),
    st.lists(st.integers(0, 255).map("{:02X}".format), min_size=6, max_size=6).map(":".join),  # 00:1A:2B…
    st.lists(st.integers(0, 99).map(str), min_size=2, max_size=4).map(".".join),  # 17.4.1
    st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)),
    st.builds("{}[{}]".format, LETTERS, LETTERS),
    st.builds('{}="{}"'.format, st.text("abcxyz-", min_size=1, max_size=8), st.text("abc123", max_size=8)),
)


class WordTests(TestCase):
    def test_the_number_of_a_model_is_no_thousands(self) -> None:
        for text, expected in {
            "iPhone 16 256 Go": "iPhone 16 256_Go", "Pixel 9 128 Go": "Pixel 9 128_Go",
            "La Nintendo Switch 2 256 Go": "La Nintendo Switch 2 256_Go", "l’iPhone 16 969 €": "l’iPhone 16 969_€",
            "Il en vend 12 000": "Il en vend 12_000", "Les 12 000 fans": "Les 12_000 fans", "12 000": "12_000",
            "Environ 1 299 €. Plus 1 299 €": "Environ 1_299_€. Plus 1_299_€", "Prix : 1 299 €": "Prix_: 1_299_€",
            "avec 16 256 Go": "avec 16_256_Go", "Apple : 16 000": "Apple_: 16_000",
        }.items():  # fmt: skip
            with self.subTest(text):
                assert french(text) == expected

    def test_the_names_of_a_house_are_kept_as_typed(self) -> None:
        names = ("Yahoo!", "Panic! at the Disco", "L'Équipe", "C:\\", "iPhone 16 256")
        for text, expected in {
            "Yahoo! annonce": "Yahoo! annonce", "Yahoo!, Bing!": "Yahoo!, Bing_!", "Chez Yahoo!?": "Chez Yahoo!_?",
            "Panic! at the Disco joue!": "Panic! at the Disco joue_!", "lire L'Équipe d'hier": "lire L'Équipe d’hier",
            "MonYahoo!": "MonYahoo_!",
        }.items():  # fmt: skip
            with self.subTest(text):
                self.assertEqual(shown(typeset(text, "fr", names)), expected)
                self.assertEqual(typeset(typeset(text, "fr", names), "fr", names), typeset(text, "fr", names))
        self.assertEqual(
            typeset_html("<p><b>Yahoo</b>! et Bing!</p>", "fr", names), "<p><b>Yahoo</b>! et Bing\u202f!</p>"
        )

    @settings(deadline=None)
    @given(
        TEXTS, st.text("aZé!:;?'. ", min_size=1, max_size=9).filter(lambda name: any(map(str.isalnum, name))), LANGUAGES
    )
    def test_a_kept_name_changes_nothing_twice(self, text: str, name: str, language: str) -> None:
        names = (name.strip(),)
        for line in (f"{text} {names[0]} {text}", f"{names[0]}! {names[0]}"):
            once = typeset(line, language, names)
            self.assertEqual(typeset(once, language, names), once)

    def test_words_marked_in_the_editor_are_kept_as_typed(self) -> None:
        for html in ("<p>Lire <bdi>Libé! l'été...</bdi>, oui</p>", "<p><bdi>a <strong>b</strong> ?</bdi></p>"):
            for language in ("fr", "en"):
                self.assertEqual(clean(typeset_html(clean(html).html, language)).html, html)
        self.assertEqual(
            shown(typeset_html("<p><bdi>Yahoo!</bdi>: oui?</p>", "fr")), "<p><bdi>Yahoo!</bdi>_: oui_?</p>"
        )

    def test_it_reads_what_was_reported_as_it_should(self) -> None:
        for text, expected in reported(self, "glued colon; two numbers"):
            with self.subTest(text):
                assert typeset(text, "fr") == expected

    @settings(deadline=None)
    @given(TEXTS, TYPED, LANGUAGES)
    def test_names_and_addresses_and_versions_and_code_are_unchanged(self, text: str, word: str, language: str) -> None:
        for line in (word, f"Voici {word} ici", f"({word}), {word}.", f"{text}\n{word} !\n{text}"):
            once = typeset(line, language)
            assert word in once
            assert typeset(once, language) == once
            assert typeset_html(f"<p>{escape(line, quote=False)}</p>", language).count(escape(word, quote=False))

    @settings(deadline=None)
    @given(st.integers(1, 10**9), st.sampled_from(["€", "$", "%", "Go", "km"]), LANGUAGES)
    def test_prices_keep_their_digits(self, number: int, unit: str, language: str) -> None:
        for text in (f"{number:,}".replace(",", " ") + f" {unit}", f"{number}{unit}", f"MacBook 16 {number} {unit}"):
            once = typeset(text, language)
            assert "".join(once.split()) == "".join(text.split())
            assert typeset(once, language) == once


class ReportsTests(TestCase):
    """Situations that people reported elsewhere."""

    def check(self, language: str, rows: dict[str, str]) -> None:
        for text, expected in rows.items():
            with self.subTest(text):
                once = typeset_html(text, language).replace("&nbsp;", "\u00a0")
                self.assertEqual(once.replace("\u202f", "_"), expected)
                self.assertEqual(typeset_html(once, language).replace("&nbsp;", "\u00a0"), once)

    def test_names_that_end_with_a_mark_keep_it(self) -> None:
        rows = {
            "Yahoo! et Google, puis Yahoo!, puis Kahoot!": "Yahoo! et Google, puis Yahoo!, puis Kahoot!",
            "Yahoo!Japan": "Yahoo!Japan",
            "Quel yahoo! Et hélas! il est tard.": "Quel yahoo_! Et hélas_! il est tard.",
            "YahooX!": "YahooX_!",
        }
        self.check("fr", rows)

    def test_a_quotation_may_end_with_a_digit(self) -> None:
        rows = {
            # Zemke/instant-smart-quotes#6
            'La salle "Studio 54" ferme.': "La salle «_Studio 54_» ferme.",
            'Il lit "1984", puis "2001".': "Il lit «_1984_», puis «_2001_».",
            # jolicode/JoliTypo#135, jgm/pandoc#2049
            '"Elle fait 27" de large"': '«_Elle fait 27" de large_»',
            'Un 27" et "le mot" et un 32"': 'Un 27" et «_le mot_» et un 32"',
            '"Un 24" et un 27" suffisent"': '«_Un 24" et un 27" suffisent_»',
            '("iPhone 16")': "(«_iPhone 16_»)",
            '"un "grand 27" neuf" ici': "«_un «_grand 27_» neuf_» ici",
        }
        self.check("fr", rows)
        rows = {
            '"You are 5" and "I am 6"': "“You are 5” and “I am 6”",
            '"5\'6" is short"': "“5'6\" is short”",
            "'Studio 54' and 'Area 51'": "‘Studio 54’ and ‘Area 51’",
            "a 6' fence": "a 6' fence",
            "The 1990's hits": "The 1990’s hits",  # UniversalDependencies/UD_English-EWT#590
        }
        self.check("en", rows)

    def test_a_mark_beside_a_tag_is_read_with_the_text_around_it(self) -> None:
        rows = {
            "<p>Un <a>lien</a> : suite</p>": "<p>Un <a>lien</a>_: suite</p>",  # mundschenk-at/wp-typography#136
            "<span>l</span>'espoir": "<span>l</span>’espoir",  # markedjs/marked#2219
        }
        self.check("fr", rows)
        rows = {
            "<a>The Post</a>'s web": "<a>The Post</a>’s web",  # justinmayer/smartypants.py#15, ekalinin/typogr.js#15
            '"<em>word</em>"': "“<em>word</em>”",  # markedjs/marked#1606
            # justinmayer/smartypants.py#22
            "the '60s, an '07 car, rock 'n' roll": "the ’60s, an ’07 car, rock ’n’ roll",
        }
        self.check("en", rows)
