"""Actions on the vault: sources of comments, encrypted, for the time that the law asks and for justice alone.

LCEN (loi 2004-575) art. 6 and décret 2021-1362 have a host keep address, port, time and the names given, a year from
the posting. Fernet (AES-128-CBC with HMAC-SHA256) seals them under the install's data keys (newsroom/keys).
"""

import base64
import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import BlockedSender, Comment, CommentSettings, Report, SealedSource, VaultOpening
from comments.refusals import Refused
from newsroom.actions import action
from newsroom.keys.ring import DataKeyLost, Purpose, data_keys
from newsroom.lib.client import Client
from newsroom.publications.permissions import require, user_of

MAX_REASON_CHARACTERS = 1000
PORTION_ROWS = 1000


@dataclass(frozen=True)
class Identity:
    """What a sealed source holds. `at` is ISO 8601; `port` is 0 where the server does not know it."""

    address: str
    port: int
    at: str
    pseudonym: str
    email: str

    @property
    def moment(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.at)


def _box() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in data_keys(Purpose.VAULT)])


def seal(comment: Comment, client: Client, at: dt.datetime, *, days: int) -> None:
    """Seal who posted or edited a comment at `at`, to be destroyed `days` days later. Within a transaction."""
    held = Identity(client.address, client.port, at.isoformat(), comment.pseudonym, comment.email)
    SealedSource.objects.create(
        publication_id=comment.publication_id,
        comment=comment,
        box=_box().encrypt(json.dumps(asdict(held)).encode()),
        sealed_at=at,
        destroyed_from=at + dt.timedelta(days=days),
    )


def open_sealed(comment: Comment, *, by: Any, reason: str) -> list[Identity]:
    """Log the opening, then decrypt and return the identities sealed for a comment, oldest first.

    `reason` names the authority that asks. Raises Forbidden; Refused if the reason is too short or too long, or a key
    is lost.
    """
    require(by, "comment.unseal", comment.publication, _("The vault is not yours to open."))
    reason = " ".join(reason.split())
    if len(reason) < 10 or len(reason) > MAX_REASON_CHARACTERS:
        raise Refused("reason", _("Say on whose request it is opened: the court or authority, and its reference."))
    _log_opening(comment, by=by, reason=reason)  # stays, whatever comes of it
    found = []
    for row in comment.sealed.order_by("sealed_at"):
        try:
            found.append(Identity(**json.loads(_box().decrypt(bytes(row.box)))))
        except (InvalidToken, DataKeyLost) as error:
            raise Refused("vault", _("It was sealed under a secret key that this install no longer has.")) from error
    return found


@action
def _log_opening(comment: Comment, *, by: Any, reason: str) -> VaultOpening:
    return VaultOpening.objects.create(
        publication_id=comment.publication_id, comment=comment, by=user_of(by), at=timezone.now(), reason=reason
    )


def destroy_old(now: dt.datetime) -> int:
    """Delete the sealed rows whose time is over, and clear the source hashes of their comments and of old reports.

    Blocks of sources older than `vault_days` are deleted too: those sources can post again. Return the number of sealed
    rows that were deleted.
    """
    destroyed = 0
    for settings_row in CommentSettings.objects.all():
        old = now - dt.timedelta(days=settings_row.vault_days)
        Report.objects.filter(publication=settings_row.publication_id, at__lte=old).exclude(source="").update(source="")
        BlockedSender.objects.filter(
            publication=settings_row.publication_id, what=BlockedSender.What.SOURCE, at__lte=old
        ).delete()
    while True:
        with transaction.atomic():
            rows = list(
                SealedSource.objects.filter(destroyed_from__lte=now).values_list("pk", "comment")[:PORTION_ROWS]
            )
            if not rows:
                return destroyed
            SealedSource.objects.filter(pk__in=[pk for pk, _comment in rows]).delete()
            still = SealedSource.objects.filter(comment__in=[comment for _pk, comment in rows]).values("comment")
            gone = Comment.objects.filter(pk__in=[comment for _pk, comment in rows]).exclude(pk__in=still)
            gone.update(source="")
            destroyed += len(rows)
