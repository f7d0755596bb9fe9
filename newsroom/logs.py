"""Log lines: as JSON, for machines that collect them (NEWSROOM_LOG_JSON=1), and none of actions during a bulk run."""

import datetime as dt
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class JsonFormatter(logging.Formatter):
    """Format a record as one line of JSON: `time` (UTC, ISO 8601), `level`, `logger`, `message`.

    A record that has `fields`, a dictionary, as those of newsroom.actions do, adds them; one with an exception adds
    `exception`, its traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line. What JSON does not know is written as str() gives it."""
        entry: dict[str, Any] = {
            **getattr(record, "fields", {}),
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


@contextmanager
def without_action_lines() -> Iterator[None]:
    """Log no line of an action that ends well: for commands that run thousands and show their own progress."""
    logger = logging.getLogger("newsroom.actions")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
