"""French and English typography, set when an article is saved.

Pure text in, pure text out.  A text is typeset as a *run*: a string in which the tags have been
lifted out (and remembered by position) and in which whatever must not be touched (addresses, paths,
code) is hidden behind an opaque letter.  A substitution reads a run and yields edits; the tags follow.

Sources: *Lexique des règles typographiques en usage à l'Imprimerie nationale* for French; Unicode
U+202F NARROW NO-BREAK SPACE for the espace fine insécable, which this install also puts before the
colon and inside guillemets.

Both functions are idempotent and linear: every substitution decides from character classes that no substitution
alters (a space of any kind stays a space, an opening quote of any kind stays one), and no pattern
can start twice on the same stretch of text.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from html import unescape
from typing import Final, NamedTuple

NBSP: Final = "\u00a0"  # NO-BREAK SPACE
NNBSP: Final = "\u202f"  # NARROW NO-BREAK SPACE
LSQUO: Final = "\u2018"  # LEFT SINGLE QUOTATION MARK
RSQUO: Final = "\u2019"  # RIGHT SINGLE QUOTATION MARK, the apostrophe
LDQUO: Final = "\u201c"  # LEFT DOUBLE QUOTATION MARK
RDQUO: Final = "\u201d"  # RIGHT DOUBLE QUOTATION MARK
ELLIPSIS: Final = "\u2026"
# Names that end with a mark, whoever writes of them; a house lists its own besides.
NAMES_WITH_MARKS: Final = ("Yahoo!", "Joomla!", "Kahoot!", "Jeopardy!", "Yu-Gi-Oh!", "Wham!", "Panic! at the Disco")
MASK: Final = "\ue000"  # private use: one character that the substitutions must read as a letter

_LETTER: Final = rf"(?:[^\W\d_]|[{MASK}\u0300-\u036f])"
_SYMBOLS: Final = "[€$£%‰]"
_UNITS: Final = (
    "(?:Go|Mo|To|ko|km|m|cm|mm|kg|g|W|kW|MW|GW|kWh|mAh|Hz|GHz|MHz|h|min|s|°C|Mb/s|px)[²³23]?"
    rf"(?![\w'{RSQUO}{MASK}])"  # not a word, nor an elision: "les années 80 s'achèvent"
)
_URL_CHAR: Final = rf'[^\s"«»{LDQUO}{RDQUO}<>]'
_URL_REST: Final = rf"(?:{_URL_CHAR}*[^\s\"«»{LDQUO}{RDQUO}<>'{LSQUO}{RSQUO}])?"
_DOMAIN: Final = r"(?<![\w-])(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"

# What no substitution may see.  The repetitions are bounded or possessive: hostile text costs nothing.
_PROTECTED: Final = re.compile(
    "|".join(
        (
            MASK,
            rf"\w{{1,12}}://{_URL_REST}",  # https://x.fr/a?b=c!
            rf"(?<!\w)(?:mailto|tel|sms|doi|urn|localhost):\w{_URL_REST}",  # doi:10.1000/182
            r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+",  # redaction@example.org
            rf"{_DOMAIN}(?::\d++|(?=/|\?\w{{1,40}}=))(?:[/?]{_URL_REST})?",  # example.org/?p=1
            r"(?<!\w)[@#]\w+",  # @handle, #hashtag
            rf"(?<!\w)(?:[A-Za-z]:)?\\{_URL_REST}",  # C:\Users, \\server\share
            r"(?<!\w)(?:~|\.{1,2})?/[\w.~+%=@:/\\'-]*[\w/]",  # /etc/hosts, ../img, ~/.config
            rf"[:;]['{RSQUO}]?-?(?:\)|[(DPpo|](?!\w))",  # :-) ;) :'(
            r"\#!|[!:]=+|::+",  # #! != := std::move
            r"(?<![\w-])[\w-]{1,40}=(?:\"[^\"\s]{0,200}\"|'[^'\s]{0,200}')",  # lang="fr"
            r"&(?:amp|lt|gt|quot|nbsp|\#x?[\da-fA-F]{1,6});",  # an entity that is itself text
        )
    )
)


@lru_cache(maxsize=64)
def _protected_with(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return what no substitution may see, with names that end with a mark, and those that a house keeps as typed."""
    longest_first = sorted({*NAMES_WITH_MARKS, *names}, key=len, reverse=True)
    spelt = "|".join(r"\s+".join(map(re.escape, name.split())) for name in longest_first)
    # An apostrophe may have been set before the name was listed.
    spelt = re.sub(f"['{RSQUO}]", f"['{RSQUO}]", spelt)
    return re.compile(rf"(?<!\w)(?:{spelt})(?!\w)|{_PROTECTED.pattern}")


