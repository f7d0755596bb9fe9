"""Pages in pieces: where parts stand, which of them a page shows, and what is left out where nothing is shown."""

from unittest import TestCase

from newsroom.pagecache.fragments import Choice, Fragment, PartKey, Ref, distinct, join, marker, parse

EMPTY = Fragment(())


def shown(fragment: Fragment, **parts: Fragment | str) -> str:
    """Return the HTML of a fragment whose parts have these names."""

    def resolve(key: PartKey) -> Fragment:
        part = parts[key[0]]
        return Fragment((part,)) if isinstance(part, str) else part

    return join(fragment, resolve)


def ref(name: str, without: int = 0) -> Ref:
    return Ref((name,), without)


class ParseTests(TestCase):
    def test_it_puts_each_piece_where_its_marker_stands(self) -> None:
        page = parse(f"<p>{marker(1)}</p>{marker(0)}<i>.</i>", [ref("a"), ref("b")])
        self.assertEqual(page.pieces, ("<p>", ref("b"), "</p>", ref("a"), "<i>.</i>"))
        self.assertEqual(shown(page, a="A", b="B"), "<p>B</p>A<i>.</i>")

    def test_a_piece_that_stands_twice_is_shown_twice(self) -> None:
        self.assertEqual(shown(parse(marker(0) * 2, [ref("a")]), a="A"), "AA")

    def test_what_stands_for_no_piece_is_left_out(self) -> None:
        self.assertEqual(shown(parse(f"a{marker(3)}b", [ref("a")]), a="A"), "ab")

    def test_html_without_a_marker_is_a_piece_alone(self) -> None:
        self.assertEqual(parse("<p>1\ufdd0</p>", []).pieces, ("<p>1\ufdd0</p>",))


class JoinTests(TestCase):
    def test_parts_stand_in_parts(self) -> None:
        outer = parse(f"[{marker(0)}]", [ref("inner")])
        self.assertEqual(shown(parse(f"<{marker(0)}>", [ref("outer")]), outer=outer, inner="x"), "<[x]>")

    def test_what_is_optional_is_there_if_one_of_its_parts_shows_something(self) -> None:
        section = parse(f"<h2>Liés</h2>{marker(0)}{marker(1)}", [ref("a"), ref("b")], is_optional=True)
        page = Fragment(("(", section, ")"))
        self.assertEqual(shown(page, a=EMPTY, b="B"), "(<h2>Liés</h2>B)")
        self.assertEqual(shown(page, a=EMPTY, b=EMPTY), "()")
        self.assertEqual(shown(page, a=" \n", b=EMPTY), "()", "white space shows nothing")

    def test_what_is_not_optional_keeps_its_html_and_shows_nothing_by_it(self) -> None:
        always = parse(f"<nav>{marker(0)}</nav>", [ref("a")])
        page = parse(f"<aside>{marker(0)}</aside>", [always], is_optional=True)
        self.assertEqual(shown(always, a=EMPTY), "<nav></nav>")
        self.assertEqual(shown(page, a=EMPTY), "")
        self.assertEqual(shown(page, a="A"), "<aside><nav>A</nav></aside>")

    def test_what_is_optional_in_what_is_optional_decides_for_it(self) -> None:
        strip = parse(f"<h3>Bande</h3>{marker(0)}", [ref("card")], is_optional=True)
        aside = parse(f"<aside>{marker(0)}{marker(1)}</aside>", [strip, ref("latest")], is_optional=True)
        self.assertEqual(shown(aside, card=EMPTY, latest=EMPTY), "")
        self.assertEqual(shown(aside, card=EMPTY, latest="L"), "<aside>L</aside>")
        self.assertEqual(shown(aside, card="C", latest=EMPTY), "<aside><h3>Bande</h3>C</aside>")


class ChoiceTests(TestCase):
    CARDS = {"one": "1", "two": "2", "three": "3"}

    def cards(self, limit: int) -> Fragment:
        choice = Choice(tuple((n, ref(name)) for n, name in enumerate(self.CARDS, start=1)), limit)
        return parse(f"<{marker(0)}>", [choice], is_optional=True)

    def test_it_shows_the_first_so_many(self) -> None:
        self.assertEqual(shown(self.cards(2), **self.CARDS), "<12>")
        self.assertEqual(shown(self.cards(9), **self.CARDS), "<123>")

    def test_what_a_page_leaves_out_gives_its_position_to_another(self) -> None:
        for without, expected in ((1, "<23>"), (2, "<13>"), (3, "<12>"), (4, "<12>"), (0, "<12>")):
            page = Fragment((ref("latest", without),))
            self.assertEqual(shown(page, latest=self.cards(2), **self.CARDS), expected, without)

    def test_it_is_left_out_however_deep_the_choice_stands(self) -> None:
        beside = parse(f"<aside>{marker(0)}</aside>", [ref("latest")], is_optional=True)
        page = Fragment((ref("beside", 1),))
        self.assertEqual(shown(page, beside=beside, latest=self.cards(2), **self.CARDS), "<aside><23></aside>")

    def test_one_part_is_shown_by_two_pages_that_leave_out_each_its_own(self) -> None:
        pages = [Fragment((ref("latest", n), "|", ref("latest"))) for n in (1, 2)]
        html = [shown(page, latest=self.cards(2), **self.CARDS) for page in pages]
        self.assertEqual(html, ["<23>|<12>", "<13>|<12>"])

    def test_nothing_is_shown_where_all_is_left_out(self) -> None:
        only = parse(f"<h2>Les derniers</h2>{marker(0)}", [Choice(((1, ref("one")),), 6)], is_optional=True)
        self.assertEqual(shown(Fragment((ref("latest", 1),)), latest=only, one="1"), "")


class KeysTests(TestCase):
    def test_it_names_every_part_that_it_may_show_wherever_it_stands(self) -> None:
        inner = parse(f"{marker(0)}{marker(1)}", [ref("b"), Choice(((1, ref("c")), (2, ref("d"))), 1)])
        page = parse(f"{marker(0)}{marker(1)}{marker(0)}", [ref("a"), inner])
        self.assertEqual(page.keys, [("a",), ("b",), ("c",), ("d",), ("a",)])
        self.assertEqual(distinct(page.keys), [("a",), ("b",), ("c",), ("d",)])

    def test_its_size_counts_what_it_holds(self) -> None:
        text = "x" * 1_000
        self.assertGreaterEqual(Fragment((text, Fragment((text,)))).size, 2_000)
        self.assertGreater(Fragment((text, ref("a"))).size, Fragment((text,)).size)
