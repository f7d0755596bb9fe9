"""Writing of paragraphs and blocks from text and inline elements in the order of the source."""

import re
from collections import Counter
from collections.abc import Callable
from html import escape, unescape
from itertools import takewhile

from articles.importers.wordpress.pieces import embed

_SPACE = re.compile(r"[ \t\n\r\f]+")


class Flow:
    """The paragraphs and blocks written so far; a block inside a paragraph divides it."""

    def __init__(self, *, breaks: bool, tag: str = "p") -> None:
        self.blocks: list[str] = []
        self.tag = tag
        self._breaks = breaks  # are newlines line breaks, and blank lines paragraphs?
        self._run: list[str] = []  # the paragraph so far
        self._visible = False
        self._newlines = 0  # found since the last text, and not written yet
        self._open: list[tuple[str, str]] = []  # the inline elements open: name, start tag
        self._nested: Counter[str] = Counter()

    def text(self, text: str | None) -> None:
        """Add text of the source, not escaped yet."""
        if not text:
            return
        if self.tag == "pre":
            self._write(text)
        elif self._breaks and self.tag == "p":
            for number, line in enumerate(text.split("\n")):
                self._newlines += number > 0
                # Space beside a newline is not text.
                if line.strip(" \t") or (line and not self._newlines):
                    self._write(_SPACE.sub(" ", line))
        else:
            self._write(_SPACE.sub(" ", text))

    def line_break(self) -> None:
        """Add a line break."""
        self._write_newlines()
        self._run.append("\n" if self.tag == "pre" else "<br>")

    def open(self, tag: str, attributes: str = "") -> None:
        """Open an inline element; one inside its like is left out."""
        self._nested[tag] += 1
        if self._nested[tag] == 1:
            self._open.append((tag, f"<{tag}{attributes}>"))
            self._run.append(self._open[-1][1])

    def close(self, tag: str) -> None:
        """Close the inline element that was opened last."""
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
        """End the paragraph, and add a whole block."""
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
        """Return (caption, rest): the leading paragraphs joined by <br>, and all blocks from the first that is no
        paragraph.
        """
        self.end_paragraph()
        lines = list(takewhile(lambda block: block.startswith("<p>"), self.blocks))
        return "<br>".join(line[len("<p>") : -len("</p>")] for line in lines), self.blocks[len(lines) :]

    def _write(self, text: str) -> None:
        self._write_newlines()
        self._run.append(escape(text, quote=False))
        self._visible = self._visible or not text.isspace()

    def _write_newlines(self) -> None:
        """Write the newlines found since the last text, before what comes next."""
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
        alone = self.tag == "p" and html.startswith("http") and embed(unescape(html))
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
