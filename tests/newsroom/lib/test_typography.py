"""Typography: examples that read as the house style, then the properties that hold for any text."""

import re
from html import unescape
from unittest import TestCase

import nh3
from hypothesis import given, settings
from hypothesis import strategies as st

from newsroom.lib.typography import (
    ELLIPSIS,
    LDQUO,
    LSQUO,
    NBSP,
    NNBSP,
    RDQUO,
    RSQUO,
    typeset,
    typeset_html,
)


def shown(text: str) -> str:
    """Write a fine as _ and a no-break space as ~, so that an example can be read."""
    return text.replace(NNBSP, "_").replace(NBSP, "~")


def french(text: str) -> str:
    return shown(typeset(text, "fr"))


def english(text: str) -> str:
    return shown(typeset(text, "en"))


def french_html(html: str) -> str:
    return shown(typeset_html(html, "fr"))


# fmt: off
UNTOUCHED = [
    "http://x.fr", "https://x.fr/a?b=c!", "https://fr.wikipedia.org/wiki/L'Équipe", "doi:10.1000/1",
    "https://x.fr/100%20km/1 mot", "example.org/?p=1", "example.org?p=1", "example.org:8080",
    "localhost:8000", "mailto:a@example.org", "redaction@example.org", "@jean #été2024",
    "../images/a...b.png", "~/.config/l'app", "/etc/x:y", "C:\\", "C:\\Users\\l'iPhone",
    "11:30", "16:9", "à 11:30:15", ":-)", ";)", ":)", "drôle :)", "drôle;-)",
    "NieR:Automata", "AC:Valhalla", "xxx:tag:yyy", "clé:valeur", "cle\u0301:valeur", "Yahoo!Japan", "P!nk",
    "2001:db8::1", "fe80::1%eth0", "[::1]:80", "00:1A:2B:3c:4d:5e", "1:30m", "16:9e", 'lang="fr"', "4:44",
    "std::move", "#!/bin/sh", "a != b", "? au début", "! au début", "(?)", "[!]",
]
# fmt: on


