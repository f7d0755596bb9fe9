"""What changed between two texts: every word of both is there, and nothing that differs shows as the same."""

import re
from itertools import pairwise

from django.test import SimpleTestCase
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom.lib.diff import Block, Mark, Piece, bodies, items, words
from newsroom.lib.html import PROSE, clean
from newsroom.lib.text import plain
from tests.newsroom.lib.test_html import KEPT, MARKUP

SAME, ADDED, REMOVED = Mark.SAME, Mark.ADDED, Mark.REMOVED
SIGNS = {SAME: "", ADDED: "+", REMOVED: "-"}


def signed(pieces: tuple[Piece, ...]) -> list[str]:
    """The pieces as one reads them here: "mot", "+ajouté", "-retiré". Formatting only where it changed."""
    return [SIGNS[one.mark] + one.text for one in pieces if one.mark is not SAME or not one.markup]


def shown(old: str, new: str) -> list[tuple[str, list[str]]]:
    return [(SIGNS[block.mark] + block.kind, signed(block.pieces)) for block in bodies(old, new)]


def side(pieces: tuple[Piece, ...], mark: Mark) -> str:
    return "".join(one.text for one in pieces if one.mark in (SAME, mark) and not one.markup)


def read(blocks: tuple[Block, ...], mark: Mark) -> list[str]:
    """The words of one side."""
    return " ".join(side(block.pieces, mark) for block in blocks).split()


class WordsTests(SimpleTestCase):
    def test_it_marks_the_one_word_that_changed(self) -> None:
        self.assertEqual(
            words("Le chat dort, ici.", "Le chien dort, ici."),
            (Piece("Le ", SAME), Piece("chat", REMOVED), Piece("chien", ADDED), Piece(" dort, ici.", SAME)),
        )

    def test_it_marks_what_came_and_went(self) -> None:
        self.assertEqual(signed(words("Un robot", "Un petit robot")), ["Un ", "+petit ", "robot"])
        self.assertEqual(signed(words("Un petit robot", "Un robot")), ["Un ", "-petit ", "robot"])

    def test_a_word_keeps_its_apostrophes_and_hyphens(self) -> None:
        for old, new, expected in [
            ("d’occasion", "d’origine", ["d’", "-occasion", "+origine"]),
            ("qu'il dort", "qu'elle dort", ["qu'", "-il", "+elle", " dort"]),
            ("aujourd’hui", "aujourd’", ["-aujourd’hui", "+aujourd’"]),
            ("un sous-titre", "un sous-main", ["un ", "-sous-titre", "+sous-main"]),
            ("e\u0301te\u0301", "e\u0301tage", ["-e\u0301te\u0301", "+e\u0301tage"]),
        ]:
            with self.subTest(old=old):
                self.assertEqual(signed(words(old, new)), expected)

    def test_a_match_of_spaces_and_signs_alone_is_chance(self) -> None:
        self.assertEqual(signed(words("un deux.", "trois quatre.")), ["-un deux", "+trois quatre", "."])
        self.assertEqual(signed(words("Oui, a, b", "Oui, c, d")), ["Oui, ", "-a, b", "+c, d"])

    def test_it_sees_a_space_become_unbreakable(self) -> None:
        self.assertEqual(signed(words("Oui !", "Oui\u00a0!")), ["Oui", "- ", "+\u00a0", "!"])

    def test_words_that_repeat_line_up(self) -> None:
        self.assertEqual(
            signed(words("a " + "la " * 50 + "b", "c " + "la " * 50 + "d"))[:3], ["-a", "+c", " " + "la " * 50]
        )

    def test_nothing_has_no_pieces(self) -> None:
        self.assertEqual(words("", ""), ())
        self.assertEqual(words("", "mot"), (Piece("mot", ADDED),))
        self.assertEqual(words("<b> &amp;", "<b> &amp;"), (Piece("<b> &amp;", SAME),))

    @given(
        st.lists(st.sampled_from("le la d’ a-b , . \u00a0 é <p> ‹p› 12".split(" ")), max_size=20).map(" ".join),
        st.data(),
    )
    def test_both_texts_are_there(self, old: str, data: st.DataObject) -> None:
        cut = data.draw(st.integers(0, len(old)))
        new = data.draw(st.one_of(st.text(max_size=40), st.just(old[cut:] + old[:cut]), st.just(old[:cut])))
        pieces = words(old, new)
        self.assertEqual("".join(one.text for one in pieces if one.mark is not ADDED), old)
        self.assertEqual("".join(one.text for one in pieces if one.mark is not REMOVED), new)
        self.assertFalse(any(one.markup for one in pieces))
        self.assertTrue(all(one.mark is not other.mark for one, other in pairwise(pieces)))
        self.assertEqual(old == new, all(one.mark is SAME for one in pieces))


