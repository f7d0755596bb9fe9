"""The languages of publications and of the desk: all that a language needs beside its translations, in one table.

CONTRIBUTING.md says how to add one. Each field is required, so a language that lacks one stops the start.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Final

NNBSP: Final = "\u202f"  # NARROW NO-BREAK SPACE
FALLBACK: Final = "en"  # the language of the source's strings


@dataclass(frozen=True, kw_only=True)
class Words:
    """The first steps of public addresses, each a slug: /auteur/… in French, /author/… in English."""

    tag: str
    author: str
    archive: str
    search: str
    compare: str
    contact: str
    corrections: str
    changes: str


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language. Typography is optional: newsroom/lib/typography.py leaves a text as it is without substitutions."""

    name: str  # in itself, as the list of languages shows it
    words: Words
    legal_notice_slug: str  # of the static page that the law asks for
    short_months: tuple[str, ...]  # January to December, in the style of dates "bullet"
    long_months: tuple[str, ...]  # the same in the style "long", and in headings
    long_date: Callable[[dt.datetime, str], str]  # a moment in its zone, and its long month: the style "long"

    def __post_init__(self) -> None:
        """Raise ValueError unless there are twelve months, and no two words of addresses are the same."""
        words = list(asdict(self.words).values())
        if len(self.short_months) != 12 or len(self.long_months) != 12:
            raise ValueError(f"{self.name} does not have twelve months")
        if len(set(words)) != len(words):
            raise ValueError(f"{self.name} uses one word for two kinds of addresses")


def _french_date(moment: dt.datetime, month: str) -> str:
    day = "1er" if moment.day == 1 else str(moment.day)
    return f"{day} {month} {moment.year} à {moment.hour}{NNBSP}h{NNBSP}{moment:%M}"


def _english_date(moment: dt.datetime, month: str) -> str:
    return f"{moment.day} {month} {moment.year} at {moment:%H:%M}"


LANGUAGES: Final[Mapping[str, Language]] = {
    "fr": Language(
        name="Français",
        words=Words(
            tag="tag", author="auteur", archive="archives", search="recherche", compare="comparateur",
            contact="contact", corrections="rectificatifs", changes="modifications",
        ),
        legal_notice_slug="mentions-legales",
        # As KultureGeek prints them: the abbreviations of the Imprimerie nationale, with a capital.
        short_months=(
            "Janv.", "Fév.", "Mars", "Avr.", "Mai", "Juin", "Juil.", "Août", "Sept.", "Oct.", "Nov.", "Déc.",
        ),
        long_months=(
            "janvier", "février", "mars", "avril", "mai", "juin",
            "juillet", "août", "septembre", "octobre", "novembre", "décembre",
        ),
        long_date=_french_date,
    ),
    "en": Language(
        name="English",
        words=Words(
            tag="tag", author="author", archive="archive", search="search", compare="compare",
            contact="contact", corrections="corrections", changes="changes",
        ),
        legal_notice_slug="legal-notice",
        short_months=(
            "Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
        ),
        long_months=(
            "January", "February", "March", "April", "May", "June",
            "July", "August", "September", "October", "November", "December",
        ),
        long_date=_english_date,
    ),
}  # fmt: skip


def language_of(code: str) -> Language:
    """Return the language of a code ("fr"), or of its primary subtag ("fr-CA"); of another code, English."""
    primary = code.replace("_", "-").partition("-")[0].lower()
    return LANGUAGES.get(code) or LANGUAGES.get(primary) or LANGUAGES[FALLBACK]
