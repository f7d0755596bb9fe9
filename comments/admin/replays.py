"""A replay as a page of the desk holds it between two requests, in hidden fields: nothing of it is stored.

One request goes on with it for SECONDS; the page asks for the rest (newsroom/static/desk/desk.js), and shows meanwhile
what was found by then.
"""

import datetime as dt
import hashlib
import json
from typing import Any

from django.utils.dateparse import parse_datetime

from comments.backtest import MAX_EXAMPLES, Replay
from comments.models import Comment, CommentSettings
from newsroom.lib.text import whole_number

SECONDS = 0.1  # of one request
NUMBERS = ("tried", "caught", "wronged", "passed", "last")
EXAMPLES = ("right", "wrong")
PREFIX = "replay-"


def key(*what: Any) -> str:
    """Return by what a replay is known: another threshold, or other terms, begin another."""
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:32]


def begun(data: Any, settings: CommentSettings, what: str) -> Replay | None:
    """Return the replay that a form holds, by its key; None where it holds none of these."""
    if data.get(f"{PREFIX}of") != what:
        return None
    replay = Replay(since=_time(data.get(f"{PREFIX}since", "")))
    for name in NUMBERS:
        setattr(replay, name, whole_number(data.get(PREFIX + name, "")) or 0)
    for name in EXAMPLES:
        setattr(replay, name, _examples(data.getlist(PREFIX + name), settings))
    return replay


def fields(replay: Replay, what: str) -> list[tuple[str, str]]:
    """Return the hidden fields of a replay that is not over."""
    since = replay.since.isoformat() if replay.since else ""
    rows = [("of", what), ("since", since), *((name, str(getattr(replay, name))) for name in NUMBERS)]
    rows += [(name, f"{row.pk}:{matched}") for name in EXAMPLES for row, matched in getattr(replay, name)]
    return [(PREFIX + name, value) for name, value in rows]


def _examples(texts: list[str], settings: CommentSettings) -> list[tuple[Comment, str]]:
    """Return comments of this publication, each with what matched, from "12:the words"."""
    pairs = [text.partition(":") for text in texts[:MAX_EXAMPLES]]
    matched = {pk: words for number, _colon, words in pairs if (pk := whole_number(number)) is not None}
    rows = Comment.objects.filter(publication=settings.publication_id).in_bulk(list(matched))
    return [(rows[pk], words) for pk, words in matched.items() if pk in rows]


def _time(text: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
