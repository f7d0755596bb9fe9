"""The second step of a conversion: parsed elements are written in our own vocabulary."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from lxml import etree

from articles.importers.wordpress.flow import Flow
from articles.importers.wordpress.pieces import Losses

# Functions that write one element: a leaf without content to convert, a container of paragraphs (with its depth).
Leaf = Callable[["Converter", etree._Element, Flow], None]
Container = Callable[["Converter", etree._Element, Flow, int], None]

# Containers (lists, quotes, cells…) nested deeper than this are flattened.
MAX_DEPTH = 50
_INLINE = {tag: tag for tag in "strong em s del ins mark kbd bdi abbr q cite a sub sup code".split()}
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


@dataclass(frozen=True)
class BodyImage:
    """An image of the body; `source` is "" where only `attachment_id` is known, as in a gallery."""

    source: str
    attachment_id: int | None
    alt: str
    caption: str


class Converter:
    """Goes through a parsed body and writes it in our own vocabulary; collects its losses and images."""

    def __init__(
        self, losses: Losses, *, classic: bool, leaves: Mapping[str, Leaf], containers: Mapping[str, Container]
    ) -> None:
        self.images: list[BodyImage] = []
        self.losses = losses
        # By image element, what its figure gives: the caption and the attachment's number.
        self.captions: dict[etree._Element, str] = {}
        self.attachments: dict[etree._Element, str] = {}
        self.written: dict[
            etree._Element | None, list[str]
        ] = {}  # blocks to write in an element's place, converted already
        self._classic = classic
        self._leaves = leaves
        self._containers = containers

    def new_flow(self, tag: str = "p") -> Flow:
        """Return an empty flow, with the line breaks of this body."""
        return Flow(breaks=self._classic, tag=tag)

    def flow(self, element: etree._Element, depth: int, tag: str = "p") -> Flow:
        """Return a finished flow of all that is in `element`."""
        flow = self.new_flow(tag)
        self.inside(element, flow, depth)
        flow.end_paragraph()
        return flow

    def inside(self, root: etree._Element, flow: Flow, depth: int) -> None:
        """Write the content of `root`. Recursive for containers only: hostile bodies nest without end."""
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
            elif self._write_whole(element, flow, depth):
                flow.text(element.tail)
            else:
                self._enter(element, flow)
                flow.text(element.text)
                path.append(element)
                rest.append(iter(element))

    def _enter(self, element: etree._Element, flow: Flow) -> None:
        tag = str(element.tag)
        if tag in _INLINE and _has_meaning(element):
            flow.open(_INLINE[tag], attributes_of(element))
        elif tag in _BLOCKS or tag in _HEADINGS:
            flow.end_paragraph()
            if flow.tag != "pre":
                flow.tag = _HEADINGS.get(tag, flow.tag)

    def _leave(self, element: etree._Element, flow: Flow) -> None:
        tag = str(element.tag)
        if tag in _INLINE and _has_meaning(element):
            flow.close(_INLINE[tag])
        elif tag in _BLOCKS or tag in _HEADINGS:
            flow.end_paragraph()
            if tag in _HEADINGS and flow.tag != "pre":
                flow.tag = "p"

    def _write_whole(self, element: etree._Element, flow: Flow, depth: int) -> bool:
        """Write an element that is not just its content; return whether it was one."""
        tag = str(element.tag)
        if element in self.written:
            for block in self.written.pop(element):
                flow.block(block)
        elif tag == "br":
            flow.line_break()
        elif tag == "hr":
            flow.block("<hr>")
        elif leaf := self._leaves.get(tag):
            leaf(self, element, flow)
        elif tag == "noscript":
            # Lazy loaders repeat there the image before it.
            previous = element.getprevious()
            return previous is not None and previous.tag == "img"
        elif depth < MAX_DEPTH and tag in self._containers:
            self._containers[tag](self, element, flow, depth + 1)
        else:
            return False
        return True

    def write(self, element: etree._Element, flow: Flow, depth: int) -> None:
        """Write an element, with its content, into `flow`."""
        if not self._write_whole(element, flow, depth):
            self._enter(element, flow)
            self.inside(element, flow, depth)
            self._leave(element, flow)


def _has_meaning(element: etree._Element) -> bool:
    """Return whether an inline element is kept: an `a` without an address is not."""
    return element.tag != "a" or bool(element.get("href"))


def attributes_of(element: etree._Element) -> str:
    """Return the attributes that are kept of an element, as written in a start tag."""
    kept = _KEPT_ATTRIBUTES.get(str(element.tag), ())
    return "".join(f' {name}="{escape(value)}"' for name in kept if (value := element.get(name)))


def classes_of(element: etree._Element) -> set[str]:
    """Return the class names of an element."""
    return set((element.get("class") or "").split())
