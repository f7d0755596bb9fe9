"""The addresses of the Comparateur's pages, in a publication's language.

The first step is a word of newsroom/lib/languages.py. The second ones are here, and no product's slug is one of them.
"""

from typing import Final

from newsroom.lib.languages import FALLBACK, LANGUAGES
from newsroom.publications.models import Publication

# How it works, the way out to a merchant, an alert that was asked for.
HOW: Final = {"fr": "fonctionnement", "en": "how-it-works"}
OUT: Final = {"fr": "vers", "en": "to"}
ALERTS: Final = {"fr": "alertes", "en": "alerts"}
RESERVED: Final = frozenset(word for words in (HOW, OUT, ALERTS) for word in words.values())


def compare_url(on: Publication) -> str:
    """Return the path of the search for products."""
    return f"/{on.word('compare')}/"


def product_url(on: Publication, slug: str) -> str:
    """Return the path of a product's page."""
    return f"{compare_url(on)}{slug}/"


def how_url(on: Publication) -> str:
    """Return the path of the page that says how the comparison works."""
    return f"{compare_url(on)}{_step(HOW, on)}/"


def out_url(on: Publication, offer: int) -> str:
    """Return the path that leads to a merchant's page of an offer, and counts it."""
    return f"{compare_url(on)}{_step(OUT, on)}/{offer}/"


def asked_url(on: Publication) -> str:
    """Return the path of the page that thanks for an alert that was asked for."""
    return f"{compare_url(on)}{_step(ALERTS, on)}/"


def alert_url(on: Publication, token: str) -> str:
    """Return the path at which an alert is confirmed and ended. Whoever has it may do both."""
    return f"{asked_url(on)}{token}/"


def steps(words: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Return the first and the second step of an address, by language."""
    return {code: (language.words.compare, words.get(code, words[FALLBACK])) for code, language in LANGUAGES.items()}


def _step(words: dict[str, str], on: Publication) -> str:
    return words.get(on.language.partition("-")[0], words[FALLBACK])