class FrenchTypographyTests(TestCase):
    def test_it_puts_a_narrow_no_break_space_before_a_question_mark(self) -> None:
        assert typeset("Vraiment ?", "fr") == f"Vraiment{NNBSP}?"

    def test_it_puts_one_before_each_high_mark_whatever_space_was_there(self) -> None:
        for mark in ";:!?":
            for space in ["", " ", "  ", NBSP, NNBSP, "\u2009", "\t"]:
                with self.subTest(mark=mark, space=space):
                    assert french(f"mot{space}{mark} suite") == f"mot_{mark} suite"

    def test_it_puts_one_space_before_a_run_of_marks_and_none_inside(self) -> None:
        assert french("Quoi?! Non!!! Si ?!") == "Quoi_?! Non_!!! Si_?!"

    def test_it_keeps_separate_marks_separate(self) -> None:
        assert french("Quoi ? !") == "Quoi_?_!"

    def test_it_leaves_alone(self) -> None:
        for text in UNTOUCHED:
            with self.subTest(text=text):
                assert typeset(text, "fr") == text

    def test_it_sets_the_mark_after_an_address(self) -> None:
        assert french("Écrire à a@b.fr ?") == "Écrire à a@b.fr_?"

    def test_it_reads_a_word_with_a_slash_as_words(self) -> None:
        assert french("et/ou? 5 km/h!") == "et/ou_? 5_km/h_!"

    def test_it_puts_fines_inside_guillemets(self) -> None:
        for text in ["«mot»", "« mot »", f"«{NBSP}mot{NBSP}»", "«  mot»"]:
            with self.subTest(text=text):
                assert french(text) == "«_mot_»"

    def test_it_puts_no_second_space_before_a_mark_at_a_guillemet(self) -> None:
        assert french("« Quoi? » « ? »") == "«_Quoi_?_» «_?_»"

    def test_it_leaves_a_guillemet_at_the_edge_of_the_text(self) -> None:
        assert french("» suite «") == "» suite «"

    def test_it_turns_paired_straight_quotes_into_guillemets(self) -> None:
        assert french('Il dit "oui", puis "non".') == "Il dit «_oui_», puis «_non_»."

    def test_it_pairs_quotes_that_have_spaces_inside(self) -> None:
        assert french('" mot "') == "«_mot_»"

    def test_it_nests_straight_quotes(self) -> None:
        assert french('"un "deux" trois"') == "«_un «_deux_» trois_»"

    def test_it_keeps_inner_curly_quotes(self) -> None:
        assert french(f'"un {LDQUO}deux{RDQUO}"') == f"«_un {LDQUO}deux{RDQUO}_»"

    def test_it_leaves_an_unpaired_quote(self) -> None:
        assert french('un "mot') == 'un "mot'

    def test_it_leaves_inches_and_feet(self) -> None:
        assert french('27" et 32" et 6\'2') == '27" et 32" et 6\'2'

    def test_it_quotes_a_text_that_holds_inches(self) -> None:
        assert french('"un écran 27" neuf"') == '«_un écran 27" neuf_»'

    def test_it_turns_the_apostrophe_between_letters(self) -> None:
        assert french("l'iPhone d'aujourd'hui") == f"l{RSQUO}iPhone d{RSQUO}aujourd{RSQUO}hui"

    def test_it_turns_the_apostrophe_before_a_quotation(self) -> None:
        assert french("d'«Art» et d'\"art\"") == f"d{RSQUO}«_Art_» et d{RSQUO}«_art_»"

    def test_it_turns_the_apostrophe_after_a_decomposed_accent(self) -> None:
        assert french("qe\u0301'il") == f"qe\u0301{RSQUO}il"

    def test_it_turns_three_dots_or_more_into_an_ellipsis(self) -> None:
        for dots in ["...", "....", "......"]:
            with self.subTest(dots=dots):
                assert french(f"mot{dots} ?") == f"mot{ELLIPSIS}_?"

    def test_it_leaves_two_dots(self) -> None:
        assert french("mot..") == "mot.."

    def test_it_binds_groups_of_thousands(self) -> None:
        assert french("1 299 puis 12 345 678,50") == "1_299 puis 12_345_678,50"

    def test_it_leaves_numbers_that_are_not_thousands(self) -> None:
        for text in ["06 12 34 56 78", "en 2024 300 mots", "012 345", "1 23 456"]:
            with self.subTest(text=text):
                assert french(text) == text

    def test_it_puts_a_space_between_a_number_and_its_symbol(self) -> None:
        assert french("49,99€, 20%, 5 $, 1 299 €.") == "49,99_€, 20_%, 5_$, 1_299_€."

    def test_it_leaves_a_symbol_before_its_number(self) -> None:
        assert french("de 5 $10 à $20, %20") == "de 5 $10 à $20, %20"

    def test_it_binds_a_letter_unit_only_where_there_is_a_space(self) -> None:
        assert french("5 km, 16Go, 3 GHz, 20 °C, 9 m²") == "5_km, 16Go, 3_GHz, 20_°C, 9_m²"

    def test_it_does_not_take_a_word_or_an_elision_for_a_unit(self) -> None:
        text = f"80 s{RSQUO}achèvent, 5 mots, 3 gens"
        assert french(text) == text

    def test_it_leaves_dashes(self) -> None:
        text = "un - deux \u2013 trois \u2014 10\u201320"
        assert french(text) == text

    def test_it_typesets_each_line_of_a_plain_text(self) -> None:
        assert french('un "mot\n? deux" mots\n') == 'un "mot\n? deux" mots\n'


