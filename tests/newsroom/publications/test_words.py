"""The words of public addresses."""

from collections.abc import Iterator

from django.test import SimpleTestCase
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from newsroom.publications.models import Publication
from newsroom.publications.words import WORDS, reserved_words


def _routes(resolver: URLResolver, above: str = "") -> Iterator[str]:
    """Yield the routes of all pages but those found by a regular expression."""
    for entry in resolver.url_patterns:
        if isinstance(entry.pattern, RoutePattern):
            if isinstance(entry, URLResolver):
                yield from _routes(entry, above + str(entry.pattern))
            else:
                yield above + str(entry.pattern)


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
            reserved_words(),
        )

    def test_the_first_step_of_every_route_is_reserved(self) -> None:
        self.assertLessEqual(
            {".well-known", "c", "face", "favicon.ico", "media", "sitemap-lists.xml"}, reserved_words()
        )
        routes = [route for route in _routes(get_resolver()) if "<" not in route.partition("/")[0]]
        self.assertGreater(len(routes), 30)
        for route in routes:
            self.assertIn(route.partition("/")[0], reserved_words() | {""}, route)

    def test_every_reserved_word_is_written_as_addresses_are(self) -> None:
        self.assertTrue(all(word == word.lower() and "/" not in word for word in reserved_words()))
