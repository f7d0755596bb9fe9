"""Times of feeds as people write them: "08:28:28 PM", "20h28", "CEST", "Europe/Paris", "29 novembre 2026". Pure."""

import datetime as dt
import re
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from newsroom.lib.text import fold

_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:h](\d{2})(?:[:m](\d{2}))?(?:[.,]\d+)?s?\s*(?:([ap])\.?m\b\.?)?")
# "+02" alone is ISO 8601, and how PostgreSQL writes it; "-2" alone may be anything. \u2212 is the sign of mathematics.
_OFFSET = re.compile(
    r"(?:\b(?:utc|gmt))?\s*(?<!\d)([+\u2212-])(\d{2})(?::?(\d{2}))?(?![\d/.-])"
    r"|\b(?:utc|gmt)\s*([+\u2212-])(\d{1,2})\b"
)
_NAMED_ZONE = re.compile(r"\b[a-z]+(?:/[a-z_+-]+)+")
_WORD = re.compile(r"[a-z]+")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?:er|st|nd|rd|th)?[\s-]+(?:of\s+)?([a-z]{3,})\.?[\s-]+(\d{4})(?!\d)")
_MONTH_FIRST = re.compile(r"\b([a-z]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_SLASHES = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
# How names of months begin, in French and English, without accents.
_MONTHS = {
    "jan": 1, "fev": 2, "feb": 2, "mar": 3, "avr": 4, "apr": 4, "mai": 5, "may": 5, "juin": 6, "jun": 6, "juil": 7,
    "jul": 7, "aou": 8, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
# Hours before or after UTC of the zones that feeds name: Europe's, those of RFC 822, and the Pacific's from India on.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "mez": 1, "mesz": 2,
    "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "ist": 5.5, "hkt": 8, "sgt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13, "ast": -4, "adt": -3, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
FIRST_YEAR = 1971  # what is older is nothing, as programs write it: of the years 1 and 1970, and 1772 of 1772532000


def read_time(text: str) -> dt.datetime | None:
    """Return the moment that a text names by date and hour, in UTC; None if either is missing or a word is unknown.

    Without a zone it is UTC, as feeds are read elsewhere. "03/04/2026" is the third of April, unless AM or PM says that
    an American wrote it.
    """
    text = fold(text)
    clock = _CLOCK.search(text)
    if clock is None:
        return None
    zone, rest = _zone(text[clock.end() :])
    date = _date(f"{text[: clock.start()].removesuffix('t')} {rest}", is_american=bool(clock[4]))
    if zone is None or date is None:
        return None
    hour = int(clock[1])
    if clock[4] and hour <= 12:
        hour = hour % 12 + (12 if clock[4] == "p" else 0)
    try:
        return dt.datetime(*date, hour, int(clock[2]), int(clock[3] or 0), tzinfo=zone).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> tuple[dt.tzinfo | None, str]:
    """Return the zone that is named after an hour, and what else is there. UTC if none is named, None if unknown."""
    if offset := _OFFSET.search(text):
        sign, hours, minutes = offset[1] or offset[4], int(offset[2] or offset[5]), int(offset[3] or 0)
        if hours > 14 or minutes > 59:
            return None, ""
        moved = dt.timedelta(hours=hours, minutes=minutes)
        return dt.timezone(moved if sign == "+" else -moved), text[: offset.start()]
    if named := _NAMED_ZONE.search(text):
        name = _zone_names().get(named[0])
        return (ZoneInfo(name) if name else None), text.replace(named[0], " ")
    for word in _WORD.findall(text):
        if word in _ZONES:
            return dt.timezone(dt.timedelta(hours=_ZONES[word])), re.sub(rf"\b{word}\b", " ", text)
    # Letters that are no date are a zone that nobody here knows.
    is_unknown = bool(_WORD.search(text)) and _date(text, is_american=False) is None
    return (None if is_unknown else dt.UTC), text


@cache
def _zone_names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _date(text: str, *, is_american: bool) -> tuple[int, int, int] | None:
    """Return year, month and day."""
    if iso := _ISO.search(text):
        return int(iso[1]), int(iso[2]), int(iso[3])
    if (found := _DAY_FIRST.search(text)) and (month := _month(found[2])):
        return int(found[3]), month, int(found[1])
    if (found := _MONTH_FIRST.search(text)) and (month := _month(found[1])):
        return int(found[3]), month, int(found[2])
    if found := _SLASHES.search(text):
        day, month = int(found[1]), int(found[2])
        if month > 12 or (is_american and day <= 12):
            day, month = month, day
        return int(found[3]), month, day
    return None


def _month(name: str) -> int | None:
    return next((month for start, month in _MONTHS.items() if name.startswith(start)), None)
