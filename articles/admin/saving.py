"""Helpers of `save_model`: reload what the form does not write, and answer 403 to what an action refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model

from articles.workflow import Refused


def reload_other_fields(obj: Model, form: Any, *also_written: str) -> None:
    """Reload every column of `obj` that the form does not write, and lock its row until the transaction ends.

    1. The admin reads the row, and the form writes its own fields to the object.
    2. Meanwhile somebody else changes another column: a tag is merged, a strip is moved.
    3. The action saves the object. Without this, it would write the old value of that column.

    `also_written` names columns that the form sets on the object outside its own fields.
    """
    written = {*form.fields, *also_written}
    others = [field.name for field in obj._meta.concrete_fields if field.name not in written and not field.primary_key]
    obj.refresh_from_db(fields=others, from_queryset=type(obj)._base_manager.select_for_update())


@contextmanager
def refusal_as_forbidden() -> Iterator[None]:
    """Answer 403 with the reason where an action refuses what the form accepted: the row changed in between."""
    try:
        yield
    except Refused as refused:
        raise PermissionDenied(str(refused)) from refused
