"""Plain text: keys for comparing, slugs, counts of words, ids in text. Pure functions."""

import html
import math
import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose, and that French and its neighbours write.
_LETTERS = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`\u00b4]")
_TAGS = re.compile(r"<[^<>\"']*+(?:\"[^\"]*+\"[^<>\"']*+|'[^']*+'[^<>\"']*+)*+>")
_NOT_IN_SLUG = re.compile("[^a-z0-9_]+")
_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")

# Adults read French silently at some 195 to 215 words a minute (Trauzettel-Klosinski & Dietz, "Standardized assessment
# of reading performance", IOVS 2012: 195 wpm); newsrooms round up to 220.
WORDS_PER_MINUTE = 220


def fold(text: str) -> str:
    """Return the key that two spellings share: "Réalité  Virtuelle", "realite virtuelle"; "L’Œuvre", "l'oeuvre"."""
    text = unicodedata.normalize("NFKD", text.replace("\x00", "").translate(_LETTERS))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = _APOSTROPHES.sub("'", text).casefold()
    # casefold can yield letters that decompose again, and what is left of "ǣ" is a letter of ours.
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join(text.split())


def slugify(text: str, max_length: int = 80) -> str:
    """Return an ASCII slug, cut at a word's end: "L’iPhone d’occasion : cœur" → "l-iphone-d-occasion-coeur".

    All that is no letter or digit parts words: "iOS 17.4.1", "AC/DC" → "ios-17-4-1", "ac-dc".
    """
    text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    # Accents and what nobody sees (a soft hyphen, a joiner) part nothing.
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Mn", "Me", "Cf"))
    slug = _NOT_IN_SLUG.sub("-", text.lower()).strip("-_")
    if len(slug) <= max_length:
        return slug
    head = slug[: max_length + 1]
    return (head.rsplit("-", 1)[0] if "-" in head else head[:max_length]).strip("-")


def plain(markup: str) -> str:
    """Return the text of an HTML fragment on one line, for descriptions and counting."""
    return " ".join(html.unescape(_TAGS.sub(" ", markup)).split())


def count_words(markup: str) -> int:
    """Return how many words a reader reads in an HTML fragment."""
    return len(_WORD.findall(plain(markup)))


def reading_minutes(words: int) -> int:
    """Return the minutes that reading so many words takes, at least one."""
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def whole_number(text: str) -> int | None:
    """Return the number that a form or an address sends as a row's id; None for anything else, or 19 digits or more."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def row_id(text: str) -> int:
    """Return the same to look a row up by: 0, which no row has, for anything else."""
    return whole_number(text) or 0


def likeness(one: str, other: str) -> float:
    """Return how alike two headlines are, from 0 to 1: Dice's coefficient of their words of three letters or more.

    Source: Dice, "Measures of the amount of ecologic association between species", Ecology 26, 1945.
    """
    first, second = _long_words(one), _long_words(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


@lru_cache(maxsize=2048)  # one headline is compared with some hundred others, again and again
def _long_words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"\w+", fold(text)) if len(word) > 2)
