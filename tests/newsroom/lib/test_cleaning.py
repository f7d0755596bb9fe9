"""What is no text is in no text: not in a row, not in a feed, not in a map."""

import json
import unicodedata
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from django.apps import apps
from django.db import models
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Article, Revision
from newsroom.actions import action
from newsroom.lib.cleaning import clean_line, clean_text, cleaned
from newsroom.publications import actions as publications
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_tags, map_of

OURS = ("articles", "comments", "publications", "worker", "pagecache", "keys")
FORBIDDEN = (
    [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xFDD0, 0xFDF0), 0xD800, 0xDBFF, 0xDC00, 0xDFFF)]
    + [chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)]
)  # fmt: skip
TURNS = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
HOSTILE = st.text(st.sampled_from([*"aé’ß日👍🏽\u200d\u200e\u00a0", *FORBIDDEN, *TURNS]))


def is_text(letter: str, *, line: bool) -> bool:
    if letter in "\n\t":
        return not line
    return (
        unicodedata.category(letter) not in ("Cc", "Cs")
        and ord(letter) & 0xFFFE != 0xFFFE
        and not (0xFDD0 <= ord(letter) <= 0xFDEF or (line and letter in TURNS))
    )


def text_fields() -> list[tuple[type[models.Model], Any]]:
    """Every text column of every model of ours."""
    rows = [model for model in apps.get_models() if model._meta.app_label in OURS]
    kinds = (models.CharField, models.TextField)
    return [(model, field) for model in rows for field in model._meta.concrete_fields if isinstance(field, kinds)]


class CleaningTests(SimpleTestCase):
    @given(HOSTILE)
    def test_nothing_that_is_no_text_stays_and_cleaning_twice_is_cleaning_once(self, text: str) -> None:
        for clean, line in ((clean_text, False), (clean_line, True)):
            result = clean(text)
            self.assertTrue(all(is_text(letter, line=line) for letter in result), ascii(result))
            self.assertEqual(clean(result), result)
            result.encode()

    @given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"), exclude_characters=TURNS)))
    def test_it_leaves_every_text_of_people_as_it_is(self, text: str) -> None:
        self.assertEqual((clean_text(text), clean_line(text)), (text, text))

    def test_it_keeps_joiners_marks_of_direction_and_no_break_spaces(self) -> None:
        for text in ("👩\u200d🚀", "\u200fשלום\u200e", "10\u00a0000\u202f€", "🏴\U000e0067\U000e0062\U000e007f"):
            self.assertEqual(clean_line(text), text)

    def test_it_ends_lines_in_one_way(self) -> None:
        self.assertEqual(clean_text("a\r\nb\rc\x0bd\x85e\u2028f"), "a\nb\nc\nd\ne\nf")
        self.assertEqual(clean_line("a\r\nb\tc"), "a b c")

    @given(HOSTILE)
    def test_every_text_column_of_every_model_is_clean_once_an_action_has_it(self, text: str) -> None:
        """Found by introspection: a new model or column is covered as it is written."""
        seen: list[models.Model] = []
        for model, field in text_fields():
            row = model(**{field.attname: text})
            action_that_keeps(row, kept=seen)
            result = getattr(seen.pop(), field.attname)
            line = isinstance(field, models.CharField)
            self.assertTrue(all(is_text(letter, line=line) for letter in result), f"{field}: {result!a}")

    def test_there_are_columns_to_clean(self) -> None:
        self.assertGreater(len(text_fields()), 100)

    def test_it_cleans_what_dataclasses_lists_and_tuples_hold_and_no_files(self) -> None:
        @dataclass(frozen=True)
        class Note:
            text: str
            tags: tuple[str, ...]
            number: int = 1

        note = Note("a\x02", ("b\x03",))
        self.assertEqual(cleaned([note, "c\x04", b"\x05", None]), [Note("a", ("b",)), "c", b"\x05", None])


def action_that_keeps(row: models.Model, *, kept: list[models.Model]) -> None:
    """An action without a database: what the decorator does to its arguments."""
    kept.append(cleaned(row))


class StoredTests(NewsroomTestCase):
    def test_actions_store_no_such_character(self) -> None:
        article = make_article(self.kg, "Un\x02 casque\u202e", body="<p>Voi\x00là &#2;du&#x7f; texte\ud800.</p>")
        revision = Revision.objects.get(pk=article.live_id)
        self.assertEqual((revision.headline, revision.body), ("Un casque", "<p>Voilà du texte.</p>"))
        self.kg.tagline = "Le\x1f numérique\u2066"
        publications.save_publication(self.kg, by=SYSTEM)
        self.kg.refresh_from_db()
        self.assertEqual(self.kg.tagline, "Le numérique")
        self.assertEqual(make_author("Camille\x07 Roussel").name, "Camille Roussel")
        self.assertEqual(make_tags("Espa\x0bce")[0].name, "Espa ce")

    def test_every_action_goes_through_it(self) -> None:
        @action
        def keep(text: str) -> str:
            return text

        self.assertEqual(keep("a\x02b"), "ab")

    def test_feeds_and_maps_are_well_formed_whatever_older_rows_hold(self) -> None:
        article = make_article(self.kg, "Un casque")
        dirty = "Un\x02 casque\x0c\ufffe"
        # As a row written before: past the actions, and past a revision's refusal to change.
        models.QuerySet(Revision).filter(pk=article.live_id).update(headline=dirty, standfirst=dirty)
        Article.objects.filter(pk=article.pk).update(desk_headline=dirty)
        for path in ("/feed/", "/feed/atom/", "/sitemap-news.xml", map_of(article), "/sitemap.xml"):
            ElementTree.fromstring(self.read(path).content)
        self.assertNotIn("\x02", json.loads(self.read("/feed/json/").content)["items"][0]["title"])

    def test_no_address_breaks_a_filter_with_what_is_no_text(self) -> None:
        make_article(self.kg, "Un casque")
        self.at_desk(self.thomas)
        for path in (
            "articles/article/",
            "articles/tag/",
            "articles/image/",
            "articles/image/picker/",
            "comments/comment/",
        ):
            for forbidden in ("%00", "%01", "%C2%85", "%EF%BF%BF", "%ED%A0%80"):
                answer = self.client.get(f"/admin/{path}?q=casq{forbidden}ue")
                self.assertEqual(answer.status_code, 200, f"{path} {forbidden}")
        self.assertContains(self.client.get("/admin/articles/article/?q=casq%00ue"), "Un casque")
        asked = {"decision": "approve", "tab": "all", "words": "casq\x00ue", "publication": self.kg.pk}
        self.assertEqual(self.client.post("/admin/comments/comment/decide-all/", asked).status_code, 302)
        self.assertEqual(self.read("/?after=%00").status_code, self.read("/?after=x").status_code)
