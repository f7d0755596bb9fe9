"""What readers write, stored and shown: their words, and nothing that acts."""

from pathlib import Path
from unittest import TestCase

from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from comments.text import clean, clean_line, digest, is_visible, links_in, render
from tests.reported import reported

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "xss"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
BRITTANY = "\U0001f3f4\U000e0066\U000e0072\U000e0062\U000e0072\U000e0065\U000e007f"
KEPT = (
    f"Allez {ENGLAND} !", f"Ewan {BRITTANY}", "🇫🇷", "🏳\ufe0f\u200d🌈", "🏴\u200d☠\ufe0f",
    "👩🏾\u200d💻", "1\ufe0f\u20e3", "❤\ufe0f",
    "می\u200cخواهم", "ന്\u200d", "葛\U000e0100", "שלום (C++)\u200f", "\u200eC#\u200e عربي",
)  # fmt: skip
ALLOWED = {"div", "p", "br", "a", "blockquote"}


class TextTests(TestCase):
    def test_it_shows_paragraphs_line_ends_and_quotes(self) -> None:
        shown = render("Bonjour,\nvoilà.\n\n> cité\n> encore\nEt moi.")
        self.assertEqual(shown, "<p>Bonjour,<br>voilà.</p><blockquote><p>cité<br>encore</p></blockquote><p>Et moi.</p>")

    def test_it_links_addresses_without_recommending_them(self) -> None:
        self.assertEqual(
            render("Voir https://example.org/a?b=1&c=2."),
            '<p>Voir <a href="https://example.org/a?b=1&amp;c=2" rel="ugc nofollow noopener">'
            "https://example.org/a?b=1&amp;c=2</a>.</p>",
        )

    def test_it_leaves_the_bracket_that_an_address_opened(self) -> None:
        self.assertEqual(
            links_in("(https://fr.wikipedia.org/wiki/Pi_(nombre))."), ["https://fr.wikipedia.org/wiki/Pi_(nombre)"]
        )

    def test_it_keeps_apostrophes_and_the_brackets_that_an_address_balances(self) -> None:
        for text, address in [
            ("https://fr.wikipedia.org/wiki/Val-d'Oise.", "https://fr.wikipedia.org/wiki/Val-d'Oise"),
            ("https://x.org/{id}/[a](b)", "https://x.org/{id}/[a](b)"),
            ("(https://x.org/a),(b)", "https://x.org/a"),
            ("[ici](https://x.org/a).", "https://x.org/a"),
            ("‘https://x.org/a’ et “https://x.org/b”", "https://x.org/a"),
            ("«https://x.org/a»b", "https://x.org/a"),
            ("'https://x.org/a'.", "https://x.org/a"),
        ]:
            with self.subTest(text):
                self.assertEqual(links_in(text)[0], address)

    def test_it_reads_what_was_reported_as_it_should(self) -> None:
        for text, address in reported(self, "links"):
            with self.subTest(text):
                self.assertEqual(links_in(text), [address])

    def test_it_shortens_what_it_shows_of_a_long_address(self) -> None:
        shown = render("https://example.org/" + "a" * 200)
        self.assertIn("a…</a>", shown)

    def test_it_links_no_other_scheme(self) -> None:
        for text in ("javascript:alert(1)", "data:text/html,x", "ftp://example.org/", "//example.org"):
            self.assertNotIn("<a", render(text))

    def test_it_takes_no_html(self) -> None:
        self.assertEqual(render("<b onclick=alert(1)>gras</b>"), "<p>&lt;b onclick=alert(1)&gt;gras&lt;/b&gt;</p>")

    def test_it_drops_what_turns_text_round_and_towers_of_marks(self) -> None:
        self.assertEqual(clean("a\u202ecod.exe\x00\x07"), "acod.exe")
        self.assertLess(len(clean("z" + "\u0335" * 500)), 8)
        self.assertEqual(clean("\r\n a \r\n\r\n\r\n\r\nb\t\n"), "a\n\nb")

    def test_it_keeps_what_people_write(self) -> None:
        for text in ("L’été à Nîmes : 25 °C, œuf & cœur « ici »", "日本語のコメント", "مرحبا بكم", "👩‍👩‍👧 ok", *KEPT):
            self.assertEqual(clean(text), text)

    def test_it_keeps_the_flags_that_were_reported(self) -> None:
        for place, text in reported(self, "flags"):
            with self.subTest(place):
                self.assertEqual((clean(text), clean_line(text)), (text, text))

    def test_it_drops_what_hides_and_means_nothing(self) -> None:
        for text, stored in [
            ("a\U000e0061\U000e0062b", "ab"),
            ("\U0001f3f4\U000e0067", "\U0001f3f4"),
            ("Bon\u200djour\u200c, Zo\ufe0fé\u200f \u200e!", "Bonjour, Zoé !"),
            ("👩\u200d\u200d👩\u200d a", "👩\u200d👩 a"),
            ("e\u200b\u0301", "é"),
        ]:
            with self.subTest(ascii(text)):
                self.assertEqual(clean(text), stored)

    @example("\u0301\u094d\u200c")
    @given(st.text(st.sampled_from("ae👩☠🏴\u200d\u200c\ufe0f\u200f\u0301\u200b\U000e0067\U000e007f ש1न्"), max_size=12))
    def test_cleaning_what_hides_twice_is_cleaning_once(self, text: str) -> None:
        self.assertEqual(clean(clean(text)), clean(text))

    def test_it_knows_the_same_words_again(self) -> None:
        self.assertEqual(digest("Été  à\nParis"), digest("ete a paris"))
        self.assertNotEqual(digest("Été"), digest("Hiver"))

    def test_what_nobody_sees_makes_no_other_words(self) -> None:
        for dressed in ("Bon\u200djour", "Bon\u034fjour", "Bon\ufe0fjour", "Ⓑonjour", "Bon\xadjour"):
            self.assertEqual(digest(dressed), digest("Bonjour"), repr(dressed))

    def test_it_makes_one_line_of_a_name(self) -> None:
        self.assertEqual(clean_line("  Zoé\n\u200b de  Nice "), "Zoé de Nice")

    def test_it_takes_a_moment_for_a_huge_or_hostile_text(self) -> None:
        for text in ("https://" * 50_000, ">" * 200_000, "a" * 400_000, "http://a" + ")" * 100_000, "\n" * 300_000):
            _only_ours(self, render(clean(text)))

    @given(st.text(max_size=300))
    def test_cleaning_twice_is_cleaning_once_and_html_is_only_ours(self, text: str) -> None:
        once = clean(text)
        self.assertEqual(clean(once), once)
        _only_ours(self, render(once))

    def test_it_disarms_every_payload_of_the_corpus(self) -> None:
        if not CORPUS.is_dir():
            self.skipTest("no corpus beside the project")
        lines = [line for file in sorted(CORPUS.rglob("*")) if file.is_file() for line in _lines(file)]
        self.assertGreater(len(lines), 100)
        for line in lines:
            _only_ours(self, render(clean(line)))


