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
# Others that names are written with: in slugs alone, for the keys of `fold` are stored.
_LETTERS_OF_SLUGS = str.maketrans(
    {"þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ẞ": "SS", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "ng", "Ŋ": "Ng",
     "ŧ": "t", "Ŧ": "T", "ə": "e", "Ə": "E"}
)  # fmt: skip
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc`\u00b4]")
# A tag, or what no reader sees (an iframe has no text of its own: HTML Standard, 4.8.5). A sign that opens neither is
# text: "5 < 6 et 7 > 3", "x<y", "<3". No element of HTML has one letter but these.
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][a-z][^<>]*+>"
    r"|<(?P<unread>script|style|iframe|noscript|template)(?=[\s/>]).*?(?:</(?P=unread)\s*+>|\Z)"
    r"|<(?P<end>/?)(?P<name>[abipqsu](?![\w:.-])|[a-z][\w:.-]++)(?=[\s/>])"
    r"[^<>\"']*+(?:\"[^\"]*+\"[^<>\"']*+|'[^']*+'[^<>\"']*+)*+>",
    re.IGNORECASE | re.DOTALL,
)
# The elements that stand inside a line (HTML Standard, 4.5 and 15.3.4); any other parts what it stands between.
_INLINE = frozenset(
    (
        "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr q ruby s samp small "
        "span strike strong sub sup time tt u var wbr"
    ).split()
)
_FURNITURE = frozenset(("figure", "figcaption", "table"))  # no sentence of the text: captions, credits, cells
_SPACES = re.compile(r"\s+")
_NO_BREAK_SPACES = frozenset("\u00a0\u2007\u202f")
_UNSEEN = ("Mn", "Me", "Cf")  # categories of accents, and of what shows nothing (a soft hyphen, a joiner)
_NOT_IN_SLUG = re.compile("[^a-z0-9_]+")
# A number is one word, with its decimals, its thousands and its minutes: "3,5", "1\u202f299", "10:30".
_WORD = re.compile(r"\w+(?:(?:['\u2019\u2010\u2011-]|(?<=\d)[.,:\u202f](?=\d))\w+)*")

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
    text = unicodedata.normalize("NFKD", text.translate(_LETTERS).translate(_LETTERS_OF_SLUGS))
    slug = _NOT_IN_SLUG.sub("-", _without_unseen(text).lower()).strip("-_")
    if len(slug) <= max_length:
        return slug
    head = slug[: max_length + 1]
    return (head.rsplit("-", 1)[0] if "-" in head else head[:max_length]).strip("-_")


def _without_unseen(text: str) -> str:
    """Return a text without what stands in the middle of a word and parts nothing."""
    return text if text.isascii() else "".join(c for c in text if unicodedata.category(c) not in _UNSEEN)


def one_line(text: str) -> str:
    """Return a text on one line, each run of spaces and line ends as one space; a no-break space stays what it is."""
    return _SPACES.sub(lambda run: run[0][0] if _NO_BREAK_SPACES.issuperset(run[0]) else " ", text).strip()


def plain(markup: str) -> str:
    """Return the text of an HTML fragment on one line, as a page shows it: "H<sub>2</sub>O" is one word."""
    return _read(markup, without=frozenset())


def teaser(markup: str, max_characters: int) -> str:
    """Return the beginning of an article's own sentences on one line, for descriptions and lists.

    Figures, embeds and tables are left out. "" where nothing else is there.
    """
    return shortened(_read(markup, without=_FURNITURE), max_characters)


def _read(markup: str, *, without: frozenset[str]) -> str:
    kept: list[str] = []
    depth = at = 0
    for tag in _TAG.finditer(markup):
        if not depth:
            kept.append(html.unescape(markup[at : tag.start()]))
        at = tag.end()
        name = (tag["name"] or "").lower()
        if name in without:
            depth = max(0, depth - 1) if tag["end"] else depth + 1
        if name and name not in _INLINE:
            kept.append(" ")
    if not depth:
        kept.append(html.unescape(markup[at:]))
    return one_line("".join(kept))


def shortened(text: str, max_characters: int) -> str:
    """Return a text of one line, cut at the end of a word where it is longer."""
    if len(text) <= max_characters:
        return text
    return text[: max_characters - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–—-") + "…"


def count_words(markup: str) -> int:
    """Return how many words a reader reads in an HTML fragment."""
    return len(_WORD.findall(_without_unseen(plain(markup))))


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
