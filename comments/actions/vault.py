"""Actions on the vault: sources of comments, encrypted, for the time that the law asks and for justice alone.

LCEN (loi 2004-575) art. 6 and décret 2021-1362 have a host keep address, port, time and the names given, a year from
the posting. Fernet (AES-128-CBC with HMAC-SHA256) seals them under the install's data keys (newsroom/keys); where
settings.VAULT_PUBLIC_KEY is set, libsodium's sealed box does (X25519, XSalsa20-Poly1305), which its private key alone
opens. No server holds that: who opens the vault brings it, for one request.
"""

import base64
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from comments.models import BlockedSender, Comment, CommentSettings, Report, SealedSource, VaultOpening
from comments.refusals import Refused
from newsroom.actions import action
from newsroom.keys.ring import DataKeyLost, Purpose, data_keys
from newsroom.lib.client import Client
from newsroom.publications.permissions import require, user_of

SEALED_MARK = b"sealed box 1:"  # no Fernet token begins so
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


def _sealed(held: bytes) -> bytes:
    """Return what is stored of an identity."""
    if settings.VAULT_PUBLIC_KEY:
        return SEALED_MARK + SealedBox(PublicKey(settings.VAULT_PUBLIC_KEY)).encrypt(held)
    return _box().encrypt(held)


def _opened(box: bytes, private_key: str) -> bytes:
    """Return an identity as it was sealed. Raises Refused where the key for it is lost, missing or wrong."""
    if box.startswith(SEALED_MARK):
        try:
            key = PrivateKey(base64.b64decode("".join(private_key.split()), validate=True))
            return SealedBox(key).decrypt(box.removeprefix(SEALED_MARK))
        except (CryptoError, ValueError, TypeError) as error:
            raise Refused(
                "key", _("It opens with the private key of this vault: bring it, as it was printed.")
            ) from error
    try:
        return _box().decrypt(box)
    except (InvalidToken, DataKeyLost) as error:
        raise Refused("vault", _("It was sealed under a secret key that this install no longer has.")) from error


def needs_private_key(row: SealedSource) -> bool:
    """Return whether a sealed row opens with the private key alone."""
    return bytes(row.box).startswith(SEALED_MARK)


def seal(comment: Comment, client: Client, at: dt.datetime, *, days: int) -> None:
    """Seal who posted or edited a comment at `at`, to be destroyed `days` days later. Within a transaction."""
    held = Identity(client.address, client.port, at.isoformat(), comment.pseudonym, comment.email)
    SealedSource.objects.create(
        publication_id=comment.publication_id,
        comment=comment,
        box=_sealed(json.dumps(asdict(held)).encode()),
        sealed_at=at,
        destroyed_from=at + dt.timedelta(days=days),
    )


def open_sealed(comment: Comment, *, by: Any, reason: str, private_key: str = "") -> list[Identity]:
    """Log the opening, then decrypt and return the identities sealed for a comment, oldest first.

    `reason` names the authority that asks; `private_key` opens what a public key sealed, and is kept nowhere. Raises
    Forbidden; Refused if the reason is too short or too long, or a key is lost, missing or wrong.
    """
    require(by, "comment.unseal", comment.publication, _("The vault is not yours to open."))
    reason = " ".join(reason.split())
    if len(reason) < 10 or len(reason) > MAX_REASON_CHARACTERS:
        raise Refused("reason", _("Say on whose request it is opened: the court or authority, and its reference."))
    _log_opening(comment, by=by, reason=reason)  # stays, whatever comes of it
    return [
        Identity(**json.loads(_opened(bytes(row.box), private_key))) for row in comment.sealed.order_by("sealed_at")
    ]


def seal_anew(*, private_key: str = "", dry_run: bool = False) -> Iterator[int]:
    """Seal under settings.VAULT_PUBLIC_KEY what is sealed otherwise, in portions; yield the rows of each.

    `private_key` opens what another public key sealed: with it, all rows are sealed anew. Raises Refused; what was
    sealed anew by then stays so.
    """
    last = 0
    while rows := list(SealedSource.objects.filter(pk__gt=last).order_by("pk")[:PORTION_ROWS]):
        last = rows[-1].pk
        todo = [row for row in rows if private_key or not needs_private_key(row)]
        for row in todo:
            row.box = _sealed(_opened(bytes(row.box), private_key))
        if not dry_run:
            SealedSource.objects.bulk_update(todo, ["box"])  # a row that was destroyed meanwhile stays so
        yield len(todo)


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
