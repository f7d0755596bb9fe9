"""Words of public addresses, by the publication's language: /auteur/… in French, /author/… in English."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import cache

from django.urls import URLResolver, get_resolver

from newsroom.lib.languages import LANGUAGES

WORDS: dict[str, dict[str, str]] = {code: asdict(language.words) for code, language in LANGUAGES.items()}

# What is no route of Django's, or will be one, or was one at WordPress.
_SERVED_ELSEWHERE = {
    "api", "healthz", "index.php", "page", "static", "wp-admin", "wp-content", "wp-json", "wp-login.php",
}  # fmt: skip
# Last steps that name a form of the page above them, here or at WordPress: /title/amp/, /section/feed/.
FORMS_OF_PAGES = {"amp", "embed", "feed", "page"}


@cache
def reserved_words() -> frozenset[str]:
    """Return the first steps of a path that no section or article may take: those of all routes, and every language's
    words."""
    words = {word for words in WORDS.values() for word in words.values()}
    return frozenset(words | _SERVED_ELSEWHERE | set(_first_steps(get_resolver())))


def _first_steps(resolver: URLResolver) -> Iterator[str]:
    """Yield the first step of each route that spells one: "c" of "c/<int:pk>/", and none of "<slug:slug>/feed/"."""
    for entry in resolver.url_patterns:
        step, slash, _rest = str(entry.pattern).lstrip("^").partition("/")
        step = step.removesuffix("$").replace("\\", "")
        if not step and isinstance(entry, URLResolver) and not slash:
            yield from _first_steps(entry)
        elif step and not set(step) & set("<>()[]"):
            yield step
