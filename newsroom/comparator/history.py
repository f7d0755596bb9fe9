"""A product's price history as a drawing: where lines, marks and words stand. Pure; the template writes the SVG."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from newsroom.comparator.models import PricePoint
from newsroom.lib.languages import language_of

DAYS = 365
WIDTH, HEIGHT = 420, 200
LEFT, RIGHT, TOP, BOTTOM = 58, 8, 12, 26  # of the field in which the line stands
MAX_GAP = dt.timedelta(days=14)  # beyond it nobody offered the product: the line is broken
MIN_POINTS = 2
LINES = 4  # of prices, at most
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Label:
    """Words beside an axis, and where they stand."""

    at: float
    text: str


@dataclass(frozen=True)
class Price:
    """A line across the field, at a price in cents."""

    y: float
    cents: int


@dataclass(frozen=True)
class Chart:
    """A drawing of prices over a year: `path` is that of an SVG; `lowest` and `latest` are points, `x`, `y` theirs."""

    path: str
    prices: list[Price]
    months: list[Label]
    lowest: PricePoint
    latest: PricePoint
    highest: PricePoint
    x: float
    y: float
    currency: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def chart(points: Sequence[PricePoint], today: dt.date, language: str) -> Chart | None:
    """Return the drawing of a product's prices, in the order of days; None where there are too few to draw.

    A price holds until the next one is known: the line has steps. Months are named in `language`.
    """
    if len(points) < MIN_POINTS:
        return None
    first = points[0].day
    days = max((today - first).days, 1)
    lines = _round_prices(min(row.cents for row in points), max(row.cents for row in points))
    low, high = lines[0], lines[-1]

    def x(day: dt.date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / days, 1)

    def y(cents: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (cents - low) / (high - low), 1)

    steps, before = [], None
    for row in points:
        is_gap = before is None or row.day - before.day > MAX_GAP
        steps.append(f"M{x(row.day):g} {y(row.cents):g}" if is_gap else f"H{x(row.day):g}V{y(row.cents):g}")
        before = row
    if today - points[-1].day <= MAX_GAP:
        steps.append(f"H{x(today):g}")
    lowest = min(points, key=lambda row: (row.cents, -row.day.toordinal()))
    return Chart(
        path="".join(steps), prices=[Price(y(cents), cents) for cents in lines],
        months=[Label(x(day), name) for day, name in _months(first, today, language)],
        lowest=lowest, latest=points[-1], highest=max(points, key=lambda row: row.cents),
        x=x(lowest.day), y=y(lowest.cents), currency=lowest.currency,
    )  # fmt: skip


def _round_prices(low: int, high: int) -> list[int]:
    """Return round prices, in cents, at equal steps, around all that is drawn: 2 to LINES + 1 of them."""
    step, n = 100, 0
    while (high // step + 1) * step - low // step * step > LINES * step:
        n += 1
        step = 100 * STEPS[n % 3] * 10 ** (n // 3)
    first, last = low // step * step, -(-high // step) * step
    return list(range(first, max(last, first + step) + 1, step))


def _months(first: dt.date, today: dt.date, language: str) -> list[tuple[dt.date, str]]:
    """Return the first days of some months, and their names: every one of a quarter, every third of a year."""
    names, found = language_of(language).short_months, []
    day = first.replace(day=1)
    while day <= today:
        if day >= first:
            found.append((day, names[day.month - 1]))
        day = (day + dt.timedelta(days=32)).replace(day=1)
    every = 3 if len(found) > 6 else 1
    # The last day of a month's name would stand beyond the edge.
    return [(day, name) for day, name in found[::every] if (today - day).days > 12 or len(found) < 4]
