"""Finding documents: the same on SQLite and on PostgreSQL."""

import datetime as dt
from typing import Any

from django.test import TestCase
from django.utils import timezone

from newsroom.search import find as finding
from newsroom.search import writing
from newsroom.search.analyser import analyse, spellings
from newsroom.search.find import Span, facet, find, newest, with_longer
from newsroom.search.models import PublicDocument, Spelling, document_id
from newsroom.search.query import parse
from newsroom.search.spelling import beginning_with, corrected

NOW = timezone.now()
HOUR = dt.timedelta(hours=1)


def document(pk: int, headline: str, *, at: dt.datetime = NOW - HOUR, **fields: Any) -> PublicDocument:
    texts = {name: analyse(fields.pop(name, "")) for name in ("standfirst", "names", "body")}
    fields.setdefault("shown_from", at)
    fields.setdefault("facets", facet("p", 1))
    return PublicDocument(
        pk=document_id(at, pk), object_id=pk, headline=analyse(headline), spellings=" ".join(spellings(headline)),
        **texts, **fields,
    )  # fmt: skip


def put(*documents: PublicDocument) -> None:
    writing.replace(PublicDocument, PublicDocument.objects.none(), documents)


class FindTests(TestCase):
    def found(self, typed: str, *facets: list[str], span: Span = finding.ALWAYS) -> list[int]:
        return find(PublicDocument, parse(typed), facets or [[facet("p", 1)]], NOW, span).objects

    def test_a_headline_comes_before_names_these_before_a_standfirst_and_that_before_a_body(self) -> None:
        put(
            document(1, "Autre chose", body="Un casque."), document(2, "Autre chose", standfirst="Un casque."),
            document(3, "Autre chose", names="Casque"), document(4, "Un casque"),
        )  # fmt: skip
        self.assertEqual(self.found("casque"), [4, 3, 2, 1])

    def test_what_is_new_comes_before_what_is_as_good_and_old(self) -> None:
        put(document(1, "Un casque", at=NOW - 900 * 24 * HOUR), document(2, "Un casque"))
        self.assertEqual(self.found("casque"), [2, 1])

    def test_a_phrase_is_found_in_its_order_and_across_no_fields(self) -> None:
        put(document(1, "Le mot suivant"), document(2, "Le suivant mot"), document(3, "Le mot", standfirst="Suivant."))
        self.assertEqual(self.found('"mot suivant"'), [1])

    def test_what_is_excluded_is_so_wherever_it_stands(self) -> None:
        put(document(1, "Un casque audio"), document(2, "Un casque", body="Audio."), document(3, "Un casque de moto"))
        self.assertEqual(self.found("casque -audio"), [3])

    def test_it_has_a_facet_of_each_group(self) -> None:
        first, second, tagged = facet("p", 1), facet("p", 2), facet("t", 7)
        put(
            document(1, "Un casque"), document(2, "Un casque", facets=f"{second} {tagged}"),
            document(3, "Un casque", facets=facet("p", 3)),
        )  # fmt: skip
        self.assertEqual(set(self.found("casque", [first, second])), {1, 2})
        self.assertEqual(self.found("casque", [first, second], [tagged]), [2])

    def test_no_word_that_is_typed_is_a_facet(self) -> None:
        put(document(1, "Un casque"))
        self.assertEqual(self.found("xft x7"), [])

    def test_it_finds_what_is_shown_at_the_moment_and_nothing_else(self) -> None:
        put(
            document(1, "Un casque", shown_from=NOW + HOUR), document(2, "Un casque", shown_until=NOW),
            document(3, "Un casque", shown_from=NOW, shown_until=NOW + HOUR),
        )  # fmt: skip
        self.assertEqual(self.found("casque"), [3])
        self.assertEqual(newest(PublicDocument, parse("casque"), [[facet("p", 1)]], NOW).objects, [3])

    def test_it_keeps_to_a_span_of_time(self) -> None:
        put(*(document(n, "Un casque", at=NOW - n * 24 * HOUR) for n in range(1, 5)))
        span = Span(NOW - 3 * 24 * HOUR, NOW - 24 * HOUR)
        self.assertEqual(self.found("casque", span=span), [2, 3])

    def test_of_a_common_word_it_ranks_the_newest_and_those_that_have_it_in_the_head(self) -> None:
        for name in ("MOST", "LEAST"):
            self.addCleanup(setattr, finding, name, getattr(finding, name))
            setattr(finding, name, 3)
        old = [document(n, f"Un casque {n}", at=NOW - n * 24 * HOUR) for n in (50, 51)]
        put(*old, *(document(n, "Autre chose", body="Un casque.", at=NOW - n * HOUR) for n in range(1, 10)))
        found = find(PublicDocument, parse("casque"), [[facet("p", 1)]], NOW)
        self.assertEqual(found.objects, [50, 51, 1, 2, 3])
        self.assertFalse(found.is_all)

    def test_of_many_words_it_ranks_fewer(self) -> None:
        self.addCleanup(setattr, finding, "MOST_COUNTED", finding.MOST_COUNTED)
        finding.MOST_COUNTED = 4 * finding.LEAST
        put(*(document(n, "Quatre mots bien connus", at=NOW - n * HOUR) for n in range(1, finding.LEAST + 10)))
        self.assertEqual(len(self.found("mots")), finding.LEAST + 9)
        found = find(PublicDocument, parse("quatre mots bien connus"), [[facet("p", 1)]], NOW)
        self.assertEqual(found.objects, [*range(1, finding.LEAST + 1)])
        self.assertFalse(found.is_all)

    def test_it_takes_as_many_queries_however_many_match(self) -> None:
        put(document(1, "Un casque"))
        with self.assertNumQueries(2):
            self.found("casque")
        put(*(document(n, "Un casque") for n in range(2, 40)))
        with self.assertNumQueries(2):
            self.found("casque")

    def test_what_was_deleted_or_changed_is_found_so(self) -> None:
        put(document(1, "Un casque"), document(2, "Un casque"))
        PublicDocument.objects.filter(object_id=1).delete()
        PublicDocument.objects.filter(object_id=2).update(headline=analyse("Une tablette"))
        self.assertEqual((self.found("casque"), self.found("tablette")), ([], [2]))

    def test_hostile_words_are_words(self) -> None:
        put(document(1, "Un casque"))
        for typed in (
            "\"'",
            "casque) OR (1",
            "NEAR(casque)",
            "headline:casque",
            "'; DROP TABLE x; --",
            "casque*",
            "\\",
            "^casque",
        ):
            self.found(typed)
        self.assertEqual(self.found("^casque*"), [1])


