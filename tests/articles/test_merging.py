"""Two people's changes of one article: together where they are apart, both kept where they meet."""

import random
from unittest import TestCase

from articles.content import Content
from articles.merging import blocks_of, merged, merged_bodies, merged_list

COMMON = Content(headline="Un casque", standfirst="Léger.", body="<p>Un.</p><p>Deux.</p><p>Trois.</p>")


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


class MergedTests(TestCase):
    def test_different_fields_go_together(self) -> None:
        mine = Content(headline="Un casque léger", standfirst="Léger.", body=COMMON.body)
        theirs = Content(headline="Un casque", standfirst="Lourd.", body=COMMON.body, kicker="Essai")
        merge = merged(COMMON, mine, theirs)
        self.assertEqual((merge.content.headline, merge.content.standfirst), ("Un casque léger", "Lourd."))
        self.assertEqual((merge.taken, merge.clashes), (("kicker", "standfirst"), ()))

    def test_of_one_field_that_both_changed_both_are_told(self) -> None:
        mine = Content(headline="A", standfirst="Léger.", body=COMMON.body)
        theirs = Content(headline="B", standfirst="Léger.", body=COMMON.body)
        merge = merged(COMMON, mine, theirs)
        self.assertEqual(merge.content.headline, "A")
        [clash] = merge.clashes
        self.assertEqual((clash.field, clash.common, clash.mine, clash.theirs), ("headline", "Un casque", "A", "B"))

    def test_the_same_change_is_one(self) -> None:
        self.assertEqual(merged(COMMON, *[Content(headline="A", body="")] * 2).clashes, ())


class BodyTests(TestCase):
    def check(self, mine: str, theirs: str, expected: str, clashes: int = 0, common: str = COMMON.body) -> None:
        body, both = merged_bodies(common, mine, theirs)
        self.assertEqual((body, len(both)), (expected, clashes))

    def test_different_paragraphs_go_together(self) -> None:
        self.check(
            paragraphs("Un, mieux.", "Deux.", "Trois."), paragraphs("Un.", "Deux.", "Trois, mieux.", "Quatre."),
            paragraphs("Un, mieux.", "Deux.", "Trois, mieux.", "Quatre."),
        )  # fmt: skip
        self.check(
            paragraphs("Zéro.", "Un.", "Deux.", "Trois."),
            paragraphs("Un.", "Trois."),
            paragraphs("Zéro.", "Un.", "Trois."),
        )

    def test_of_one_paragraph_that_both_changed_both_stay(self) -> None:
        self.check(
            paragraphs("Un.", "Deux A.", "Trois."), paragraphs("Un.", "Deux B.", "Trois."),
            paragraphs("Un.", "Deux A.", "Deux B.", "Trois."), 1,
        )  # fmt: skip
        self.check("", paragraphs("Un.", "Deux B.", "Trois."), paragraphs("Un.", "Deux B.", "Trois."), 1)
        self.check("<p>A</p>", "<p>B</p>", "<p>A</p><p>B</p>", 1, common="")

    def test_a_block_is_an_outermost_element_with_all_it_holds(self) -> None:
        blocks = [
            "<p>Un <em>mot</em><br>et</p>", "<hr>", "<ul><li><p>a</p></li><li><p>b</p></li></ul>",
            '<figure data-picture="3"><figcaption>x</figcaption></figure>', "du texte", "<p>Fin.</p>", "reste",
        ]  # fmt: skip
        self.assertEqual(blocks_of("".join(blocks)), blocks)
        self.assertEqual(blocks_of(""), [])

    def test_a_body_of_thousands_of_blocks_comes_to_an_end(self) -> None:
        common = paragraphs(*["x"] * 3_000)
        body, both = merged_bodies(common, common + "<p>a</p>", "<p>b</p>" + common)
        self.assertEqual((len(both), "<p>a</p>" in body, "<p>b</p>" in body), (1, True, True))

    def test_random_changes_of_two_lose_no_word_of_either(self) -> None:
        chance = random.Random(7)
        for _time in range(2_000):
            common = [f"c{n}" for n in range(chance.randrange(8))]
            changed = []
            for who in "ab":
                rows = list(common)
                for n in range(chance.randrange(1, 4)):
                    at = chance.randrange(len(rows) + 1)
                    rows[at : at + chance.randrange(2)] = [f"{who}{n}"] * chance.randrange(2)
                changed.append(rows)
            body, _both = merged_bodies(*(paragraphs(*rows) for rows in (common, *changed)))
            for who, rows in zip("ab", changed, strict=True):
                for word in rows:
                    if word.startswith(who):
                        self.assertIn(f"<p>{word}</p>", body, (common, changed))
            for word in common:  # what one took out and the other left is gone; what both have stays
                if all(word in rows for rows in changed):
                    self.assertIn(f"<p>{word}</p>", body, (common, changed))


class ListTests(TestCase):
    def test_it_has_what_either_added_and_nothing_that_either_took_out(self) -> None:
        self.assertEqual(merged_list("abc", "abd", "bce"), ("b", "e", "d"))
        self.assertEqual(merged_list("ab", "ab", "ba"), ("b", "a"))