class EnglishTypographyTests(TestCase):
    def test_it_curls_quotes_and_apostrophes(self) -> None:
        assert english('"Don\'t" ...') == f"{LDQUO}Don{RSQUO}t{RDQUO} {ELLIPSIS}"

    def test_it_neither_adds_nor_removes_a_space_before_a_high_mark(self) -> None:
        assert english("What? What ! a: b ; c") == "What? What ! a: b ; c"

    def test_it_curls_paired_single_quotes(self) -> None:
        assert english("She said 'go' twice.") == f"She said {LSQUO}go{RSQUO} twice."

    def test_it_curls_singles_inside_doubles(self) -> None:
        assert english("\"'Go,' he said\"") == f"{LDQUO}{LSQUO}Go,{RSQUO} he said{RDQUO}"

    def test_it_gives_a_headless_word_an_apostrophe(self) -> None:
        text = "'tis rock 'n' roll of the '90s, the dogs' home"
        assert english(text) == text.replace("'", RSQUO)

    def test_it_binds_a_unit_where_there_is_a_space(self) -> None:
        assert english("5 km, 20%, 20 %, 16GB") == "5~km, 20%, 20~%, 16GB"

    def test_it_leaves_feet_and_inches(self) -> None:
        assert english("6' by 27\"") == "6' by 27\""


class LanguageTests(TestCase):
    def test_only_the_primary_subtag_counts(self) -> None:
        for tag in ["fr", "FR", "fr-CA", "fr_FR", "fr-Latn-FR"]:
            with self.subTest(tag=tag):
                assert shown(typeset("Oui?", tag)) == shown(typeset_html("Oui?", tag)) == "Oui_?"

    def test_another_language_is_returned_unchanged(self) -> None:
        for tag in ["de", "", "frr", "eng", "-fr"]:
            with self.subTest(tag=tag):
                assert typeset('"Oui"?...', tag) == typeset_html('"Oui"?...', tag) == '"Oui"?...'


class HtmlTypographyTests(TestCase):
    def test_inline_tags_do_not_stop_a_rule(self) -> None:
        for html, expected in [
            ("« <em>mot</em> »", "«_<em>mot</em>_»"),
            ("«<em>mot</em>»", "«_<em>mot</em>_»"),
            ("« <em> mot </em> »", "«_<em>mot_</em>»"),
            ("<strong>Attention</strong> !", "<strong>Attention</strong>_!"),
            ("<strong>Attention</strong>!", "<strong>Attention</strong>_!"),
            ("<strong>Attention </strong> !", "<strong>Attention_</strong>!"),
            ('"<a href="/?a">lien</a>"', '«_<a href="/?a">lien</a>_»'),
            ("l'<em>iPhone</em>", f"l{RSQUO}<em>iPhone</em>"),
            ("l<b>'</b>iPhone", f"l<b>{RSQUO}</b>iPhone"),
            ("49,99<b>€</b>", "49,99<b>_€</b>"),
            ("1 <i>299</i> km", "1_<i>299</i>_km"),
            ("11<b>:</b>30", "11<b>:</b>30"),
            ("9 km<sup>2</sup>", "9_km<sup>2</sup>"),
            ("oui<!-- ? -->?", "oui<!-- ? -->_?"),
        ]:
            with self.subTest(html=html, expected=expected):
                assert french_html(html) == expected

    def test_block_tags_are_boundaries(self) -> None:
        for tag in ["p", "li", "h2", "td", "blockquote", "figcaption", "div"]:
            with self.subTest(tag=tag):
                html = f'<{tag}>un "mot</{tag}><{tag}>? deux"</{tag}>'
                assert french_html(html) == html

    def test_a_line_break_is_a_boundary(self) -> None:
        assert french_html("mot<br>? oui ?") == "mot<br>? oui_?"

    def test_entities_are_characters(self) -> None:
        assert french_html("R&amp;D ; a &lt; b&nbsp;!") == "R&amp;D_; a &lt; b_!"

    def test_an_entity_that_is_text_is_kept(self) -> None:
        assert french_html("&amp;amp; &amp;nbsp;") == "&amp;amp; &amp;nbsp;"

    def test_a_no_break_space_elsewhere_is_escaped_as_nh3_does(self) -> None:
        assert typeset_html(f"a&nbsp;b{NBSP}c", "fr") == "a&nbsp;b&nbsp;c"

    def test_it_never_changes_attributes(self) -> None:
        html = '<a title="5 km ? <b> "></a><img alt="a > b ?...">'
        assert typeset_html(html, "fr") == html

    def test_it_never_changes_code(self) -> None:
        for tag in ["code", "pre", "kbd", "samp", "script", "style", "textarea"]:
            with self.subTest(tag=tag):
                html = f'<{tag}>a ? "b" l\'a ... 5 km &amp;</{tag}>'
                assert typeset_html(html, "fr") == html
                assert typeset_html(html, "en") == html

    def test_code_reads_as_a_word(self) -> None:
        assert french_html("«<code>a?</code>» <kbd>b</kbd>?") == ("«_<code>a?</code>_» <kbd>b</kbd>_?")
        assert typeset_html("<code>x</code>'s", "en") == f"<code>x</code>{RSQUO}s"

    def test_markup_inside_code_is_kept(self) -> None:
        html = "<pre><code>a ?<span>b ?</span> <code>c ?</code> d ?</code> e ?</pre>"
        assert typeset_html(html, "fr") == html

    def test_a_style_that_holds_a_quote_ends_at_its_end_tag(self) -> None:
        assert french_html('<style>a<b "</style>Oui?') == '<style>a<b "</style>Oui_?'

    def test_an_address_across_tags_is_kept(self) -> None:
        html = "https://x.fr/<b>a?b</b>!c"
        assert typeset_html(html, "fr") == html

    def test_a_private_use_character_is_kept(self) -> None:
        assert french_html("\ue000 <code>a</code> \ue000?") == "\ue000 <code>a</code> \ue000_?"