class ItemsTests(SimpleTestCase):
    def test_each_name_is_a_piece(self) -> None:
        self.assertEqual(
            items(["Jeux vidéo", "Robots"], ["Jeux vidéo", "Jeux", "Robots"]),
            (Piece("Jeux vidéo", SAME), Piece("Jeux", ADDED), Piece("Robots", SAME)),
        )

    def test_a_name_that_moved_went_and_came(self) -> None:
        self.assertEqual(sorted(signed(items(["A", "B"], ["B", "A"]))), ["+A", "-A", "B"])

    @given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abc"), max_size=6))
    def test_both_lists_are_there(self, old: list[str], new: list[str]) -> None:
        pieces = items(old, new)
        self.assertEqual([one.text for one in pieces if one.mark is not ADDED], old)
        self.assertEqual([one.text for one in pieces if one.mark is not REMOVED], new)


class BodiesTests(SimpleTestCase):
    def test_a_body_is_the_same_as_itself(self) -> None:
        for html in KEPT:
            with self.subTest(html=html):
                self.assertTrue(bodies(html, html))
                self.assertFalse(any(block.changed for block in bodies(html, html)))

    def test_it_marks_words_inside_a_block(self) -> None:
        old = "<p>Le ministre est arrivé à midi.</p><p>Fin</p>"
        self.assertEqual(
            shown(old, old.replace("midi", "minuit")),
            [("p", ["Le ministre est arrivé à ", "-midi", "+minuit", "."]), ("p", ["Fin"])],
        )

    def test_blocks_that_came_and_went_are_whole(self) -> None:
        self.assertEqual(
            shown("<p>Un</p><p>Deux</p><p>Trois</p>", "<p>Un</p><p>Trois</p><h2>Quatre</h2>"),
            [("p", ["Un"]), ("-p", ["-Deux"]), ("p", ["Trois"]), ("+h2", ["+Quatre"])],
        )

    def test_a_rewritten_block_finds_its_like_among_new_ones(self) -> None:
        old = "<p>Le chat dort sur le lit</p><p>Il pleut</p>"
        new = "<p>Tout à fait autre chose</p><p>Le chat dort sous le lit</p><p>Rien</p>"
        self.assertEqual(
            shown(old, new),
            [
                ("+p", ["+Tout à fait autre chose"]),
                ("p", ["Le chat dort ", "-sur", "+sous", " le lit"]),
                ("-p", ["-Il pleut"]),
                ("+p", ["+Rien"]),
            ],
        )

    def test_text_that_changed_position_shows_where(self) -> None:
        for old, new, expected in [
            ("<p>Un titre</p>", "<h2>Un titre</h2>", [("h2", ["-‹p›", "+‹h2›", "Un titre"])]),
            (
                "<p>Un titre</p>",
                "<figure><figcaption>Un titre</figcaption></figure>",
                [("+figure", ["+‹figure›"]), ("figure figcaption", ["-‹p›", "+‹figure figcaption›", "Un titre"])],
            ),
            (
                "<ul><li>un</li></ul>",
                "<ol><li>un</li></ol>",
                [("-ul", ["-‹ul›"]), ("+ol", ["+‹ol›"]), ("ol li", ["-‹ul li›", "+‹ol li›", "un"])],
            ),
            (
                "<p>Dit-il</p>",
                "<blockquote><p>Dit-il</p></blockquote>",
                [("+blockquote", ["+‹blockquote›"]), ("blockquote p", ["-‹p›", "+‹blockquote p›", "Dit-il"])],
            ),
        ]:
            with self.subTest(new=new):
                self.assertEqual(shown(old, new), expected)

    def test_an_item_added_leaves_its_list_the_same(self) -> None:
        self.assertEqual(
            shown("<ul><li>un</li></ul>", "<ul><li>zéro</li><li>un</li><li>deux</li></ul>"),
            [("+ul li", ["+zéro"]), ("ul li", ["un"]), ("+ul li", ["+deux"])],
        )

    def test_formatting_shows_where_it_changed(self) -> None:
        for old, new, expected in [
            ("<p>un mot</p>", "<p>un <strong>mot</strong></p>", ["un ", "+‹strong›", "mot", "+‹/strong›"]),
            (
                '<p><a href="https://e.org/?a=1&amp;b">ici</a></p>',
                '<p><a href="https://e.org/" title="Là">ici</a></p>',
                ["-‹a https://e.org/?a=1&b›", "+‹a https://e.org/ title Là›", "ici"],
            ),
            ("<p>un<br>mot</p>", "<p>un mot</p>", ["un", "-‹br›", "-\n", "+ ", "mot"]),
        ]:
            with self.subTest(new=new):
                self.assertEqual(shown(old, new), [("p", expected)])

    def test_a_block_s_attributes_show_where_they_changed(self) -> None:
        new = '<ol start="3"><li>un</li></ol>'
        self.assertEqual(
            shown("<ol><li>un</li></ol>", new), [("-ol", ["-‹ol›"]), ("+ol", ["+‹ol start 3›"]), ("ol li", ["un"])]
        )

    def test_a_figure_begins_with_what_it_holds(self) -> None:
        old = '<figure data-picture="42"><figcaption>Une légende</figcaption></figure>'
        self.assertEqual(shown(old, old), [("figure", ["picture 42", "\nUne légende"])])
        self.assertEqual(
            shown(old, old.replace("42", "43")), [("figure", ["-picture 42", "+picture 43", "\nUne légende"])]
        )
        self.assertEqual(
            shown("", '<figure data-source="https://e.org/x.jpg" data-attachment="7" data-alt="Un robot"></figure>'),
            [("+figure", ["+source https://e.org/x.jpg attachment 7 alt Un robot"])],
        )

    def test_images_that_differ_are_two(self) -> None:
        self.assertEqual(
            shown('<figure data-picture="42"></figure>', '<figure data-picture="43"></figure>'),
            [("-figure", ["-picture 42"]), ("+figure", ["+picture 43"])],
        )

    def test_a_row_is_a_block_and_tabs_part_its_cells(self) -> None:
        old = "<table><tbody><tr><td>Prix</td><td>12 €</td></tr></tbody></table>"
        self.assertEqual(shown(old, old.replace("12", "15")), [("table tbody tr", ["Prix", "\t", "-12", "+15", " €"])])

    def test_white_space_between_blocks_is_nothing(self) -> None:
        old = "<ul><li><p>un</p></li></ul><table><tbody><tr><td>a</td></tr></tbody></table>"
        self.assertFalse(any(block.changed for block in bodies(old, old.replace("><", ">\n  <"))))

    def test_what_differs_by_its_shape_alone_differs(self) -> None:
        for old, new in [
            ("<ul><li>a</li></ul><ul><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>"),
            ("<ul><li><p>a</p><p>b</p></li></ul>", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
            ("<blockquote><p>a</p></blockquote><p>b</p>", "<blockquote><p>a</p><p>b</p></blockquote>"),
            ("<ul><li>a<ul><li>b</li></ul>c</li></ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
            ("<strong><p>a</p></strong><p>b</p>", "<strong><p>a</p><p>b</p></strong>"),
            ("a", "<p>a</p>"),
            ("<p>a</p>", "<p>a</p><hr>"),
            ("<p>‹strong›a</p>", "<p><strong>a</strong></p>"),
            ("<p>&lt;br&gt;</p>", "<p><br></p>"),
        ]:
            with self.subTest(old=old, new=new):
                self.assertTrue(any(block.changed for block in bodies(old, new)))
                self.assertTrue(any(block.changed for block in bodies(new, old)))

    def test_it_takes_any_text_for_a_body(self) -> None:
        for html in ("", "<", "</p></p>", "<p", "<>", "<!-- x --><p>a", "<figure data-picture", "</hr><hr/>"):
            with self.subTest(html=html):
                self.assertEqual(read(bodies(html, "<p>a</p>"), ADDED), ["a"])
                self.assertFalse(any(block.changed for block in bodies(html, html)))


PARTS = "p|h2|h3|h4|ul|ol|li|blockquote|pre|hr|table|thead|tbody|tfoot|tr|th|td|caption|figure|figcaption|br"
PART = rf"</?(?:{PARTS})(?:\s[^>]*)?>"
WORD = st.sampled_from("le robot dort a &amp; b, é ! « mot »".split(" "))
INLINE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
FORMATTED = st.builds(
    "{1}<{0}>{2}</{0}>{3}".format, st.sampled_from(["strong", "em", "sub", "s"]), INLINE, INLINE, INLINE
)
SENTENCE = st.one_of(INLINE, FORMATTED)
SIMPLE = st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["p", "h2", "pre"]), SENTENCE)
LIST = st.builds(
    lambda name, texts: f"<{name}>{''.join(f'<li>{text}</li>' for text in texts)}</{name}>",
    st.sampled_from(["ul", "ol"]),
    st.lists(st.one_of(SENTENCE, SIMPLE), min_size=1, max_size=3),
)
ROWS = st.lists(SENTENCE, min_size=1, max_size=3).map(
    lambda texts: f"<table><tbody><tr>{''.join(f'<td>{text}</td>' for text in texts)}</tr></tbody></table>"
)
QUOTE = st.lists(SIMPLE, min_size=1, max_size=2).map(lambda texts: f"<blockquote>{''.join(texts)}</blockquote>")
BODY = st.lists(st.one_of(SIMPLE, SIMPLE, LIST, ROWS, QUOTE, st.just("<hr>")), max_size=6).map("".join)
EDITED = st.tuples(MARKUP, MARKUP, MARKUP, MARKUP).map(
    lambda parts: (parts[0] + parts[1] + parts[2], parts[0] + parts[3] + parts[2])
)


