"""The log of accounts: one row for each sign-in, refusal and change of right."""

from typing import Any

from django.contrib.auth.models import User

from newsroom.accounts.models import AccountEvent
from newsroom.actions import action
from newsroom.publications.models import Publication
from newsroom.publications.permissions import user_of

Kind = AccountEvent.Kind


@action
def record(
    kind: AccountEvent.Kind,
    person: User | None,
    *,
    by: Any,
    publication: Publication | None = None,
    network: str | None = None,
    note: str = "",
) -> AccountEvent:
    """Write and return an event. `by` is None where nobody has shown who they are; `network` as guessing.network_of."""
    return AccountEvent.objects.create(
        kind=kind, person=person, actor=user_of(by), publication=publication, network=network, note=note[:200]
    )
