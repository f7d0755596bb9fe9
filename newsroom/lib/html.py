"""The one sanitiser: what a body may hold, and nothing else. An allow-list, after html5ever's own parsing (nh3).

What may be stored is prose (p, h2–h4, lists, quotes, tables, code, sub, sup, links…, and bdi around what typography
keeps as it is typed) and four figures:

    <figure data-picture="42"><figcaption>…</figcaption></figure>     an image of the library
    <figure data-embed="https://www.youtube.com/watch?v=…"></figure>  a post or video elsewhere, by its address
    <figure data-product="7"></figure>                                the price box of a product of the Comparateur
    <figure data-source="https://…/x.jpg" data-attachment="7" data-alt="…">…</figure>  an image not in the library yet
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape

import nh3

from newsroom.lib import embeds
from newsroom.lib.cleaning import clean_text
from newsroom.lib.text import plain

PROSE = set(
    (
        "p h2 h3 h4 ul ol li blockquote pre code hr br strong em s del ins mark kbd bdi abbr q cite sub sup a "
        "table thead tbody tfoot tr th td caption figure figcaption"
    ).split()
)
ATTRIBUTES = {
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "ol": {"start", "reversed"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
    "figure": {"data-picture", "data-embed", "data-product", "data-source", "data-attachment", "data-alt"},
    "blockquote": {"cite"},
    "q": {"cite"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
# Their content is not prose: it is removed with them.
DROPPED_WHOLE = set(
    (
        "script style template noscript iframe object embed svg math title textarea select audio video canvas "
        "xmp noembed noframes plaintext"
    ).split()
)
# Unwrapped without a note: they say how text looks, not what it means.
WRAPPERS = set(
    (
        "div span font center section article header footer main aside nav u big small tt html head body "
        "colgroup col wbr address"
    ).split()
)
_WHOLE_NUMBER = re.compile(r"\A[1-9]\d{0,17}\Z")
_HTTP = re.compile(r"\Ahttps?://[^\s\"'<>]{1,1800}\Z")
_LIVE_SCHEME = re.compile(r"\s*(javascript|data|vbscript):", re.IGNORECASE)
_SMALL_NUMBER = re.compile(r"\A-?\d{1,4}\Z")

_FIGURE_ATTRIBUTES: dict[str, Callable[[str], bool]] = {
    "data-picture": lambda value: bool(_WHOLE_NUMBER.match(value)),
    "data-embed": lambda value: embeds.recognise(value) is not None,
    "data-product": lambda value: bool(_WHOLE_NUMBER.match(value)),
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
    if name not in ATTRIBUTES.get(tag, ()):  # nh3 would keep title and lang anywhere
        return None
    if tag == "figure":
        return value if _FIGURE_ATTRIBUTES[name](value) else None
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
# Removed when nothing is in them: an editor's empty lines, a figure whose attribute was refused.
_EMPTIABLE = {"p", "h2", "h3", "h4", "li", "blockquote", "figcaption", "figure"}
_BLANK = re.compile(r"(?:\s|&nbsp;)*\Z")
_PIECE = re.compile(r"(<[^>]*>)")  # of what nh3 wrote: it escapes > inside attributes
_SYNONYMS = {"b": "strong", "i": "em", "strike": "s", "h1": "h2", "h5": "h4", "h6": "h4"}

# A parser of HTML5 takes quadratic time on tags nested thousands deep, and gives every paragraph a copy of each
# formatting element left open. So what can't matter is removed before it reads: levels below any that people write, and
# elements of looks.
MAX_DEPTH = 200
_LOOKS = {"span", "font", "big", "small", "tt", "u", "nobr", "wbr"}
_NOT_NESTING = {"p", "li", "br", "hr", "img", "tr", "td", "th", "thead", "tbody", "tfoot", "input", "source", "col"}
_MARKUP = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?P<raw>script|style|textarea|title|xmp|iframe|noembed|noframes)(?=[\s/>])(?P<rest>[^>]*+)>.*?(?:</(?P=raw)(?=[\s/>])[^>]*+(?:>|\Z)|\Z)"
    r"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)"
    r"(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))|=)*+)(?:>|\Z)"
    r"|<[!?/][^>]*+(?:>|\Z)"
    r"|&(?![a-z\d#])",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s/>=]++)(?:\s*+=\s*+(\"[^\"]*+\"?|'[^']*+'?|[^\s>]*+))?")
BYTE_ORDER_MARK = "\ufeff"
_MAX_ROUNDS = 12


def clean(html: str) -> Cleaned:
    """Return a body as it may be stored, from any text: only what the lists above name, well formed. Never raises.

    Cleaning twice is cleaning once: `clean(clean(x).html).html == clean(x).html`.
    """
    removed: dict[str, None] = {}
    html = _once(clean_text(html).replace(BYTE_ORDER_MARK, ""), removed)
    # What unwrapping leaves (a paragraph inside a paragraph) reads otherwise the next time: read until it doesn't.
    for _ in range(_MAX_ROUNDS):
        again = _once(html, {})
        if again == html:
            break
        html = again
    else:
        html = f"<p>{escape(plain(html), quote=False)}</p>"
    return Cleaned(html, tuple(removed))


def _once(html: str, removed: dict[str, None]) -> str:
    # Cleaned again: a numeric reference may have become what no text is.
    html = clean_text(_cleaner.clean(_tamed(html, removed))).replace(BYTE_ORDER_MARK, "")
    # A parser skips one line feed after <pre>: two say one.
    return _without_empty(html).replace("<pre>\n", "<pre>\n\n").strip()


def _tamed(html: str, removed: dict[str, None]) -> str:
    """Return the same text in markup that a parser reads in linear time. Note the names of what will not be kept."""
    depth = 0

    def tag(match: re.Match[str]) -> str:
        nonlocal depth
        if match[0] == "&":
            return "&amp;"
        if raw := match["raw"]:
            _note(raw.lower(), match["rest"], removed)
            return ""
        if not match["name"]:
            return ""  # a comment, a declaration
        name = match["name"].lower()
        if not match["end"]:
            _note(name, match["attributes"], removed)
        if name in _LOOKS:
            return ""
        name = _SYNONYMS.get(name, name)
        if name not in _NOT_NESTING:
            if match["end"]:
                depth = max(0, depth - 1)
                too_deep = depth >= MAX_DEPTH
            else:
                too_deep = depth >= MAX_DEPTH
                depth += 1
            if too_deep:
                return ""
        if match["end"]:
            return f"</{name}>"
        return f"<{name}>" if name in PROSE and name not in ATTRIBUTES else f"<{name}{match['attributes']}>"

    return _MARKUP.sub(tag, html)


def _note(tag: str, attributes: str, removed: dict[str, None]) -> None:
    """Note what the sanitiser will not keep of a tag, for the report to the person whose text it was."""
    if tag not in PROSE and tag not in WRAPPERS and tag not in _SYNONYMS:
        removed[f"<{tag[:40]}>"] = None
    for match in _ATTRIBUTE.finditer(attributes):
        name, value = match[1].lower(), unescape((match[2] or "").strip("\"'"))
        if name.startswith("on"):
            removed[f"{name[:40]}="] = None
        elif name in ("href", "src") and (scheme := _LIVE_SCHEME.match(value)):
            removed[f"{scheme[1].lower()}:"] = None
        elif tag == "figure" and name in _FIGURE_ATTRIBUTES and not _FIGURE_ATTRIBUTES[name](value):
            removed[f"{name}="] = None


def _without_empty(html: str) -> str:
    """Return a body without its empty elements, those that hold only such elements included. One pass."""
    kept: list[str] = []
    blank: list[tuple[str, int]] = []  # elements open that hold nothing yet, and where they begin
    for piece in _PIECE.split(html):
        name = piece.strip("</>")
        if piece == f"<{name}>" and name in _EMPTIABLE:
            blank.append((name, len(kept)))
        elif piece == f"</{name}>" and blank and blank[-1][0] == name:
            del kept[blank.pop()[1] :]
            continue
        elif piece != "<br>" and not _BLANK.match(piece):
            blank.clear()
        kept.append(piece)
    return "".join(kept)