def significant(html: str) -> str:
    """A body without the white space between two tags, one of which is a part's."""
    return re.sub(rf">[ \t\n]+({PART})", r">\1", re.sub(rf"({PART})[ \t\n]+(?=<)", r"\1", html)).strip()


class PropertyTests(SimpleTestCase):
    @settings(deadline=None, max_examples=300)
    @given(st.one_of(EDITED, st.tuples(MARKUP, MARKUP), st.tuples(BODY, BODY)))
    @example(("<p>a</p>", "<p>a</p><ul></ul>"))
    def test_bodies_that_differ_never_show_as_the_same(self, pair: tuple[str, str]) -> None:
        old, new = (clean(html).html for html in pair)
        changed = any(block.changed for block in bodies(old, new))
        if significant(old) != significant(new):
            self.assertTrue(changed)
        if old == new:
            self.assertFalse(changed)

    @settings(deadline=None)
    @given(BODY, BODY)
    def test_the_words_of_both_bodies_are_there(self, old: str, new: str) -> None:
        old, new = clean(old).html, clean(new).html
        blocks = bodies(old, new)
        self.assertEqual("".join(read(blocks, REMOVED)), "".join(plain(old).split()))
        self.assertEqual("".join(read(blocks, ADDED)), "".join(plain(new).split()))

    def test_it_knows_every_part_of_the_vocabulary(self) -> None:
        inline = set("code strong em s del ins mark kbd bdi abbr q cite sub sup a".split())
        self.assertEqual(set(PARTS.split("|")), PROSE - inline)