class Edit(NamedTuple):
    """Replace text[start:end], never empty, by new."""

    start: int
    end: int
    new: str


Substitution = Callable[[str], Iterator[Edit]]


def _substitution(pattern: str, template: str) -> Substitution:
    """Make a substitution of a regular expression and a template (as for re.sub)."""
    compiled = re.compile(pattern)

    def substitution(text: str) -> Iterator[Edit]:
        for match in compiled.finditer(text):
            yield Edit(match.start(), match.end(), match.expand(template))

    return substitution


# What may be before an opening quote, and after a closing one.  A mark and the form that a substitution
# gives it belong to the same sets, so a second reading finds the same quotes.
_BEFORE_OPENING: Final = frozenset(f"([{{<«\"'{LDQUO}{LSQUO}{RSQUO}-\u2013\u2014/¿¡")
_AFTER_CLOSING: Final = frozenset(f'.,;:!?)]}}>»"{RDQUO}{ELLIPSIS}-\u2013\u2014/')


def _straight(text: str, mark: str) -> Iterator[tuple[int, bool, bool, bool]]:
    """Yield each straight mark as (position, can open, can close, stands after a digit); two side by side are no
    quotes. After a digit it is a measure (27 inches, 5 feet, 3 minutes) or the end of "Studio 54"."""
    for match in re.finditer(re.escape(mark), text):
        at = match.start()
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if mark in (before, after):
            continue
        left = not before or before.isspace() or before in _BEFORE_OPENING
        right = not after or after.isspace() or after in _AFTER_CLOSING
        yield at, left, right, before.isdecimal()


def _double_quotes(opening: str, closing: str) -> Substitution:
    """Make the substitution that pairs straight double quotes; an unpaired one stays.

    Pairs nest.  A mark that could do both (« " mot " ») closes if it can.  One after a digit closes what no other mark
    does before the next one opens; else it is a measure.  What is left over is closing marks and measures, then opening
    marks: nothing that a second reading could pair.
    """

    def substitution(text: str) -> Iterator[Edit]:
        marks = list(_straight(text, '"'))
        others = [0]  # from the end: how many marks after each close, before one opens
        for _at, left, right, measure in reversed(marks):
            others.append(0 if left and not right else others[-1] + (not measure))
        opened: list[int] = []
        edits: list[Edit] = []
        for (at, left, right, measure), closing_after in zip(marks, others[-2::-1], strict=True):
            if measure and not (right and closing_after < len(opened)):
                continue
            if left and not right:
                opened.append(at)
            elif opened:
                start = opened.pop()
                edits += Edit(start, start + 1, opening), Edit(at, at + 1, closing)
            elif left == right:
                opened.append(at)
        yield from sorted(edits)

    return substitution


_DECAPITATED: Final = re.compile(r"'(?:\d\ds?|tis|twas|em|til|cause|n)\b", re.IGNORECASE)
_PLURAL: Final = re.compile(r"'s\b")


def _english_single_quotes(text: str) -> Iterator[Edit]:
    """Turn single quotes into \u2018 \u2019 where paired (an opening mark, then a closing one that
    no letter follows), and into the apostrophe elsewhere: don't, dogs', 'tis, 1990's.  A measure (5') stays."""
    edits: list[Edit] = []
    opened: int | None = None  # index in edits
    for at, left, right, measure in _straight(text, "'"):
        if left and right:
            continue
        if measure and not (right and opened is not None) and not _PLURAL.match(text, at):
            continue
        if left and not _DECAPITATED.match(text, at):
            opened = len(edits)
        elif right and opened is not None:
            edits[opened] = edits[opened]._replace(new=LSQUO)
            opened = None
        edits.append(Edit(at, at + 1, RSQUO))
    yield from edits


_DIGITS: Final = re.compile(r"(?<!\w)\d++(?:\s\d++)*+")
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}(?:\s\d{3})+")
# What a number may belong to: a name that begins no sentence (Nintendo Switch 2), or has a capital inside (iPhone 16).
_NAME: Final = re.compile(r"(?:[^\W\d_]|[\d\u0300-\u036f-])++")
_MEMORY: Final = re.compile(r"\d+\s(?:128|256|512)\sG[oB]\b")
_LONGEST_NAME: Final = 40


def _thousands(text: str) -> Iterator[Edit]:
    """Bind the groups of a number of 1-3 digits then threes; 06 12 34 56 78 is not one, nor "iPhone 16 256 Go"."""
    for match in _DIGITS.finditer(text):
        if _THOUSANDS.fullmatch(match[0]) and not _is_of_a_model(text, match.start()):
            yield Edit(match.start(), match.end(), re.sub(r"\s", NNBSP, match[0]))