class SpellingTests(TestCase):
    def test_it_completes_a_word_by_those_that_most_documents_have(self) -> None:
        put(document(1, "Une console"), document(2, "Une console"), document(3, "Un concours"), document(4, "Un con"))
        self.assertEqual(beginning_with(PublicDocument, "con"), ["console", "concours"])
        self.assertEqual(beginning_with(PublicDocument, "c"), [])
        query = with_longer(PublicDocument, parse("conso"))
        self.assertEqual(find(PublicDocument, query, [[facet("p", 1)]], NOW).objects, [2, 1])

    def test_it_corrects_words_that_nothing_has_by_the_nearest_and_commonest(self) -> None:
        put(
            document(1, "Une imprimante"),
            document(2, "Une console"),
            document(3, "Une consule"),
            document(4, "Une console"),
        )
        self.assertEqual(
            corrected(PublicDocument, parse("consle imprimnate")),
            {"consle": "console", "imprimnate": "imprimante"},
        )
        self.assertEqual(corrected(PublicDocument, parse("console qsdfghjklm 12345")), {})

    def test_it_corrects_a_few_words_and_no_text(self) -> None:
        put(document(1, "Une imprimante"))
        words = " ".join(f"imprimnat{letter}" for letter in "abcde")
        with self.assertNumQueries(1):
            self.assertEqual(corrected(PublicDocument, parse(words)), {})

    def test_a_word_that_no_document_has_any_more_is_suggested_no_more(self) -> None:
        put(document(1, "Un secret"), document(2, "Un casque"))
        old = PublicDocument.objects.filter(object_id=1)
        writing.replace(PublicDocument, old, [])
        self.assertEqual({bytes(row.word) for row in Spelling.objects.all()}, {b"un", b"casque"})

    def test_counts_follow_the_documents(self) -> None:
        put(document(1, "Un casque"), document(2, "Un casque"))
        writing.replace(PublicDocument, PublicDocument.objects.filter(object_id=1), [document(1, "Un casque léger")])
        counts = {bytes(row.word): row.documents for row in Spelling.objects.all()}
        self.assertEqual(counts, {b"un": 2, b"casque": 2, b"leger": 1})
