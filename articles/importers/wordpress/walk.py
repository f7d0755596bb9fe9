"""The second step: walks a parsed body and writes it in the house's vocabulary."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from lxml import etree

from articles.importers.wordpress.flow import Flow
from articles.importers.wordpress.pieces import Losses

# What writes an element: one with nothing to walk in it, and one that holds paragraphs of its own (with its depth).
Leaf = Callable[["Walk", etree._Element, Flow], None]
Container = Callable[["Walk", etree._Element, Flow, int], None]

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


@dataclass(frozen=True)
class Picture:
    """A picture of the body; of a gallery's only ``attachment_id`` is known, ``source`` is ""."""

    source: str
    attachment_id: int | None
    alt: str
    caption: str


class Walk:
    """Walks a parsed body and writes it in the house's vocabulary."""

    def __init__(
        self, losses: Losses, *, classic: bool, leaves: Mapping[str, Leaf], containers: Mapping[str, Container]
    ) -> None:
        self.pictures: list[Picture] = []
        self.losses = losses
        # By picture element, what its figure gives: the caption and the attachment's number.
        self.captions: dict[etree._Element, str] = {}
        self.attachments: dict[etree._Element, str] = {}
        self.written: dict[etree._Element, list[str]] = {}  # blocks to write in an element's place, converted already
        self._classic = classic
        self._leaves = leaves
        self._containers = containers

    def new_flow(self, tag: str = "p") -> Flow:
        return Flow(breaks=self._classic, tag=tag)

    def flow(self, element: etree._Element, depth: int, tag: str = "p") -> Flow:
        """Return a finished flow of all that is in ``element``."""
        flow = self.new_flow(tag)
        self.inside(element, flow, depth)
        flow.end_paragraph()
        return flow

    def inside(self, root: etree._Element, flow: Flow, depth: int) -> None:
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

    def _enter(self, element: etree._Element, flow: Flow) -> None:
        tag = str(element.tag)
        if tag in _INLINE and _speaks(element):
            flow.open(_INLINE[tag], attributes_of(element))
        elif tag in _BLOCKS or tag in _HEADINGS:
            flow.end_paragraph()
            if flow.tag != "pre":
                flow.tag = _HEADINGS.get(tag, flow.tag)

    def _leave(self, element: etree._Element, flow: Flow) -> None:
        tag = str(element.tag)
        if tag in _INLINE and _speaks(element):
            flow.close(_INLINE[tag])
        elif tag in _BLOCKS or tag in _HEADINGS:
            flow.end_paragraph()
            if tag in _HEADINGS and flow.tag != "pre":
                flow.tag = "p"

    def _whole(self, element: etree._Element, flow: Flow, depth: int) -> bool:
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
            # Lazy loaders repeat there the picture before it.
            previous = element.getprevious()
            return previous is not None and previous.tag == "img"
        elif depth < DEPTH_LIMIT and tag in self._containers:
            self._containers[tag](self, element, flow, depth + 1)
        else:
            return False
        return True

    def stray(self, element: etree._Element, flow: Flow, depth: int) -> None:
        """Write an element, itself included, into ``flow``."""
        if not self._whole(element, flow, depth):
            self._enter(element, flow)
            self.inside(element, flow, depth)
            self._leave(element, flow)


def _speaks(element: etree._Element) -> bool:
    """Tell whether an inline element says anything: an ``a`` that leads nowhere does not."""
    return element.tag != "a" or bool(element.get("href"))


def attributes_of(element: etree._Element) -> str:
    """Return the attributes that the house keeps, as they are written in a start tag."""
    kept = _KEPT_ATTRIBUTES.get(str(element.tag), ())
    return "".join(f' {name}="{escape(value)}"' for name in kept if (value := element.get(name)))


def classes_of(element: etree._Element) -> set[str]:
    return set((element.get("class") or "").split())