# ---------------------------------------------------------------------------------- properties

LANGUAGES = st.sampled_from(["fr", "en"])
URLS = [
    "https://x.fr/a?b=c!",
    "http://example.org/l'a;b",
    "ftp://h/1%20km",
    "example.org/?p=1",
]
# fmt: off
PIECES = st.sampled_from([
    *" \"\"''«».:;!?()[]/\\-@#%€$&<>=~+1234a,_…²°éDpo\n\r", *URLS, "...", "../", "l'", "km",
    "m", "s", "299", "000", "a@b.fr", "a.fr", "@moi", "#tag", ":-)", ";)", "!=", "::", "C:\\",
    "localhost:", "&amp;", "'tis", NBSP, NNBSP, "\u2009", LSQUO, RSQUO, LDQUO, RDQUO,
    "\ue000", "e\u0301",
])
# fmt: on
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=30).map("".join))
CODE = ["code", "pre", "kbd", "samp", "textarea"]
ATTRIBUTES = st.sampled_from(["", ' title="5 km ? > \'"', ' href="https://x.fr/a?b=1&amp;c"'])
ELEMENTS = [*CODE, "p", "li", "h2", "blockquote", "a", "em", "strong", "sup", "span", "q", "cite"]


@st.composite
def elements(draw: st.DrawFn, children: st.SearchStrategy[str]) -> str:
    name = draw(st.sampled_from(ELEMENTS))
    return f"<{name}{draw(ATTRIBUTES)}>{draw(children)}</{name}>"


def clean(html: str) -> str:
    return nh3.clean(
        html,
        tags={*ELEMENTS, "br"},
        attributes={"*": {"title"}, "a": {"href"}},
        link_rel=None,
        strip_comments=False,
    )


def settled(html: str) -> str:
    """nh3 drops one line feed at the start of a pre at each reading; wait for the last."""
    while (again := clean(html)) != html:
        html = again
    return html


ESCAPED = TEXTS.map(lambda t: t.replace("&", "&amp;").replace("<", "&lt;"))
FRAGMENTS = st.recursive(
    st.one_of(ESCAPED, st.sampled_from(["<br>", "<!-- ? -->", "&nbsp;"])),
    lambda inner: st.one_of(elements(inner), st.lists(inner, max_size=6).map("".join)),
    max_leaves=12,
).map(settled)

