"""The desk's search: by the words of headlines."""

from dataclasses import replace
from importlib import import_module
from typing import Any

from django.apps import apps
from django.urls import reverse

from articles.actions import editing, expunging
from articles.admin import headline_search
from articles.content import Content
from articles.models import HeadlineWord
from articles.models.headline_word import words_of
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft

LIST = reverse("admin:articles_article_changelist")
migration = import_module("articles.migrations.0023_headline_words")


class SearchTests(NewsroomTestCase):
    def found(self, typed: str, **query: str) -> list[str]:
        """The headlines that a writer finds, in the order of the list."""
        self.at_desk(self.camille)
        page = self.client.get(LIST, {"q": typed, **query})
        return [article.desk_headline for article in page.context["cl"].result_list]

    def test_it_finds_words_and_how_they_begin_without_case_and_accents(self) -> None:
        make_draft(self.kg, "L’été d’un Casque et 17,4 cœurs")
        for typed in ("casque", "CASQ", "ete", "été casque", "casque  l'été", "17,4", "17", "coeur", "cœu", "l"):
            self.assertEqual(self.found(typed), ["L’été d’un Casque et 17,4 cœurs"], typed)
        for typed in ("asque", "casques", "casque introuvable", "18", "!", "x" * 5000, "'"):
            self.assertEqual(self.found(typed), [], typed)

    def test_it_lists_the_last_saved_first_whatever_is_typed(self) -> None:
        articles = [make_draft(self.kg, f"Un casque {n}") for n in range(3)]
        editing.save_draft(articles[0], replace(Content.of(articles[0].working), standfirst="Neuf."), by=SYSTEM)
        self.assertEqual(self.found("casque"), ["Un casque 0", "Un casque 2", "Un casque 1"])
        self.assertEqual(self.found("un ca"), ["Un casque 0", "Un casque 2", "Un casque 1"])

    def test_it_keeps_to_the_filters_and_to_the_publication(self) -> None:
        make_draft(self.kg, "Un casque", section=self.science)
        make_draft(self.kg, "Un casque de jeu", section=self.games)
        make_draft(self.ia, "Un casque de la sœur")
        self.assertEqual(self.found("casque", section=str(self.games.pk)), ["Un casque de jeu"])
        self.assertEqual(len(self.found("casque")), 2)

    def test_it_follows_the_headline_that_the_desk_works_on(self) -> None:
        article = make_article(self.kg, "Un casque léger")
        editing.save_draft(article, replace(Content.of(article.working), headline="Un casque lourd"), by=SYSTEM)
        self.assertEqual((self.found("leger"), self.found("lourd")), ([], ["Un casque lourd"]))

    def test_it_finds_nothing_that_was_expunged(self) -> None:
        article = make_draft(self.kg, "Le secret de Polichinelle")
        expunging.expunge_passage(article, "Polichinelle", by=self.alix, order="TJ Paris 12/03")
        self.assertEqual(self.found("polichinelle"), [])
        self.assertFalse(HeadlineWord.objects.filter(word=b"polichinelle").exists())
        self.assertEqual(len(self.found("secret")), 1)

    def test_of_too_many_it_finds_the_newest(self) -> None:
        headline_search.MOST_FOUND, before = 2, headline_search.MOST_FOUND
        self.addCleanup(setattr, headline_search, "MOST_FOUND", before)
        for n in range(4):
            make_draft(self.kg, f"Un casque {n}")
        make_draft(self.kg, "Des casquettes")
        self.assertEqual(self.found("casque"), ["Un casque 3", "Un casque 2"])
        self.assertEqual(self.found("casque 0"), ["Un casque 0"])  # its rarer word finds it

    def test_it_costs_the_same_however_many_match(self) -> None:
        make_draft(self.kg, "Un casque")
        self.found("un casque")
        for n in range(1, 4):
            make_draft(self.kg, f"Un casque {n}")
            with self.assertNumQueries(16):
                self.client.get(LIST, {"q": "un casque"})

    def test_a_migration_writes_the_words_of_what_was_there(self) -> None:
        for headline in ("L’été d’un casque", "x" * 90, "Œuvre — 17,4"):
            make_draft(self.kg, headline)
        expected = self.words()
        HeadlineWord.objects.all().delete()
        migration.words_so_far(apps, None)
        self.assertEqual(self.words(), expected)
        self.assertIn(("L’été d’un casque", b"casque"), expected)

    def words(self) -> set[tuple[str, bytes]]:
        rows: Any = HeadlineWord.objects.values_list("article__desk_headline", "word")
        return {(headline, bytes(word)) for headline, word in rows}

    def test_words_are_folded_and_cut(self) -> None:
        self.assertEqual(words_of("L’Été, l'été & 17,4"), {b"l", b"ete", b"17", b"4"})
        self.assertEqual(words_of("é" * 50), {b"e" * 40})
        self.assertEqual(words_of("日本"), {"日本".encode()})
        self.assertEqual(words_of(" – ! "), set())
