"""The first step of a conversion: block comments, shortcodes and addresses alone on a line become plain markup."""

import re
from collections.abc import Callable
from html import unescape
from string import ascii_lowercase, ascii_uppercase

from django.utils.translation import gettext as _

from articles.importers.wordpress.pieces import Losses, embed
from articles.importers.wordpress.shortcodes import ENCLOSING, KNOWN, replacement

_TOKEN = re.compile(
    r"""(?P<comment><!--)
      | (?P<doctype><!doctype[^<>]*>)
      | (?P<tag><(?P<end>/?)(?P<element>[a-z][a-z0-9]*)
            (?:[^<>"']|"[^"]{0,2000}"|'[^']{0,2000}')*>)
      | (?P<broken><(?P<broken_element>/?[a-z][a-z0-9]*)[^<>]*>)  # a quotation mark is missing
      | (?P<loose><(?=[a-z/]))
      | (?P<shortcode>\[(?P<before>\[?)(?P<close>/?)(?P<name>[a-z][\w-]*)
            (?P<attributes>(?:[\s=:/][^\[\]]*)?)\](?P<after>\]?))
      | (?P<address>^[ \t]*https?://[^\s<>"\[\]]+[ \t]*$)""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
# WordPress changes nothing between the tags of these.
_RAW = frozenset(("pre", "code", "script", "style", "textarea", "iframe"))
_CLOSER = re.compile(r"\[/([A-Za-z][\w-]*)\]\]?")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)  # keeps lengths, unlike str.lower
_NAMED_ATTRIBUTE = re.compile(r"""[\s:][\w-]+=(?:"[^"]*"|'[^']*')""")
_EMPTY_BLOCK = re.compile(r"wp:(?P<name>[\w/-]+?)(?:\s.*)?/", re.S)
_SILENT_BLOCKS = frozenset(("more", "nextpage", "separator", "spacer"))


class Markup:
    """Replaces comments, shortcodes and addresses alone on a line by plain markup."""

    def __init__(self, text: str, losses: Losses, *, classic: bool) -> None:
        self._text = text
        self._lower = text.translate(_LOWER)
        self._losses = losses
        self._classic = classic
        self._position = 0
        self._opened: set[str] = set()
        # Where each end tag or closer last occurs: none is searched for in vain, so that hostile text costs no more
        # time than any other.
        self._last: dict[str, int] = {}
        for match in _CLOSER.finditer(text):
            closer = match[0].lower()
            self._last[closer] = self._last[closer.replace("]]", "]")] = match.start()
        for end in ("-->", *(f"</{element}" for element in _RAW)):
            self._last[end] = self._lower.rfind(end)

    def expand(self) -> str:
        """Return the text with everything replaced, in one pass from left to right."""
        replace: dict[str, Callable[[re.Match[str]], str]] = {
            "comment": self._comment,
            "doctype": lambda _token: "",
            "tag": self._tag,
            "broken": lambda token: f"<{token['broken_element']}>",
            "loose": lambda _token: "&lt;",
            "shortcode": self._shortcode,
            "address": lambda token: embed(unescape(token[0])) or token[0],
        }
        written = []
        while token := _TOKEN.search(self._text, self._position):
            written.append(self._text[self._position : token.start()])
            self._position = token.end()
            written.append(replace[str(token.lastgroup)](token))
        # No tag ends after this, and the parser would drop a tag without an end.
        rest, bracket, end = self._text[self._position :].rpartition(">")
        return "".join((*written, rest, bracket, end.replace("<", "&lt;")))

    def _closed(self, end: str) -> bool:
        return self._last.get(end, -1) >= self._position

    def _until(self, end: str) -> str:
        """Return the text up to ``end``, which must be there, and go behind it."""
        start, stop = self._position, self._lower.index(end, self._position)
        self._position = stop + len(end)
        return self._text[start:stop]

    def _comment(self, token: re.Match[str]) -> str:
        if not self._closed("-->"):
            return "&lt;!--"  # the parser would hide all that follows
        comment = self._until("-->").strip()
        alone = _EMPTY_BLOCK.fullmatch(comment)
        if alone and alone["name"] not in _SILENT_BLOCKS:
            self._losses.add(_("block %(name)s has no content") % {"name": f"wp:{alone['name']}"})
        split = self._classic and comment.startswith(("more", "nextpage"))
        return "\n\n" if split else ""

    def _tag(self, token: re.Match[str]) -> str:
        element = token["element"].lower()
        if element not in _RAW or token["end"]:
            return token[0]
        if self._closed(f"</{element}"):
            return f"{token[0]}{self._until(f'</{element}')}</{element}"
        # Without an end it would contain all that follows.
        return f"{token[0]}</{element}>" if element in ("iframe", "script", "style") else token[0]

    def _shortcode(self, token: re.Match[str]) -> str:
        name, attributes = token["name"].lower(), token["attributes"]
        end = f"[/{name}]"
        if not (
            name in KNOWN
            or (name in self._opened if token["close"] else self._closed(end))
            or _NAMED_ATTRIBUTE.search(attributes)
        ):
            self._position = token.start() + 1
            return "["
        if token["before"] and token["after"]:
            return token[0][1:-1]
        if token["before"] and self._closed(f"{end}]"):
            return f"{token[0][1:]}{self._until(f'{end}]')}{end}"
        if token["after"]:
            self._position -= 1
        self._opened.add(name)
        if token["close"]:
            return token["before"]
        content = None
        if name in ENCLOSING and self._closed(end):
            content = self._until(end)
        return token["before"] + replacement(name, attributes, content, self._losses, self._expanded)

    def _expanded(self, content: str) -> str:
        return Markup(content, self._losses, classic=self._classic).expand()