def _is_of_a_model(text: str, at: int) -> bool:
    """Return whether the digits at a position of a text begin with the number of a model: a name stands before it."""
    before = text[max(0, at - _LONGEST_NAME) : at]
    if not before[-1:].isspace():
        return False
    head, name = _last_word(before.rstrip())
    if not name or name == name.lower():
        return False
    begins_sentence = not head.rstrip() or head.rstrip()[-1] in _ENDS_OF_SENTENCES
    return not begins_sentence or name[1:] != name[1:].lower() or bool(_MEMORY.match(text, at))


def _last_word(text: str) -> tuple[str, str]:
    """Split a text before its last word, "" where it ends with a sign."""
    words = list(_NAME.finditer(text))
    if not words or words[-1].end() != len(text):
        return text, ""
    return text[: words[-1].start()], words[-1][0]


_ENDS_OF_SENTENCES: Final = frozenset(f'.!?:;{ELLIPSIS}«»("{LDQUO}-\u2013\u2014')
# Three dots or more are an ellipsis, unless they belong to a path.
_DOTS_TO_ELLIPSIS: Final = _substitution(r"(?<![./\\])\.{3,}(?![./\\])", ELLIPSIS)

_FRENCH: Final[tuple[Substitution, ...]] = (
    # "mot" is quoted in guillemets; the space comes with the two substitutions below.
    _double_quotes("«", "»"),
    # A fine inside guillemets, whatever space was there ("" included).
    _substitution(r"«\s*+(?=\S)", "«" + NNBSP),
    _substitution(r"(?<=\S)\s*+»", NNBSP + "»"),
    # The apostrophe between letters, or before what a word may hide behind: d'«, l'(in)action.
    _substitution(rf"(?<={_LETTER})'(?={_LETTER}|[\w\"«{LDQUO}(\[])", RSQUO),
    _DOTS_TO_ELLIPSIS,
    # A fine before ; : ! ? or a run of them, but not after an opening mark. With letters or digits on both sides they
    # belong to their word: 11:30, NieR:Automata, 2001:db8:0:1, [::1]:80, Yahoo!Japan.
    _substitution(
        rf"(?<=[^\s(\[{{<«{LDQUO}{LSQUO}¿¡])"
        r"(?:\s++|(?<![;:!?])(?!(?<=[\w\u0300-\u036f\]])[;:!?]++\w))([;:!?]+)",
        NNBSP + r"\1",
    ),
    # Thousands: 1 299.
    _thousands,
    # A symbol always stands off its number: 49,99 €, 20 %; not in a word: fe80::1%eth0.
    _substitution(rf"(?<=\d)\s*+({_SYMBOLS})(?!\w)", NNBSP + r"\1"),
    # A letter unit keeps to its number where the author left a space: 5 km.
    _substitution(rf"(?<=\d)\s++(?={_UNITS})", NNBSP),
)

_ENGLISH: Final[tuple[Substitution, ...]] = (
    _double_quotes(LDQUO, RDQUO),
    _english_single_quotes,
    _DOTS_TO_ELLIPSIS,
    # A unit or symbol keeps to its number where the author left a space.
    _substitution(rf"(?<=\d)\s++(?={_SYMBOLS}(?!\d)|{_UNITS})", NBSP),
)

_SUBSTITUTIONS: Final = {"fr": _FRENCH, "en": _ENGLISH}


def _substitutions_for(language: str) -> tuple[Substitution, ...]:
    """Return the substitutions of a language tag's primary subtag, none if it is not French or English."""
    return _SUBSTITUTIONS.get(language.replace("_", "-").partition("-")[0].lower(), ())