class ReportsTests(TestCase):
    """Situations that people reported elsewhere."""

    def test_it_finds_the_addresses_that_were_meant(self) -> None:
        for text, addresses in [
            ("(voir http://x.org, ou http://x.org/).", ["http://x.org", "http://x.org/"]),  # mastodon/mastodon#555
            ("http://x.org!", ["http://x.org"]),  # xoofx/markdig#165
            ("http://x.org!/a", ["http://x.org!/a"]),
            # robinst/autolink-java#15, commonmark/commonmark-java#99
            ("https:// http://. http://… http://- http://?", []),
            ("http://[2001:db8::1]/ http://localhost", ["http://[2001:db8::1]/", "http://localhost"]),
            # robinst/autolink-java#34, vmg/rinku#79
            ("http://x.org,https://y.org;http://z.org", ["http://x.org", "https://y.org", "http://z.org"]),
            ("http://x.org/a,b;c", ["http://x.org/a,b;c"]),  # sindresorhus/linkify-urls#13
            ("http://a.org/2020/http://x.org/b", ["http://a.org/2020/http://x.org/b"]),
            # openchamber/openchamber#3039, github/cmark-gfm#377, nfrasser/linkifyjs#82
            ("（http://x.org/文）", ["http://x.org/文"]),
            ("http://x.org。次 http://x.org/a、http://y.org", ["http://x.org", "http://x.org/a", "http://y.org"]),
            ("《http://x.org/日本》「http://y.org」", ["http://x.org/日本", "http://y.org"]),
            ("hahahttp://x.org", ["http://x.org"]),  # gregjacobs/Autolinker.js#159
        ]:
            with self.subTest(text):
                self.assertEqual(links_in(text), addresses)

    def test_a_line_ends_wherever_another_program_ends_it(self) -> None:
        # evanmiller/fmptools#17, OfficeDev/office-js#1755: a vertical tab is Word's line break
        for end in ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"):
            with self.subTest(ascii(end)):
                self.assertEqual(clean(f"Un{end}deux"), "Un\ndeux")
                self.assertEqual(clean_line(f"Un{end}deux"), "Un deux")

    def test_a_name_that_shows_nothing_is_no_name(self) -> None:
        # LemmyNet/lemmy#3436, owncast/owncast#4522, Facepunch/garrysmod-issues#5908, rspeer/python-ftfy#47
        for letter in "\u180e\u2060\u3164\u2800\uffef\u200b\u200e\u2028\u2061\u2007\ufffc\U0001d159\U00016fe4":
            with self.subTest(ascii(letter)):
                self.assertFalse(is_visible(clean_line(letter * 3)))
        for name in ("Zoé", "日本", "🐒", "42", "a\ufffc"):
            self.assertTrue(is_visible(clean_line(name)), name)


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8", errors="replace").splitlines()


def _only_ours(test: TestCase, markup: str) -> None:
    """No element but ours, no attribute but a link's, no address but http's."""
    for node in html.fragment_fromstring(markup, create_parent="div").iter():
        test.assertIn(node.tag, ALLOWED, markup)
        test.assertLessEqual(set(node.attrib), {"href", "rel"} if node.tag == "a" else set(), markup)
        if node.tag == "a":
            test.assertRegex(node.get("href", ""), r"(?i)\Ahttps?://")
            test.assertEqual(node.get("rel"), "ugc nofollow noopener")
