"""Texts of readers, plain with links and quotes: any input to text to store, and stored text to HTML."""

import hashlib
import re
import unicodedata

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from newsroom.lib.invisible import without_hidden
from newsroom.lib.text import fold

REL = "ugc nofollow noopener"  # the site does not recommend what its readers link to
MAX_LINK_CHARACTERS = 70  # of a link's address that are shown
MAX_COMBINING_MARKS = 3  # on one letter: more overflow their line
# Control characters, byte order marks, and what turns the direction of text against its reader (CVE-2021-42574).
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u180e\u200b\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
# Letters and signs that show nothing, and marks that change nothing (Unicode's Default_Ignorable_Code_Point).
_INVISIBLE = frozenset("\ufffc\U0001d159\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0") | {
    chr(code) for span in (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for code in span
}
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")  # as Windows, Word and old mainframes write them
_BLANK_LINES = re.compile(r"\n{3,}")
# The punctuation of Chinese and Japanese, after which no space stands.
_WIDE = r"\u3001-\u303f\uff01-\uff0f\uff1a-\uff1f\uff3b-\uff3d\uff5b-\uff65"
# An address may hold apostrophes and brackets (/wiki/Val-d'Oise, /wiki/Pi_(nombre)), but no quotation marks. After a
# comma another may begin.
_LINK = re.compile(rf"https?://(?=[\w\[])(?:(?![,;]https?://)[^\s<>\"`|\\^«»“”„‹›{_WIDE}]){{1,1000}}", re.IGNORECASE)
_AFTER_LINK = ".,;:!?…*_'‘’"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def clean(text: str) -> str:
    """Return a reader's text as it is stored: NFC, with its words and line ends, without forbidden characters."""
    text = _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))
    # What is removed brings together what was apart, and NFC puts marks in another order: until nothing changes.
    before = None
    while text != before:
        before, text = text, _without_stacked_marks(unicodedata.normalize("NFC", without_hidden(text)))
    lines = (line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n ").rstrip()


def clean_line(text: str) -> str:
    """Return a clean text of one line: a pseudonym, a name."""
    return " ".join(clean(text).split())


def _without_stacked_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, marks = [], 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MAX_COMBINING_MARKS:
            kept.append(letter)
    return "".join(kept)


def bare(text: str) -> str:
    """Return a text without invisible characters, its styled letters plain ("ⓥ" is v): to compare, never to show."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if not _is_invisible(letter))


def is_visible(text: str) -> bool:
    """Return whether a text shows anything: a letter, a digit, a sign."""
    return any(unicodedata.category(letter)[0] in "LNPS" for letter in bare(text))


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf" or letter in _INVISIBLE


def digest(text: str) -> str:
    """Return a hash that equal words share, whatever their case, accents and spaces: 32 hexadecimal digits."""
    return hashlib.sha256(fold(bare(text)).encode("utf-8", "replace")).hexdigest()[:32]


def links_in(text: str) -> list[str]:
    """Return the http and https addresses in a text, in their order."""
    return [_trimmed(match[0]) for match in _LINK.finditer(text)]


def render(text: str) -> SafeString:
    """Return a stored text as safe HTML: paragraphs, line ends, quotes (lines that begin with ">"), links.

    Linear in the length of the text.
    """
    blocks: list[str] = []
    quoted: list[str] = []
    plain: list[str] = []

    def close(lines: list[str], quote: bool) -> None:
        if lines:
            inner = "".join(f"<p>{part}</p>" for part in _paragraphs(lines))
            if inner:
                blocks.append(f"<blockquote>{inner}</blockquote>" if quote else inner)
            lines.clear()

    for line in text.split("\n"):
        if line.startswith(">"):
            close(plain, quote=False)
            quoted.append(line.lstrip("> "))
        else:
            close(quoted, quote=True)
            plain.append(line)
    close(plain, quote=False)
    close(quoted, quote=True)
    return mark_safe("".join(blocks))  # noqa: S308 (every piece is escaped by _linked)


def _paragraphs(lines: list[str]) -> list[str]:
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(_linked(line))
        elif paragraphs[-1]:
            paragraphs.append([])
    return ["<br>".join(lines) for lines in paragraphs if lines]


def _linked(line: str) -> str:
    pieces, end = [], 0
    for match in _LINK.finditer(line):
        address = _trimmed(match[0])
        label = address if len(address) <= MAX_LINK_CHARACTERS else address[: MAX_LINK_CHARACTERS - 1] + "…"
        pieces += [escape(line[end : match.start()]), f'<a href="{escape(address)}" rel="{REL}">{escape(label)}</a>']
        end = match.start() + len(address)
    return "".join([*pieces, escape(line[end:])])


def _trimmed(address: str) -> str:
    """An address up to the first bracket that it did not open itself, without the punctuation of its sentence."""
    opened: list[str] = []
    for at, sign in enumerate(address):
        if sign in _BRACKETS.values():
            opened.append(sign)
        elif sign in _BRACKETS:
            if _BRACKETS[sign] not in opened:
                address = address[:at]
                break
            opened.remove(_BRACKETS[sign])
    return address.rstrip(_AFTER_LINK)
