"""Passages that a court orders removed: found however they are stored, and removed. Pure functions.

Text is compared by *tokens*, the words and signs that a reader reads, whatever their case, accents, typography and
markup: a word is never cut, spaces around a sign don't count. Each knows its *units*: characters, entities, tags.
"""

import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import NamedTuple
from urllib.parse import unquote

from newsroom.lib.html import clean
from newsroom.lib.text import fold, slugify

MARK = "[…]"  # put in the place of a removed passage

_SIGNS = str.maketrans("«»“”„‟‹›´′‛‐‑‒–—―−…", '""""""""' + "'''" + "-------" + ".")
_UNSEEN = {"Mn", "Me", "Cf", "Cc"}  # accents, soft hyphens, zero-width characters
_TOKEN = re.compile(r"\[\.\]|[^\W_]+|\S")  # MARK is one, so that no later cut halves it
# A clean body escapes both signs of a tag in text and inside attributes.
_SIGN = re.compile(r"[^\w\s'’ʼ‘`´-]")  # all but what parted words in the slugs of old
_TAG = re.compile(r"<[^<>]+>")
_UNIT = re.compile(r"<[^<>]+>|&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|nbsp);|.", re.DOTALL | re.IGNORECASE)
_INLINE = re.compile(r"</?(?:a|abbr|bdi|cite|code|del|em|ins|kbd|mark|q|s|strong|sub|sup)[ >]")  # others part words
_ATTRIBUTE = re.compile(r' (title|data-alt|href|cite|data-source|data-embed)="([^"]*)"')
_LOST_FIGURE = re.compile(r'<figure (?=[^<>]*data-(?:source|embed)="")[^<>]*>(?:(?!</?figure).)*+</figure>', re.DOTALL)
_LOST_LINK = re.compile(r'<a (?=[^<>]*href="")[^<>]*>((?:(?!</?a[ >]).)*+)</a>', re.DOTALL)
_EMPTY = re.compile(r"<(?!td|th|figure)(\w+)(?: [^<>]*)?></\1>")


@dataclass(frozen=True)
class Redacted:
    """A text without the passage (as it was, if it didn't hold it), and how many times the passage was in it."""

    text: str
    count: int


class _Token(NamedTuple):
    key: str
    start: int
    end: int
    cut: bool = False  # in the place of a removed passage


def key(passage: str) -> str:
    """Return what is compared: a text holds a passage if its key holds the passage's. "" without a letter or digit."""
    keys = [token.key for token in _tokens(passage)]
    return f" {' '.join(keys)} " if any(map(str.isalnum, keys)) else ""


def from_text(text: str, passage: str) -> Redacted:
    """Return a plain text (a headline, a caption) with MARK wherever it held the passage."""
    return Redacted(*_cut(list(text), key(passage).split()))


def from_html(body: str, passage: str) -> Redacted:
    """Return a stored body (clean) with MARK wherever its words or its attributes' held the passage, clean again.

    An address that holds it is removed: a link keeps its words, a figure is removed whole.
    """
    wanted, words, count = key(passage).split(), _words(passage), 0

    def attribute(match: re.Match[str]) -> str:
        nonlocal count
        value = unescape(match[2])
        if match[1] in ("title", "data-alt"):
            value, found = _cut(list(value), wanted)
        else:
            value, found = "", int(_spells(value, words))
        count += found
        return f' {match[1]}="{escape(value)}"' if found else match[0]

    if not wanted:
        return Redacted(body, 0)
    # Attributes first: what is on both sides of a figure that is removed may be the passage.
    text = _TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), body)
    text, found = _cut(_UNIT.findall(_tidied(text) if count else text), wanted)
    count += found
    return Redacted(clean(_tidied(text)).html if count else body, count)


def from_slug(slug: str, passage: str) -> Redacted:
    """Return a slug without the passage's words, maybe "": "affaire-jean-dupont" for "Jean Dupont" → "affaire"."""
    rest, count = "-" + "".join(f"{part}-" for part in slug.split("-") if part), 0
    for wanted in _slugs(passage):
        while f"-{wanted}-" in rest:
            rest, count = rest.replace(f"-{wanted}-", "-", 1), count + 1
    return Redacted(rest.strip("-") if count else slug, count)


def spelt_in(address: str, passage: str) -> bool:
    """Return whether a path or an address spells the passage's words, any sign between them."""
    return _spells(address, _words(passage)) or any(_spells(address, _words(slug)) for slug in _slugs(passage))


def _slugs(passage: str) -> set[str]:
    """Return the slugs of a passage: today's, and the one that our earlier rule and WordPress's make, in which signs
    part nothing ("1,5 million" → "1-5-million", "15-million")."""
    letters = _words(passage).replace(" ", "")
    slugs = {slugify(passage, 20 * len(passage)), slugify(_SIGN.sub("", passage), 20 * len(passage))}
    # "Иван Dupont" is not every Dupont.
    return {slug for slug in slugs if slug.replace("-", "") == letters} or {_words(passage).strip().replace(" ", "-")}


