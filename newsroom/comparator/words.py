"""The words by which products are found, and the keys by which offers are matched: folded, the same on any database."""

import re
from functools import lru_cache

from newsroom.lib.text import fold

MAX_WORD_CHARACTERS = 40
MAX_KEY_CHARACTERS = 200
CACHED = 4_096  # an offer's words are asked for some five times while it is imported
_WORD = re.compile(r"\w+")
_NOT_IN_MODEL = re.compile(r"[\W_]+")


def words_of(*texts: str) -> set[bytes]:
    """Return the words of texts: without case, accents and what parts them.

    Bytes, since every database compares those alike, whatever the order of its letters.
    """
    return {word[:MAX_WORD_CHARACTERS].encode() for text in texts for word in _WORD.findall(fold(text))}


@lru_cache(maxsize=CACHED)
def compact(model: str) -> str:
    """Return a model's number as one word: "SM-S921B/DS" and "sm s921b ds" are both "sms921bds"."""
    return _NOT_IN_MODEL.sub("", fold(model))


def model_key(brand: str, model: str) -> str:
    """Return the key of a brand's model; "" where either is missing."""
    brand, model = compact(brand), compact(model)
    return f"{brand}|{model}"[:MAX_KEY_CHARACTERS] if brand and model else ""


@lru_cache(maxsize=CACHED)
def name_key(name: str) -> str:
    """Return the key that two spellings of a name share: the words in their order, "" of nothing."""
    return " ".join(_WORD.findall(fold(name)))[:MAX_KEY_CHARACTERS]
