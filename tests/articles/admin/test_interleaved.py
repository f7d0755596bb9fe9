"""Five people save one article in any order, from pages of any age: no word of anybody is lost.

INTERLEAVED_SAVES=10000 pytest tests/articles/admin/test_interleaved.py
"""

import os
import random
from dataclasses import dataclass, field, replace
from typing import Any

from articles.actions import editing
from articles.admin.conflicts import merge_of
from articles.content import Content
from articles.merging import blocks_of
from articles.models import Article
from articles.workflow import Conflict
from newsroom.lib.text import plain
from tests.base import NewsroomTestCase
from tests.factories import make_draft

SAVES = int(os.environ.get("INTERLEAVED_SAVES", "200"))
LONGEST = 40  # paragraphs; beyond, some are taken out on purpose
START = "".join(f"<p>Paragraphe {n}.</p>" for n in range(6))


@dataclass
class Person:
    """Somebody with a page of the article before them: what it shows, and since which revision."""

    user: Any
    content: Content
    base: int
    typed: list[str] = field(default_factory=list)  # words since then
    taken_out: set[str] = field(default_factory=set)  # words of paragraphs that they deleted


class InterleavedTests(NewsroomTestCase):
    def test_no_word_is_lost(self) -> None:
        chance, self.headlines = random.Random(18), list[int]()
        self.article = make_draft(self.kg, "Un casque", body=START)
        users = [
            self.ines,
            self.thomas,
            self.alix,
            self.person("fanny", *self.roles()),
            self.person("gil", *self.roles()),
        ]
        people = [Person(user, *self.page()) for user in users]
        written, taken_out, merges, clashes = set[str](), set[str](), 0, 0
        for number in range(SAVES):
            one = chance.choice(people)
            for turn in range(chance.randrange(1, 4)):
                self.type(one, f"mot{number}x{turn}", chance)
            conflict, clash = self.save(one)
            merges, clashes = merges + conflict, clashes + clash
            written |= set(one.typed)
            taken_out |= one.taken_out
            one.typed, one.taken_out = [], set()
            one.content, one.base = self.page()
            present = set(plain(one.content.body).split())
            self.assertEqual(written - present - taken_out, set(), f"after save {number}")
        self.assertGreater(merges, SAVES / 3)
        self.assertGreater(clashes, SAVES / 50)
        headlines = set(self.article.revisions.values_list("headline", flat=True))
        self.assertEqual({f"Titre {number}" for number in self.headlines} - headlines, set())

    def roles(self) -> list[Any]:
        return [(row.publication, row.role) for row in self.ines.memberships.all()]

    def page(self) -> tuple[Content, int]:
        working = Article.objects.select_related("draft").get(pk=self.article.pk).working
        return Content.of(working), working.pk

    def type(self, one: Person, word: str, chance: random.Random) -> None:
        blocks = blocks_of(one.content.body)
        at = chance.randrange(len(blocks))
        if len(blocks) > LONGEST:
            for block in blocks[at : at + 10]:
                one.taken_out |= set(plain(block).split())
            blocks[at : at + 10] = []
            blocks.append(f"<p>{word} remplace.</p>")
        elif chance.random() < 0.3:
            blocks.insert(at, f"<p>{word} commence.</p>")
        else:
            blocks[at] = blocks[at].replace("</p>", f" {word}</p>")
        one.typed.append(word)
        one.content = replace(one.content, body="".join(blocks))
        if chance.random() < 0.05:
            number = int(word[3:].partition("x")[0])
            one.content = replace(one.content, headline=f"Titre {number}")
            if number not in self.headlines:
                self.headlines.append(number)

    def save(self, one: Person) -> tuple[bool, bool]:
        """Save as the form does: merged where that goes, else with both, as a person who takes nothing out chooses.

        Return whether somebody had saved meanwhile, and whether both had changed the same.
        """
        article = Article.objects.select_related("publication").get(pk=self.article.pk)
        try:
            editing.save_draft(article, one.content, by=one.user, base=one.base)
        except Conflict as conflict:
            merge = merge_of(article, one.base, conflict.newest, one.content)
            assert merge is not None
            editing.save_draft(article, merge.content, by=one.user, base=conflict.newest)
            return True, bool(merge.clashes)
        return False, False