TAG = re.compile(r'<!--.*?-->|</?[a-z](?:"[^"]*"|[^">])*>', re.DOTALL)
CODE_ELEMENT = re.compile(r"<(code|pre|kbd|samp|textarea)\b.*?</\1>", re.DOTALL)
SETTABLE = re.compile(rf"[\s\"'«».{LSQUO}{RSQUO}{LDQUO}{RDQUO}{ELLIPSIS}]")


def skeleton(text: str) -> str:
    return SETTABLE.sub("", text)


class TypographyPropertyTests(TestCase):
    @settings(deadline=None)
    @given(TEXTS, LANGUAGES)
    def test_a_second_reading_changes_nothing(self, text: str, language: str) -> None:
        once = typeset(text, language)
        assert typeset(once, language) == once

    @settings(deadline=None)
    @given(st.one_of(TEXTS, FRAGMENTS), LANGUAGES)
    def test_a_second_reading_of_html_changes_nothing(self, html: str, language: str) -> None:
        once = typeset_html(html, language)
        assert typeset_html(once, language) == once

    @settings(deadline=None)
    @given(TEXTS, LANGUAGES)
    def test_nothing_is_lost(self, text: str, language: str) -> None:
        assert skeleton(typeset(text, language)) == skeleton(text)

    @settings(deadline=None)
    @given(FRAGMENTS, LANGUAGES)
    def test_nothing_is_lost_from_html(self, html: str, language: str) -> None:
        after = typeset_html(html, language)
        assert skeleton(unescape(TAG.sub("", after))) == skeleton(unescape(TAG.sub("", html)))

    @settings(deadline=None)
    @given(FRAGMENTS, LANGUAGES)
    def test_tags_and_attributes_are_unchanged(self, html: str, language: str) -> None:
        assert TAG.findall(typeset_html(html, language)) == TAG.findall(html)

    @settings(deadline=None)
    @given(FRAGMENTS, LANGUAGES)
    def test_code_is_unchanged(self, html: str, language: str) -> None:
        before = [match[0] for match in CODE_ELEMENT.finditer(html)]
        after = [match[0] for match in CODE_ELEMENT.finditer(typeset_html(html, language))]
        assert after == before

    @settings(deadline=None)
    @given(TEXTS, st.sampled_from(URLS), TEXTS, LANGUAGES)
    def test_addresses_are_unchanged(self, before: str, url: str, after: str, language: str) -> None:
        assert url in typeset(f"{before} {url} {after}", language)

    @settings(deadline=None)
    @given(FRAGMENTS, LANGUAGES)
    def test_the_sanitiser_changes_nothing_after(self, html: str, language: str) -> None:
        once = typeset_html(html, language)
        assert clean(once) == once

    @settings(deadline=None)
    @given(TEXTS, LANGUAGES)
    def test_a_text_reads_the_same_as_plain_text_and_as_html(self, text: str, language: str) -> None:
        text = re.sub(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", " ", text)
        html = text.replace("&", "&amp;").replace("<", "&lt;")
        assert unescape(typeset_html(html, language)) == typeset(text, language)


# fmt: off
HOSTILE = [
    '"', '" ', "« ", "1 ", "1 299 ", "'", "' ", ".", "./", "a.", "a@", "a", " ", "\\", "://", "/'",
    "?", ": ", "5", "a:", "@", "a.fr/", "_.-", "  ?", "5 km", "1 1a", "&amp;", "<", "<!--", "<em>",
    '<a "', "<code>", "<script ", "<style>", '<em>"</em> ', "1 <b>",
]
# fmt: on


class HostileInputTests(TestCase):
    def test_a_long_text_comes_through(self) -> None:
        """How long it takes is tests/bench/hostile.py's to say."""
        for unit in HOSTILE:
            with self.subTest(unit=unit):
                text = unit * (3_000 // len(unit))
                for hostile in (text, text + "/", "/" + text + "?"):
                    for language in ("fr", "en"):
                        self.assertTrue(typeset(hostile, language))
                        typeset_html(hostile, language)
