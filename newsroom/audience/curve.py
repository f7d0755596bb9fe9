"""The curve of an object's last hours, as an SVG that the server draws: its lines, and what it says in words.

Templates draw it (templates/desk/curve.html) in the colour of the text around it; its shape alone tells all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsroom.audience.figures import Hours

STEP, HEIGHT = 4, 32  # an hour's width and the highest one's height, in the SVG's own units
MARGIN = 2  # for the width of the line


@dataclass(frozen=True)
class Curve:
    """What is drawn: `line` and the `area` below it as paths, in a box of `width` and `height`; `words` for who does
    not see it."""

    line: str
    area: str
    width: int
    height: int
    words: str


def curve_of(hours: Hours) -> Curve:
    """Return the curve of an object, scaled to its own busiest hour; flat if it had no visit."""
    points = _points(hours.visits)
    line = "M" + "L".join(f"{x} {y:g}" for x, y in points)
    bottom = HEIGHT + MARGIN
    area = f"{line}L{points[-1][0]} {bottom}L{points[0][0]} {bottom}Z"
    return Curve(line, area, points[-1][0] + MARGIN, bottom + MARGIN, words_of(hours))


def words_of(hours: Hours) -> str:
    """Return what the curve shows, in words."""
    number = hours.sum
    if not number:
        return _("No visit in %(hours)s hours.") % {"hours": len(hours.visits)}
    text = ngettext(
        "%(n)s visit in %(hours)s hours, most of them from %(time)s (%(most)s).",
        "%(n)s visits in %(hours)s hours, most of them from %(time)s (%(most)s).",
        number,
    )
    busiest = date_format(localtime(hours.busiest), "H:i")
    return text % {"n": number, "hours": len(hours.visits), "time": busiest, "most": max(hours.visits)}


def _points(visits: Sequence[int]) -> list[tuple[int, float]]:
    highest = max([*visits, 1])
    return [(MARGIN + n * STEP, round(MARGIN + HEIGHT * (1 - number / highest), 1)) for n, number in enumerate(visits)]
