"""The body of a WordPress post, turned into the house's HTML.

Two steps: ``_Markup`` replaces what only WordPress understands (block comments, shortcodes,
addresses alone on a line) by markup; then ``_Body`` walks the parsed markup and writes what the
house's vocabulary can say of it into a ``_Flow``, which makes the paragraphs.
The result is well formed but not safe: it is a stranger's, and must still be sanitised.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from string import ascii_lowercase, ascii_uppercase
from urllib.parse import urlsplit

from lxml import etree

from newsroom.lib.embeds import recognise

# Containers (lists, quotes, cells…) nested deeper than this are flattened.
DEPTH_LIMIT = 50

_INLINE = {tag: tag for tag in "strong em s del ins mark kbd abbr q cite a sub sup code".split()}
_INLINE |= {"b": "strong", "i": "em", "strike": "s", "tt": "code", "samp": "code", "var": "em"}
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_KEPT_ATTRIBUTES = {
    "a": ("href",),
    "abbr": ("title",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
}
# Elements that end a paragraph; any other unknown element is only unwrapped.
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure footer header hgroup html legend li main menu nav ol optgroup option p section select "
    "summary table tbody td textarea tfoot th thead title tr ul".split()
)
_REMOVED = frozenset("script style form object embed applet svg canvas".split())
_QUOTED_POSTS = frozenset(("twitter-tweet", "twitter-video", "bluesky-embed", "mastodon-embed"))
_EMBED_SCRIPTS = re.compile(
    r"(?:https?:)?//(?:platform\.(?:twitter|x)\.com|embed\.bsky\.app|geo\.dailymotion\.com"
    r"|[^/]+/embed\.js)"
)

# Shortcodes that hold an address to embed, and how each makes one of a bare identifier.
_EMBEDDING = {
    "embed": "%s",
    "youtube": "https://www.youtube.com/watch?v=%s",
    "dailymotion": "https://www.dailymotion.com/video/%s",
    "tweet": "https://x.com/i/status/%s",
    "twitter": "https://x.com/i/status/%s",
    "bluesky": "%s",
    "mastodon": "%s",
}
_PLAYERS = frozenset(("audio", "video", "playlist"))
_KNOWN_SHORTCODES = (
    frozenset(
        "caption wp_caption gallery code sourcecode contact-form contact-form-7 vimeo soundcloud "
        "googlemaps wpvideo wpforms gravityform ninja_form mailpoet_form polldaddy poll slideshow "
        "archives recent-posts related_posts toc bloginfo googleapps instagram facebook pullquote "
        "woocommerce_cart woocommerce_checkout products product".split()
    )
    | _PLAYERS
    | _EMBEDDING.keys()
)

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
# What is between the tags of these is not WordPress's to change.
_RAW = frozenset(("pre", "code", "script", "style", "textarea", "iframe"))
# A fragment has none of these, and the parser would drop what follows their ends.
_OF_A_PAGE = re.compile(r"</?(?:html|head|body|frameset|noframes)\b[^<>]*>?", re.IGNORECASE)
_CLOSER = re.compile(r"\[/([A-Za-z][\w-]*)\]\]?")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)  # keeps lengths, unlike str.lower
_NAMED_ATTRIBUTE = re.compile(r"""[\s:][\w-]+=(?:"[^"]*"|'[^']*')""")
_ATTRIBUTE = re.compile(r"""(?:([\w-]+)\s*=\s*)?(?:"([^"]*)"|'([^']*)'|([^\s"'=]\S*))""")
_EMPTY_BLOCK = re.compile(r"wp:(?P<name>[\w/-]+?)(?:\s.*)?/", re.S)
_ENCLOSING = _PLAYERS | _EMBEDDING.keys() | {"caption", "wp_caption", "code", "sourcecode"}
_SILENT_BLOCKS = frozenset(("more", "nextpage", "separator", "spacer"))
_CAPTIONED = re.compile(
    r"(?P<picture>(?:<a\s[^<>]*>\s*)?<img\s[^<>]*>(?:\s*</a>)?)(?P<legend>.*)", re.S | re.IGNORECASE
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Tags that cannot nest, kept when there is too much nesting for the parser.
_NESTING_TAG = re.compile(r"</?(?!(?:p|br|hr|img|script|style)\b)[a-z][^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Picture:
    """A picture of the body; of a gallery's only ``attachment_id`` is known, ``source`` is ""."""

    source: str
    attachment_id: int | None
    alt: str
    caption: str


@dataclass
class Converted:
    """A converted body: its HTML, a sentence for each kind of thing lost, and its pictures."""

    html: str
    losses: list[str]
    pictures: list[Picture]


def convert(body: str) -> Converted:
    """Return the house's HTML for a WordPress body, classic or made of blocks. Never raises."""
    text = _CONTROLS.sub("", body.replace("\r\n", "\n").replace("\r", "\n"))
    classic = "<!-- wp:" not in text
    losses = _Losses()
    page = _Body(losses, classic=classic)
    html = page.html(_parse(_Markup(text, losses, classic=classic).expand()))
    # A character reference may have named another control character.
    return Converted(_CONTROLS.sub("", html), list(losses), page.pictures)


def _parse(markup: str) -> etree._Element:
    markup = _OF_A_PAGE.sub("", markup)
    root, too_deep = _parse_once(markup)
    if too_deep:  # the parser has stopped there, and lost what follows
        root, too_deep = _parse_once(_NESTING_TAG.sub(" ", markup))
    return root


def _parse_once(markup: str) -> tuple[etree._Element, bool]:
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(f"<div>{markup}</div>".encode("utf-8", "replace"), parser)
    return root, "Excessive depth" in str(parser.error_log)


class _Losses(dict[str, None]):
    """The sentences about what could not be kept, each once, in order."""

    def add(self, sentence: str) -> None:
        self[sentence] = None


def _speaks(element: etree._Element) -> bool:
    """Tell whether an inline element says anything: an ``a`` that leads nowhere does not."""
    return element.tag != "a" or bool(element.get("href"))


def _attributes(element: etree._Element) -> str:
    """Return the attributes that the house keeps, as they are written in a start tag."""
    kept = _KEPT_ATTRIBUTES.get(str(element.tag), ())
    return "".join(f' {name}="{escape(value)}"' for name in kept if (value := element.get(name)))


def _classes(element: etree._Element) -> set[str]:
    return set((element.get("class") or "").split())


def _figure(attributes: str, caption: str = "") -> str:
    legend = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure {attributes}>{legend}</figure>"


def _embed(address: str) -> str | None:
    """Return the figure of a recognised post or video, else None."""
    address = address.strip()
    embed = recognise(f"https:{address}" if address.startswith("//") else address)
    return _figure(f'data-embed="{escape(embed.url)}"') if embed else None


def _link(address: str) -> str:
    return f'<p><a href="{escape(address)}">{escape(address, quote=False)}</a></p>'


def _host(address: str) -> str:
    try:
        return urlsplit(address.strip()).hostname or "nowhere"
    except ValueError:
        return "nowhere"


class _Markup:
    """Replaces comments, shortcodes and addresses alone on a line by plain markup."""

    def __init__(self, text: str, losses: _Losses, *, classic: bool) -> None:
        self._text = text
        self._lower = text.translate(_LOWER)
        self._losses = losses
        self._classic = classic
        self._position = 0
        self._opened: set[str] = set()
        # Where each end last occurs: looking for one is never in vain, so hostile text costs
        # no more than any other.
        self._last: dict[str, int] = {}
        for found in _CLOSER.finditer(text):
            closer = found[0].lower()
            self._last[closer] = self._last[closer.replace("]]", "]")] = found.start()
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
            "address": lambda token: _embed(unescape(token[0])) or token[0],
        }
        written = []
        while token := _TOKEN.search(self._text, self._position):
            written.append(self._text[self._position : token.start()])
            self._position = token.end()
            written.append(replace[str(token.lastgroup)](token))
        # Nothing can end a tag any more, and the parser would drop one that does not end.
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
            self._losses.add(f"block wp:{alone['name']} has no content")
        split = self._classic and comment.startswith(("more", "nextpage"))
        return "\n\n" if split else ""

    def _tag(self, token: re.Match[str]) -> str:
        element = token["element"].lower()
        if element not in _RAW or token["end"]:
            return token[0]
        if self._closed(f"</{element}"):
            return f"{token[0]}{self._until(f'</{element}')}</{element}"
        # Never closed, it would swallow all that follows.
        return f"{token[0]}</{element}>" if element in ("iframe", "script", "style") else token[0]

    def _shortcode(self, token: re.Match[str]) -> str:
        name, attributes = token["name"].lower(), token["attributes"]
        end = f"[/{name}]"
        if not (
            name in _KNOWN_SHORTCODES
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
        if name in _ENCLOSING and self._closed(end):
            content = self._until(end)
        return token["before"] + self._replacement(name, attributes, content)

    def _replacement(self, name: str, attributes: str, content: str | None) -> str:
        """Return the markup for a shortcode; ``content`` is None unless it encloses some."""
        named: dict[str, str] = {}
        unnamed: list[str] = []
        for key, *values in _ATTRIBUTE.findall(unescape(attributes).lstrip("=: ")):
            value = next(filter(None, values), "")
            unnamed.append(value) if not key else named.setdefault(key.lower(), value)
        values = [*([unescape(content).strip()] if content else []), *named.values(), *unnamed]
        addresses = [value for value in values if re.match(r"https?://[^\s<>]+$", value)]
        if name in ("caption", "wp_caption") and content is not None:
            return self._caption(named, content)
        if name in ("code", "sourcecode") and content is not None:
            code = escape(unescape(content).strip("\n"), quote=False)
            return f"<pre><code>{code}</code></pre>"
        if name == "gallery" and (ids := re.findall(r"[0-9]+", named.get("ids", ""))):
            return "".join(_figure(f'data-attachment="{number}"') for number in ids)
        if name in _EMBEDDING or name in _PLAYERS:
            made = (_EMBEDDING.get(name, "%s") % value for value in values)
            if found := next(filter(None, map(_embed, (*addresses, *made))), None):
                return found
            self._losses.add(
                f"{name} of {_host(addresses[0])} kept as a link"
                if addresses
                else f"[{name}] without an address removed"
            )
            inner = "" if addresses else self._expanded(content or "")
            return "".join(map(_link, addresses)) + inner
        known = {"gallery": "gallery without a list of its pictures removed"}
        self._losses.add(known.get(name, f"unknown shortcode [{name}]"))
        return self._expanded(content or "")

    def _caption(self, named: dict[str, str], content: str) -> str:
        inner = self._expanded(content)
        captioned = _CAPTIONED.search(inner)
        if not captioned:
            return inner
        legend = captioned["legend"].strip() or named.get("caption", "")
        number = re.search(r"[0-9]+", named.get("id", ""))
        attachment = f' data-attachment="{number[0]}"' if number else ""
        picture = f"<figure{attachment}>{captioned['picture']}<figcaption>{legend}</figcaption>"
        return f"{inner[: captioned.start()]}{picture}</figure>"

    def _expanded(self, content: str) -> str:
        return _Markup(content, self._losses, classic=self._classic).expand()


class _Flow:
    """Writes paragraphs and blocks; blocks met inside a paragraph divide it."""

    def __init__(self, *, breaks: bool, tag: str = "p") -> None:
        self.blocks: list[str] = []
        self.tag = tag
        self._breaks = breaks  # are newlines line breaks, and blank lines paragraphs?
        self._run: list[str] = []  # the paragraph so far
        self._visible = False
        self._newlines = 0  # met since the last text, and not yet written
        self._open: list[tuple[str, str]] = []  # the inline elements open: name, start tag
        self._nested: Counter[str] = Counter()

    def text(self, text: str | None) -> None:
        if not text:
            return
        if self.tag == "pre":
            self._write(text)
        elif self._breaks and self.tag == "p":
            for number, line in enumerate(text.split("\n")):
                self._newlines += number > 0
                # Space beside a newline is no text.
                if line.strip(" \t") or (line and not self._newlines):
                    self._write(_SPACE.sub(" ", line))
        else:
            self._write(_SPACE.sub(" ", text))

    def line_break(self) -> None:
        self._settle()
        self._run.append("\n" if self.tag == "pre" else "<br>")

    def open(self, tag: str, attributes: str = "") -> None:
        self._nested[tag] += 1
        if self._nested[tag] == 1:  # an element inside its like says nothing more
            self._open.append((tag, f"<{tag}{attributes}>"))
            self._run.append(self._open[-1][1])

    def close(self, tag: str) -> None:
        self._nested[tag] -= 1
        if self._nested[tag] == 0:
            self._end_inline(*self._open.pop())

    def end_paragraph(self) -> None:
        """End the paragraph, if there is one; the inline elements go on in the next."""
        for tag, start in reversed(self._open):
            self._end_inline(tag, start)
        if self._visible:
            self._finish_run()
        self._run = [start for _tag, start in self._open]
        self._visible = False
        self._newlines = 0

    def block(self, html: str) -> None:
        self.end_paragraph()
        self.blocks.append(html)

    def tight(self) -> str:
        """Return everything; a first and only paragraph, as of a list item, without its tags."""
        self.end_paragraph()
        paragraphs = [block for block in self.blocks if block.startswith("<p>")]
        if len(paragraphs) == 1 and self.blocks[0] == paragraphs[0]:
            self.blocks[0] = paragraphs[0][len("<p>") : -len("</p>")]
        return "".join(self.blocks)

    def inline(self) -> tuple[str, list[str]]:
        """Return the paragraphs as lines, for a caption, and the blocks that cannot be in one."""
        self.end_paragraph()
        lines = [block[3:-4] for block in self.blocks if block.startswith("<p>")]
        return "<br>".join(lines), [b for b in self.blocks if not b.startswith("<p>")]

    def _write(self, text: str) -> None:
        self._settle()
        self._run.append(escape(text, quote=False))
        self._visible = self._visible or not text.isspace()

    def _settle(self) -> None:
        """Write the newlines met before what comes now."""
        newlines, self._newlines = self._newlines, 0
        if newlines > 1:
            self.end_paragraph()
        elif newlines and self._run and self._run[-1] != "<br>":
            self._run.append("<br>")

    def _end_inline(self, tag: str, start: str) -> None:
        if self._run and self._run[-1] == start:
            self._run.pop()
        else:
            self._run.append(f"</{tag}>")

    def _finish_run(self) -> None:
        run = self._run
        if self.tag == "pre":
            self.blocks.append(f"<pre>{''.join(run).strip(chr(10))}</pre>")
            return
        html = "".join(_trimmed(_trimmed(run, str.lstrip)[::-1], str.rstrip)[::-1])
        alone = self.tag == "p" and html.startswith("http") and _embed(unescape(html))
        self.blocks.append(alone or f"<{self.tag}>{html}</{self.tag}>")


def _trimmed(run: list[str], strip: Callable[[str], str]) -> list[str]:
    """Return the parts of a paragraph without the space and line breaks before its first text."""
    tags = []
    for number, part in enumerate(run):
        if part.startswith("<"):  # a text would be escaped
            tags += [part] if part != "<br>" else []
        elif text := strip(part):
            return [*tags, text, *run[number + 1 :]]
    return tags


class _Body:
    """Walks a parsed body and writes it in the house's vocabulary."""

    def __init__(self, losses: _Losses, *, classic: bool) -> None:
        self.pictures: list[Picture] = []
        self._losses = losses
        self._classic = classic
        # What an element's figure says of it: its legend and the attachment's number.
        self._legends: dict[etree._Element, str] = {}
        self._attachments: dict[etree._Element, str] = {}
        self._written: set[etree._Element] = set()

    def html(self, root: etree._Element) -> str:
        """Return the whole body, one block a line."""
        return "\n".join(self._flow(root, 0).blocks)

    def _flow(self, element: etree._Element, depth: int, tag: str = "p") -> _Flow:
        """Return a finished flow of all that is in ``element``."""
        flow = _Flow(breaks=self._classic, tag=tag)
        self._inside(element, flow, depth)
        flow.end_paragraph()
        return flow

    def _inside(self, root: etree._Element, flow: _Flow, depth: int) -> None:
        """Write the content of ``root``. Not recursive but for containers: nesting is hostile."""
        flow.text(root.text)
        path, rest = [root], [iter(root)]
        while path:
            element = next(rest[-1], None)
            if element is None:
                rest.pop()
                element = path.pop()
                if path:
                    self._leave(element, flow)
                    flow.text(element.tail)
            elif self._whole(element, flow, depth):
                flow.text(element.tail)
            else:
                self._enter(element, flow)
                flow.text(element.text)
                path.append(element)
                rest.append(iter(element))

    def _enter(self, element: etree._Element, flow: _Flow) -> None:
        tag = str(element.tag)
        if tag in _INLINE and _speaks(element):
            flow.open(_INLINE[tag], _attributes(element))
        elif tag in _BLOCKS or tag in _HEADINGS:
            flow.end_paragraph()
            if flow.tag != "pre":
                flow.tag = _HEADINGS.get(tag, flow.tag)

    def _leave(self, element: etree._Element, flow: _Flow) -> None:
        tag = str(element.tag)
        if tag in _INLINE and _speaks(element):
            flow.close(_INLINE[tag])
        elif tag in _BLOCKS or tag in _HEADINGS:
            flow.end_paragraph()
            if tag in _HEADINGS and flow.tag != "pre":
                flow.tag = "p"

    def _whole(self, element: etree._Element, flow: _Flow, depth: int) -> bool:
        """Write an element that is not just its content; return whether it was one."""
        tag = str(element.tag)
        if tag == "br":
            flow.line_break()
        elif tag == "hr":
            flow.block("<hr>")
        elif tag == "img":
            self._image(element, flow)
        elif tag in ("iframe", "embed"):
            self._frame(element, flow)
        elif tag in ("video", "audio"):
            self._player(element, flow)
        elif tag in _REMOVED:
            self._remove(element, flow)
        elif tag == "noscript":
            # Lazy loaders repeat there the picture before it.
            previous = element.getprevious()
            return previous is not None and previous.tag == "img"
        elif element in self._written:
            pass
        elif depth < DEPTH_LIMIT and tag in _CONTAINERS:
            _CONTAINERS[tag](self, element, flow, depth + 1)
        else:
            return False
        return True

    def _image(self, element: etree._Element, flow: _Flow) -> None:
        alt = (element.get("alt") or "").strip()
        classes = element.get("class") or ""
        if {"emoji", "wp-smiley"} & set(classes.split()):
            flow.text(alt)
            return
        # Lazy loaders put the address elsewhere and a grey pixel in its place.
        given = (element.get(name) or "" for name in ("src", "data-src", "data-lazy-src"))
        source = next((each.strip() for each in given if each and not each.startswith("data:")), "")
        if not source:
            self._losses.add("picture without an address removed")
            return
        named = re.search(r"\bwp-image-([0-9]{1,18})\b", classes)
        number = named[1] if named else element.get("data-id") or self._attachments.get(element, "")
        attachment = int(number) if re.fullmatch(r"[0-9]{1,18}", number) else None
        self._picture(Picture(source, attachment, alt, self._legends.get(element, "")), flow)

    def _picture(self, picture: Picture, flow: _Flow) -> None:
        self.pictures.append(picture)
        attributes = {
            "data-source": picture.source,
            "data-attachment": "" if picture.attachment_id is None else str(picture.attachment_id),
            "data-alt": picture.alt,
        }
        given = " ".join(f'{key}="{escape(value)}"' for key, value in attributes.items() if value)
        flow.block(_figure(given, picture.caption))

    def _frame(self, element: etree._Element, flow: _Flow) -> None:
        # Lazy loaders keep the address aside.
        addresses = [each for name in ("src", "data-src") if (each := element.get(name))]
        if figure := next(filter(None, map(_embed, addresses)), None):
            flow.block(figure)
        else:
            self._losses.add(f"frame from {_host(addresses[-1] if addresses else '')} removed")

    def _player(self, element: etree._Element, flow: _Flow) -> None:
        sources = [element.get("src"), *(each.get("src") for each in element.iterfind("source"))]
        address = next(filter(None, sources), None)
        if address:
            flow.block(_link(address))
            self._losses.add(f"{element.tag} of {_host(address)} kept as a link")
        else:
            self._losses.add(f"{element.tag} without an address removed")

    def _remove(self, element: etree._Element, flow: _Flow) -> None:
        inner = [element, *element.iter("param", "embed")] if element.tag == "object" else []
        given = (each.get(name) for each in inner for name in ("data", "src", "value"))
        if figure := next(filter(None, (_embed(address) for address in given if address)), None):
            flow.block(figure)
        elif element.tag != "script" or not _EMBED_SCRIPTS.match(element.get("src") or ""):
            self._losses.add(f"{element.tag} removed")

    def _figure(self, element: etree._Element, flow: _Flow, depth: int) -> None:
        if figure := _embed(element.get("data-embed") or ""):
            flow.block(figure)
            return
        number = (element.get("data-attachment") or element.get("id") or "").removeprefix(
            "attachment_"
        )
        images = list(element.iter("img"))
        legend = next(element.iter("figcaption"), None)
        if not images and not len(element) and re.fullmatch("[0-9]{1,18}", number):
            self._picture(Picture("", int(number), "", ""), flow)
        elif len(images) == 1 and not any(True for _ in element.iterdescendants("figure")):
            after: list[str] = []
            self._attachments[images[0]] = number
            if legend is not None:
                self._legends[images[0]], after = self._flow(legend, depth).inline()
                self._written.add(legend)
            self._inside(element, flow, depth)
            for block in after:
                flow.block(block)
        else:
            if "wp-block-embed" in _classes(element):
                self._link_embed(element, legend)
            self._inside(element, flow, depth)
        flow.end_paragraph()

    def _link_embed(self, element: etree._Element, legend: etree._Element | None) -> None:
        """Make a link of the address in an embed block that we have no player for."""
        for wrapper in element.iter("div", "figure"):
            address = (wrapper.text or "").strip()
            if wrapper is not legend and re.fullmatch(r"https?://[!-~]+", address):
                wrapper.text = None
                link = etree.SubElement(wrapper, "a", href=address)
                link.text = address
                self._losses.add(f"embed of {_host(address)} kept as a link")

    def _quote(self, element: etree._Element, flow: _Flow, depth: int) -> None:
        if _QUOTED_POSTS & _classes(element):
            links = [link.get("href") or "" for link in element.iter("a")]
            if figure := next(filter(None, map(_embed, reversed(links))), None):
                flow.block(figure)
                return
        blocks = self._flow(element, depth).blocks
        if blocks:
            flow.block(f"<blockquote>{''.join(blocks)}</blockquote>")

    def _preformatted(self, element: etree._Element, flow: _Flow, depth: int) -> None:
        for block in self._flow(element, depth, "pre").blocks:
            flow.block(block)

    def _list(self, element: etree._Element, flow: _Flow, depth: int) -> None:
        """Write a list; what stands in it outside its items joins the item before."""
        if {"wp-block-gallery", "blocks-gallery-grid"} & _classes(element):
            self._inside(element, flow, depth)
            return
        items: list[str] = []
        stray = _Flow(breaks=self._classic)
        stray.text(element.text)
        for child in element:
            if child.tag == "li":
                _join(items, stray)
                items.append(self._flow(child, depth).tight())
                stray = _Flow(breaks=self._classic)
            else:
                self._stray(child, stray, depth)
            stray.text(child.tail)
        _join(items, stray)
        content = "".join(f"<li>{item}</li>" for item in items if item)
        if content:
            flow.block(f"<{element.tag}>{content}</{element.tag}>")

    def _table(self, element: etree._Element, flow: _Flow, depth: int) -> None:
        """Write a table; what stands in it outside its cells goes before it, as in browsers."""
        parts: dict[str, list[str]] = {"caption": [], "thead": [], "tbody": []}
        self._rows(element, parts, "tbody", flow, depth)
        flow.end_paragraph()
        content = "".join(parts["caption"])
        for part in ("thead", "tbody"):
            if parts[part]:
                content += f"<{part}>{''.join(parts[part])}</{part}>"
        if parts["thead"] or parts["tbody"]:
            flow.block(f"<table>{content}</table>")

    def _rows(
        self,
        element: etree._Element,
        parts: dict[str, list[str]],
        part: str,
        flow: _Flow,
        depth: int,
    ) -> None:
        flow.text(element.text)
        for child in element:
            tag = str(child.tag)
            if tag == "caption" and not parts["caption"]:
                caption, after = self._flow(child, depth).inline()
                parts["caption"].append(f"<caption>{caption}</caption>" if caption else "")
                for block in after:
                    flow.block(block)
            elif tag in ("thead", "tbody", "tfoot") and depth < DEPTH_LIMIT:
                self._rows(child, parts, "thead" if tag == "thead" else "tbody", flow, depth + 1)
            elif tag == "tr":
                if row := self._row(child, flow, depth):
                    parts[part].append(f"<tr>{row}</tr>")
            else:
                self._stray(child, flow, depth)
            flow.text(child.tail)

    def _row(self, element: etree._Element, flow: _Flow, depth: int) -> str:
        cells = []
        flow.text(element.text)
        for child in element:
            if child.tag in ("td", "th"):
                content = self._flow(child, depth).tight()
                cells.append(f"<{child.tag}{_attributes(child)}>{content}</{child.tag}>")
            else:
                self._stray(child, flow, depth)
            flow.text(child.tail)
        return "".join(cells)

    def _stray(self, element: etree._Element, flow: _Flow, depth: int) -> None:
        """Write an element, itself included, into ``flow``."""
        if not self._whole(element, flow, depth):
            self._enter(element, flow)
            self._inside(element, flow, depth)
            self._leave(element, flow)


def _join(items: list[str], stray: _Flow) -> None:
    """Add what stands outside a list's items to the last of them, or make it the first."""
    last = items.pop() if items else ""
    items.append(last + stray.tight())


_CONTAINERS = {
    "figure": _Body._figure,
    "blockquote": _Body._quote,
    "pre": _Body._preformatted,
    "ul": _Body._list,
    "ol": _Body._list,
    "table": _Body._table,
}
