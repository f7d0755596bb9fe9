"""What a production start refuses on: data keys that nothing opens."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from newsroom.keys.ring import DataKeyLost, lost_purposes


@register(Tags.database, deploy=True)
def check_data_keys(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each purpose with a data key that no secret key opens. Reads the database."""
    try:
        purposes = sorted(set(lost_purposes())) if databases else []
    except DatabaseError:  # newsroom.E005 says so
        return []
    return [
        Error(
            str(DataKeyLost(purpose)),
            hint="If that key is gone for good: manage.py rekey --discard-lost, which gives up what it protected.",
            id="newsroom.E011",
        )
        for purpose in purposes
    ]