class _Run:
    """The text of one block, without its tags."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.length = 0
        self.hidden: set[int] = set()  # positions of the masks that replace a code element
        self.tags: list[str] = []
        self.marks: list[int] = []  # where in the text each of the tags is

    def add(self, text: str) -> None:
        self.text.append(text)
        self.length += len(text)

    def add_tag(self, tag: str) -> None:
        self.tags.append(tag)
        self.marks.append(self.length)

    def add_opaque(self) -> None:
        self.hidden.add(self.length)
        self.add(MASK)

    def typeset(self, substitutions: tuple[Substitution, ...], names: tuple[str, ...], escapes: dict[int, str]) -> str:
        """Apply the substitutions, then put back what was masked and the tags."""
        text = "".join(self.text)
        kept: list[str] = []

        def mask(match: re.Match[str]) -> str:
            kept.extend("" if at in self.hidden else text[at] for at in range(*match.span()))
            return MASK * len(match[0])

        masked = _protected_with(names).sub(mask, text)
        marks = self.marks
        for substitution in substitutions:
            masked, marks = _apply(substitution, masked, marks)
        originals = iter(kept)
        pieces: list[str] = []
        cursor = 0
        for mark, tag in zip([*marks, len(masked)], [*self.tags, ""], strict=True):
            piece = re.sub(MASK, lambda _: next(originals), masked[cursor:mark])
            pieces += piece.translate(escapes), tag
            cursor = mark
        return "".join(pieces)


def _apply(substitution: Substitution, text: str, marks: list[int]) -> tuple[str, list[int]]:
    """Return the text as the substitution edits it, and the marks moved accordingly.

    A mark at the edge of an edit stays outside; one within keeps its position from the left, but never
    passes the characters at the right that the edit left as they were.
    """
    pieces: list[str] = []
    moved: list[int] = []
    cursor = shift = 0
    for start, end, new in substitution(text):
        while len(moved) < len(marks) and marks[len(moved)] < end:
            mark = marks[len(moved)]
            inner = max(mark - start, 0)
            if inner:
                tail = _common_suffix(text[start:end], new)
                inner = min(inner, len(new) - min(tail, end - mark))
                moved.append(start + shift + inner)
            else:
                moved.append(mark + shift)
        pieces += text[cursor:start], new
        cursor = end
        shift += len(new) - (end - start)
    moved += [mark + shift for mark in marks[len(moved) :]]
    return "".join([*pieces, text[cursor:]]), moved


def _common_suffix(old: str, new: str) -> int:
    """Return how many characters the two strings share at their right end."""
    size = 0
    while size < min(len(old), len(new)) and old[-1 - size] == new[-1 - size]:
        size += 1
    return size


_LINE_ENDS: Final = re.compile(r"([\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+)")


def typeset(text: str, language: str, names: Sequence[str] = ()) -> str:
    """Return a plain text (headline, standfirst, caption) with its language's typography.

    In: the text, a language tag of which the primary subtag counts ("fr", "en", "fr-CA"), and names to keep as typed.
    Out: the text typeset line by line; unchanged if the language is neither French nor English.
    Source: the Lexique of the Imprimerie nationale and U+202F (see the module's docstring).
    """
    substitutions = _substitutions_for(language)
    if not substitutions:
        return text
    lines: list[str] = []
    for line in _LINE_ENDS.split(text):
        run = _Run()
        run.add(line)
        lines.append(run.typeset(substitutions, tuple(names), {}))
    return "".join(lines)


_ATTRIBUTES: Final = r'(?:"[^"]*+(?:"|\Z)|[^">])*+'
_TOKEN: Final = re.compile(
    rf"(?P<raw><(?P<element>script|style|textarea)(?=[\s>]){_ATTRIBUTES}>.*?(?:</(?P=element)>|\Z))"
    r"|(?P<comment><!--.*?(?:-->|\Z))"
    rf"|(?P<tag><(?P<slash>/?)(?P<name>[a-z][^\s/>]*+){_ATTRIBUTES}(?:>|\Z))"
    r"|(?P<text>[^<]+|<)",
    re.DOTALL | re.IGNORECASE,
)
_OPAQUE: Final = frozenset(("bdi", "code", "kbd", "pre", "samp"))  # bdi is the editor's "kept as typed"
_INLINE_NAMES: Final = """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp
    small span strike strong sub sup time tt u var wbr
"""
_INLINE: Final = frozenset(_INLINE_NAMES.split())  # any other element is a boundary
_ESCAPES: Final = {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord(NBSP): "&nbsp;",
}


def typeset_html(html: str, language: str, names: Sequence[str] = ()) -> str:
    """Return an HTML fragment with its language's typography, block by block.

    In: a fragment as nh3 serialises it; a language tag and names as for typeset().
    Out: the same tags, byte for byte, around the typeset text, escaped as nh3 does; inline tags do
    not stop a substitution, and bdi, code, pre, kbd, samp, script, style and textarea are kept as they are.
    Source: the Lexique of the Imprimerie nationale and U+202F (see the module's docstring).
    """
    substitutions = _substitutions_for(language)
    if not substitutions:
        return html
    blocks: list[str] = []
    run = _Run()
    depth = 0  # of opaque elements
    for token in _TOKEN.finditer(html):
        markup = token[0]
        name = (token["name"] or "").lower()
        if name in _OPAQUE:
            depth = max(depth + (-1 if token["slash"] else 1), 0)
        if name and name not in _INLINE and (depth == 0 or name == "pre"):
            blocks += run.typeset(substitutions, tuple(names), _ESCAPES), markup
            run = _Run()
        elif token["text"] and depth == 0:
            run.add(unescape(markup))
        else:
            run.add_tag(markup)
            if token["raw"] or (name in _OPAQUE and depth == 0):
                run.add_opaque()
    blocks.append(run.typeset(substitutions, tuple(names), _ESCAPES))
    return "".join(blocks)
