"""The decorator of every action: clean texts, one transaction, and one structured log line.

    action=articles.publishing.publish article=42 revision=108 by=7 ms=14.2 outcome=done

The line holds ids and a duration, never a name, a text, an address or anything else that a person typed.
"""

import inspect
import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from newsroom.lib.cleaning import cleaned
from newsroom.publications.permissions import SYSTEM

P = ParamSpec("P")
R = TypeVar("R")
Fields = dict[str, str | int | float]
# Arguments that are numbers of rows; other plain arguments are left out, since they may be what somebody typed.
ID_ARGUMENTS = ("revision", "number", "batch_id")

logger = logging.getLogger(__name__)
_done: ContextVar[int] = ContextVar("actions_done", default=0)


def actions_done() -> int:
    """Return how many actions this thread or task has done so far: more after a call than before means that it changed
    something."""
    return _done.get()


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run `function` in `transaction.atomic()`, and log one line at INFO through the logger `newsroom.actions`.

    Characters that are no text are removed from its arguments first (newsroom/lib/cleaning.py).

    Fields of the line: `action` (module and name); the id of each argument that is a saved model instance, under the
    argument's name, and of the instance returned if it is another, under its model's; `by` ("system" for SYSTEM);
    `ms`, milliseconds to the transaction's end; `outcome`, "done" or the name of the exception. The record has them in
    `fields` too, for newsroom.logs.JsonFormatter.

    An action that ends well is logged once the outermost transaction has committed, so that no line tells of what was
    rolled back; one that raises is logged at once, and the exception goes on.
    """
    signature = inspect.signature(function)
    name = f"{function.__module__.replace('.actions', '')}.{function.__name__}"

    @wraps(function)
    def logged(*args: P.args, **kwargs: P.kwargs) -> R:
        start = time.perf_counter()
        bound = signature.bind(*args, **kwargs)
        arguments = {name: cleaned(value) for name, value in bound.arguments.items()}
        bound.arguments.update(arguments)
        fields: Fields = {"action": name, **_ids(arguments)}
        try:
            with transaction.atomic():
                result = function(*bound.args, **bound.kwargs)
        except Exception as error:
            _log(fields | _end(start, type(error).__name__))
            raise
        # Read twice: an instance saved for the first time has an id only after, a deleted one only before.
        fields = _ids(arguments) | fields
        made = getattr(result, "batch", result)  # a decision's outcome names the batch that it made
        if isinstance(made, Model) and not any(made is argument for argument in arguments.values()):
            fields = _ids({f"{made._meta.model_name}": made}) | fields
        fields = {"action": name} | fields | _end(start, "done")
        _done.set(_done.get() + 1)
        # robust: what has committed must not look failed because its line could not be written.
        transaction.on_commit(lambda: _log(fields), robust=True)
        return result

    return logged


def _ids(arguments: Mapping[str, Any]) -> Fields:
    fields: Fields = {}
    for name, value in arguments.items():
        if value is SYSTEM:
            fields[name] = "system"
        elif isinstance(value, Model) and isinstance(value.pk, int | UUID):
            fields[name] = value.pk if isinstance(value.pk, int) else str(value.pk)
        elif name in ID_ARGUMENTS and isinstance(value, int):
            fields[name] = value
    return fields


def _end(start: float, outcome: str) -> Fields:
    return {"ms": round((time.perf_counter() - start) * 1000, 1), "outcome": outcome}


def _log(fields: Fields) -> None:
    logger.info(" ".join(f"{key}={value}" for key, value in fields.items()), extra={"fields": fields})