def _spells(address: str, words: str) -> bool:
    return bool(words.strip()) and words in _words(unquote(address))


def fingerprint(passage: str, data_key: bytes) -> tuple[str, int]:
    """Return a keyed hash by which a passage is known again without being kept, and its length in tokens."""
    tokens = key(passage).split()
    return _hash(tokens, data_key), len(tokens)


def holds(text: str, mark: tuple[str, int], data_keys: Sequence[bytes], *, is_html: bool) -> bool:
    """Return whether a plain text or a body holds the passage of a fingerprint, made with any of `data_keys`."""
    wanted, length = mark
    tokens = [token.key for token in _tokens(_UNIT.findall(text) if is_html else list(text))]
    rows = [tokens[at : at + length] for at in range(len(tokens) - length + 1)] if length else []
    return any(_hash(row, data_key) == wanted for data_key in data_keys for row in rows)


def _hash(tokens: Sequence[str], data_key: bytes) -> str:
    return hmac.new(data_key, " ".join(tokens).encode(), "sha256").hexdigest()


@lru_cache(maxsize=4096)
def _plain(unit: str) -> str:
    """Return how a unit compares: "" if nobody sees it, " " for any space, bare letters, one sign."""
    if _TAG.fullmatch(unit):
        return "" if _INLINE.match(unit) else " "
    character = unescape(unit)
    if character.isspace():
        return " "
    if all(unicodedata.category(c) in _UNSEEN for c in character):
        return ""
    folded = fold(character.translate(_SIGNS)).translate(_SIGNS).replace(" ", "")  # "﹘" folds to a dash, too
    return folded if folded.isalnum() or len(folded) < 2 else character  # ½ is one token, not three


def _tokens(units: Sequence[str]) -> list[_Token]:
    plain: list[str] = []
    starts: list[int] = []
    for at, unit in enumerate(units):
        letters = _plain(unit)
        if letters != "." or plain[-1:] != ["."]:  # "..." is "…"
            plain += letters
            starts += [at] * len(letters)
    starts.append(len(units))  # what nobody sees belongs to what it follows
    return [_Token(m[0], starts[m.start()], starts[m.end()]) for m in _TOKEN.finditer("".join(plain))]


def _words(text: str) -> str:
    """Return the words alone, as an address spells them: any sign may be between."""
    return f" {' '.join(word for word in key(text).split() if word.isalnum())} "


def _cut(units: list[str], wanted: list[str]) -> tuple[str, int]:
    """Return the text of the units with MARK wherever the wanted tokens were, tags among them left; how many times."""
    # Most texts lack the longest word: looking for it takes a tenth of the time of finding where each token stands.
    if max(filter(str.isalnum, wanted), key=len, default="") not in "".join(map(_plain, units)):
        return "".join(units), 0
    kept, count = _sift(_tokens(units), wanted)
    for start, end in [(token.start, token.end) for token in kept if token.cut]:
        units[start:end] = [unit if _TAG.fullmatch(unit) and unit != "<br>" else "" for unit in units[start:end]]
        units[start] = MARK
    return "".join(units), count


def _sift(tokens: list[_Token], wanted: list[str]) -> tuple[list[_Token], int]:
    """Return the tokens with MARK's in the place of each run of the wanted, and how many runs there were.

    A cut may make another run ("a […] b" in "a a […] b b"): it is cut too. Linear: Knuth, Morris and Pratt's search,
    resumed from where the run began.
    """
    borders, matched, count = [0], [0], 0  # matched: how many of the wanted are in a run before each position in kept
    kept: list[_Token] = []

    def step(reached: int, key: str) -> int:
        while reached and wanted[reached] != key:
            reached = borders[reached - 1]
        return reached + (wanted[reached] == key)

    if not 0 < len(wanted) <= len(tokens):
        return tokens, 0
    for word in wanted[1:]:
        borders.append(step(borders[-1], word))
    coming = tokens[::-1]
    while coming:
        kept.append(coming.pop())
        matched.append(step(matched[-1], kept[-1].key))
        if matched[-1] == len(wanted):
            count += 1
            coming.append(_Token("[.]", kept[-len(wanted)].start, kept[-1].end, cut=True))
            del kept[-len(wanted) :], matched[-len(wanted) :]
    return kept, count


def _tidied(body: str) -> str:
    """Return a body without the figures and links whose address was removed, and without what is then empty."""
    body = _LOST_LINK.sub(r"\1", body)
    while (tidier := _EMPTY.sub("", _LOST_FIGURE.sub("", body))) != body:  # what they were in may be empty then
        body = tidier
    return body
