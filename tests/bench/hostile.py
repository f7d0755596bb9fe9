"""How the time for hostile text grows with its length: `make bench`.

Four times the text may take some four times as long; what takes sixteen times as long is quadratic, and a reader's or
an export's to exploit.
"""

import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("NEWSROOM_DEMO", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from rich.console import Console
from rich.progress import track
from rich.table import Table

from articles.importers.wordpress.body import convert
from comments import text as comments_text
from comments.terms import Matcher
from newsroom.lib.html import clean
from newsroom.lib.text import plain
from newsroom.lib.typography import typeset, typeset_html
from tests.articles.importers.wordpress.test_any_body import REPEATED
from tests.newsroom.lib.test_html import UNITS
from tests.newsroom.lib.test_typography import HOSTILE

SHORT, FACTOR = 30_000, 4  # characters
TARGET = 9.0  # times as long; below this much time a ratio says nothing:
LEAST = 0.02  # seconds
MATCHER = Matcher.of([f"terme{n}" for n in range(10_000)] + ["a b c d", "arnaq*", "é"])
COMMENT = ["https://", ">", "a ", "a.", "http://a)", "\n", "> a\n", "é\u0301", "v.i.", "@", "terme1 ", "a b c "]

ALL: dict[str, tuple[Callable[[str], object], list[str]]] = {
    "typeset": (lambda text: typeset(text, "fr"), HOSTILE),
    "typeset_html": (lambda text: typeset_html(text, "fr"), HOSTILE),
    "clean (a body)": (clean, UNITS),
    "plain": (plain, UNITS),
    "convert (WordPress)": (convert, REPEATED),
    "a comment": (lambda text: comments_text.render(comments_text.clean(text)), COMMENT),
    "10,000 terms": (MATCHER.find, COMMENT),
}


def seconds(function: Callable[[str], object], unit: str, length: int) -> float:
    text = unit * (length // len(unit))
    begun = time.perf_counter()
    function(text)
    return time.perf_counter() - begun


def main() -> int:
    table, worst = Table("what", "worst growth", "at", "seconds"), 0.0
    for name, (function, units) in track(ALL.items(), description="hostile text", console=Console(stderr=True)):
        grown = []
        for unit in units:
            long = seconds(function, unit, SHORT * FACTOR)
            if long > LEAST:
                grown.append((long / max(seconds(function, unit, SHORT), 0.001), repr(unit), long))
        ratio, unit, took = max(grown, default=(0.0, "—", 0.0))
        worst = max(worst, ratio)
        table.add_row(name, f"{ratio:.1f}", unit, f"{took:.2f}")
    Console().print(table)
    return int(worst > TARGET)


if __name__ == "__main__":
    sys.exit(main())