class HugeBodyTests(SimpleTestCase):
    """None of these answers in reasonable time if anything takes the square of a length."""

    def test_it_reads_huge_and_hostile_texts(self) -> None:
        numbers = range(100_000)
        for name, old, new in [
            ("all different", " ".join(f"a{n}" for n in numbers), " ".join(f"b{n}" for n in numbers)),
            ("backwards", " ".join(f"a{n}" for n in numbers), " ".join(f"a{n}" for n in reversed(numbers))),
            ("two words", "a b " * 50_000 + "c", "b a a " * 50_000 + "d"),
            ("signs", "<" * 300_000, "<!" * 150_000),
        ]:
            with self.subTest(name):
                pieces = words(old, new)
                self.assertEqual(side(pieces, REMOVED), old)
                self.assertEqual(side(pieces, ADDED), new)

    def test_it_reads_huge_and_hostile_bodies(self) -> None:
        numbers = range(20_000)
        for name, old, new in [
            ("different", "".join(f"<p>un a{n}</p>" for n in numbers), "".join(f"<p>b{n} deux</p>" for n in numbers)),
            (
                "alike",
                "".join(f"<p>le mot {n} a</p>" for n in numbers),
                "".join(f"<p>le mot {n} b</p>" for n in numbers),
            ),
            ("same", "<p>x</p>" + "<p>a</p>" * 20_000, "<p>a</p>" * 20_001 + "<p>y</p>"),
            (
                "cells",
                f"<table><tr>{'<td>a</td>' * 50_000}</tr></table>",
                f"<table><tr>{'<td>b</td>' * 50_000}</tr></table>",
            ),
            ("deep", "<blockquote>" * 200 + "<p>a</p>" * 20_000, "<blockquote>" * 200 + "<hr>" * 20_000),
        ]:
            with self.subTest(name):
                blocks = bodies(old, new)
                self.assertTrue(any(block.changed for block in blocks))
                self.assertEqual(read(blocks, REMOVED), plain(old).split())
                self.assertEqual(read(blocks, ADDED), plain(new).split())
