"""The words of public addresses."""

from django.test import SimpleTestCase

from newsroom.publications.models import Publication
from newsroom.publications.words import RESERVED, WORDS


class WordsTests(SimpleTestCase):
    def test_each_language_says_the_same_things(self) -> None:
        self.assertEqual(set(WORDS["fr"]), set(WORDS["en"]))

    def test_no_word_of_a_language_means_two_things(self) -> None:
        for words in WORDS.values():
            self.assertEqual(len(set(words.values())), len(words))

    def test_a_publication_uses_its_language_s(self) -> None:
        self.assertEqual(Publication(language="fr").word("author"), "auteur")
        self.assertEqual(Publication(language="en").word("author"), "author")

    def test_both_languages_words_and_the_install_s_own_are_reserved(self) -> None:
        self.assertLessEqual(
            {
                "tag",
                "auteur",
                "author",
                "archives",
                "archive",
                "recherche",
                "search",
                "comparateur",
                "compare",
                "contact",
                "rectificatifs",
                "corrections",
                "feed",
                "preview",
                "c",
                "admin",
                "static",
                "media",
                "healthz",
                "robots.txt",
                "sitemap.xml",
                "sitemap-news.xml",
            },
            RESERVED,
        )

    def test_every_reserved_word_is_written_as_addresses_are(self) -> None:
        self.assertTrue(all(word == word.lower() and "/" not in word for word in RESERVED))
