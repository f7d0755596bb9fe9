"""Characters that are no text: removed from all that is stored, and once more from all that is written as XML or JSON.

Control characters (Unicode 16, chapter 23.1) that mean no line end or tab, halves of surrogate pairs (23.6) and
noncharacters (23.7). A text of one line has no line ends or tabs either, nor what turns the direction of what follows
it (23.2; "Trojan Source", CVE-2021-42574).
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from django.db import models

_LAST_TWO = ((plane << 16 | 0xFFFE, plane << 16 | 0xFFFF) for plane in range(17))
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _LAST_TWO)
_FORBIDDEN = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff{_NONCHARACTERS}]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile("[\t\n]+")


def clean_text(text: str) -> str:
    """Return a text of several lines without forbidden characters, its lines ended by "\\n"."""
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def clean_line(text: str) -> str:
    """Return a text of one line without forbidden characters; a line end or tab becomes a space."""
    return _TURNS.sub("", _SPACES.sub(" ", clean_text(text)))


def cleaned(value: Any) -> Any:
    """Return an argument of an action with every text in it clean; a row's text columns are cleaned in place.

    A column is one line in a CharField and what is derived from it, several in a TextField; other strings, dataclasses,
    lists, tuples and sets of these may have several.
    """
    if isinstance(value, models.Model):
        _clean_row(value)
        return value
    return _clean_value(value)


def _clean_value(value: Any) -> Any:
    if type(value) is str:  # not a choice, nor markup that is safe already
        return clean_text(value)
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(map(_clean_value, value))
    if is_dataclass(value) and not isinstance(value, type):
        parts = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        clean = {name: _clean_value(part) for name, part in parts.items()}
        return replace(value, **clean) if any(clean[name] != part for name, part in parts.items()) else value
    return value


def _clean_row(row: models.Model) -> None:
    for field in row._meta.concrete_fields:
        text = row.__dict__.get(field.attname)  # deferred columns are left alone
        if type(text) is str and isinstance(field, models.CharField | models.TextField):
            clean = clean_line(text) if isinstance(field, models.CharField) else clean_text(text)
            if clean != text:
                setattr(row, field.attname, clean)
