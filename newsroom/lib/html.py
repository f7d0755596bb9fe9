"""The one sanitiser: what a body may hold, and nothing else. An allow-list, after html5ever's own parsing (nh3).

The house's vocabulary is prose (p, h2–h4, lists, quotes, tables, code, sub, sup, links…) and three figures:

    <figure data-picture="42"><figcaption>…</figcaption></figure>     a picture of the library
    <figure data-embed="https://www.youtube.com/watch?v=…"></figure>  a post or video elsewhere, by its address
    <figure data-source="https://…/x.jpg" data-attachment="7" data-alt="…">…</figure>  a picture not held yet
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

from newsroom.lib import embeds

PROSE = {
    "p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br", "strong", "em", "s", "del", "ins",
    "mark", "kbd", "abbr", "q", "cite", "sub", "sup", "a", "table", "thead", "tbody", "tfoot", "tr", "th", "td",
    "caption", "figure", "figcaption",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "ol": {"start", "reversed"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "figure": {"data-picture", "data-embed", "data-source", "data-attachment", "data-alt"},
    "blockquote": {"cite"},
    "q": {"cite"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
# Their content is not prose: it goes with them.
DROPPED_WHOLE = {"script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "title", "textarea",
                 "select", "audio", "video", "canvas", "xmp", "noembed", "noframes", "plaintext"}  # fmt: skip
# Unwrapped without a word: they carry looks, not meaning.
WRAPPERS = {"div", "span", "font", "center", "section", "article", "header", "footer", "main", "aside", "nav", "b", "i",
            "u", "big", "small", "tt", "strike", "html", "head", "body", "tbody", "colgroup", "col", "wbr", "address"}  # fmt: skip
_WHOLE_NUMBER = re.compile(r"\A[1-9]\d{0,17}\Z")
_HTTP = re.compile(r"\Ahttps?://[^\s\"'<>]{1,1800}\Z")
_SMALL_NUMBER = re.compile(r"\A-?\d{1,4}\Z")

_FIGURE_RULES: dict[str, Callable[[str], bool]] = {
    "data-picture": lambda value: bool(_WHOLE_NUMBER.match(value)),
    "data-embed": lambda value: embeds.recognise(value) is not None,
    "data-source": lambda value: bool(_HTTP.match(value)),
    "data-attachment": lambda value: bool(_WHOLE_NUMBER.match(value)),
    "data-alt": lambda value: len(value) <= 1000,
}


@dataclass(frozen=True)
class Cleaned:
    """A safe body, and the names of elements and attributes that were removed from it."""

    html: str
    removed: tuple[str, ...]


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "figure":
        return value if _FIGURE_RULES[name](value) else None
    if name in ("colspan", "rowspan", "start"):
        return value if _SMALL_NUMBER.match(value) else None
    if name == "scope":
        return value if value in ("row", "col", "rowgroup", "colgroup") else None
    if name == "cite":
        return value if _HTTP.match(value) else None
    return value


_cleaner = nh3.Cleaner(
    tags=PROSE,
    attributes=ATTRIBUTES,
    attribute_filter=_keep_attribute,
    clean_content_tags=DROPPED_WHOLE,
    url_schemes=SCHEMES,
    link_rel=None,
    strip_comments=True,
)
# Shapes with nothing in them: an editor's empty lines, a figure whose attribute was refused.
_EMPTY = re.compile(r"<(p|h2|h3|h4|li|blockquote|figcaption|figure)>(?:\s|&nbsp;|<br>)*</\1>")
_SYNONYMS = {"b": "strong", "i": "em", "strike": "s", "h1": "h2", "h5": "h4", "h6": "h4"}
_SYNONYM_TAG = re.compile(r"<(/?)(b|i|strike|h1|h5|h6)(?=[\s>/])", re.IGNORECASE)


def clean(html: str) -> Cleaned:
    """A body as it may be stored. In: any text. Out: only the house's vocabulary, well formed; never raises.

    Cleaning twice is cleaning once: `clean(clean(x).html).html == clean(x).html`.
    """
    html = html.replace("\x00", "").replace("\r\n", "\n")
    removed = tuple(dict.fromkeys(_removed(html)))
    html = _SYNONYM_TAG.sub(lambda match: f"<{match[1]}{_SYNONYMS[match[2].lower()]}", html)
    html = _cleaner.clean(html)
    while True:
        shorter = _EMPTY.sub("", html)
        if shorter == html:
            return Cleaned(html.strip(), removed)
        html = shorter


def is_clean(html: str) -> bool:
    """Whether a body is as `clean` would leave it."""
    return clean(html).html == html


class _Inventory(HTMLParser):
    """Notes what the sanitiser will not keep, for the report to the person whose text it was."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in PROSE and tag not in WRAPPERS and tag not in _SYNONYMS:
            self.found.append(f"<{tag[:40]}>")
        for name, value in attributes:
            if name.startswith("on"):
                self.found.append(f"{name[:40]}=")
            elif name in ("href", "src") and re.match(r"\s*(javascript|data|vbscript):", value or "", re.IGNORECASE):
                self.found.append((value or "").strip().split(":")[0].lower() + ":")


def _removed(html: str) -> Iterator[str]:
    inventory = _Inventory()
    try:
        inventory.feed(html)
        inventory.close()
    except (AssertionError, ValueError):  # the standard parser gives up on some malformed declarations
        yield "malformed markup"
    yield from inventory.found
