"""The ring of data keys: raw keys for each purpose, opened, made and sealed anew (envelope encryption).

What is stored for years (hashes of sources and of expunged passages, the vault's boxes) is keyed by *data keys*, which
are rows of DataKey encrypted with Fernet under a key derived from SECRET_KEY. SECRET_KEY can so be replaced: it opens
the rows while it is among SECRET_KEY_FALLBACKS, and `manage.py rekey` seals them under its successor. docs/keys.md.

The first keys of a purpose are not random: they are what its rows were keyed by before there were data keys, derived
from SECRET_KEY and its fallbacks. They are written when a purpose is first used and not by a migration: the process
that serves readers surely has the right SECRET_KEY, the one that migrates may run with another.
"""

import base64
import hmac
import secrets
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsroom.keys.models import DataKey

DATA_KEY_BYTES = 32


class Purpose(StrEnum):
    """What data keys are for. The values are stored, and what first keys are derived with: they never change."""

    EXPUNGED = "articles.expunged"  # fingerprints of passages that were ordered removed
    SOURCE = "newsroom.comments.source"  # hashes of addresses and e-mails, for screening and blocks
    VAULT = "newsroom.comments.vault"  # boxes of who wrote a comment
    SECOND_FACTOR = "newsroom.accounts.second_factor"  # secrets of authenticator apps


class DataKeyLost(Exception):
    """A data key is sealed under a secret key that this install no longer has."""

    def __init__(self, purpose: str):
        super().__init__(
            f"A data key ({purpose}) is sealed under a secret key that this install no longer has: name that key in "
            "NEWSROOM_SECRET_KEY_FALLBACKS, then run manage.py rekey."
        )
        self.purpose = purpose


# Raw keys by purpose and by the secret keys of the settings (which tests change). Threads may share it: an entry is
# written whole, and never changes.
_opened: dict[tuple[str, ...], tuple[bytes, ...]] = {}


def data_keys(purpose: Purpose) -> tuple[bytes, ...]:
    """Return the raw keys of a purpose, the one for new rows first, then all that older rows may be keyed by.

    Makes them at the first use. No query once a process has them. Raises DataKeyLost.
    """
    remembered = (purpose, *_secret_keys())
    keys = _opened.get(remembered)
    if keys is None:
        # Remembered even if this transaction is rolled back: the first keys come out the same the next time.
        keys = _opened[remembered] = tuple(_raw(row) for row in _rows(purpose))
    return keys


def make_first_keys() -> None:
    """Write the first keys of each purpose that has none yet."""
    for purpose in Purpose:
        _rows(purpose)


@dataclass(frozen=True)
class Rekeyed:
    """What `rekey` did, in numbers of data keys, and the purposes of those that no secret key opens."""

    sealed: int
    current: int  # sealed under the present secret key already
    added: int
    discarded: int
    lost: tuple[str, ...]


class _DryRun(Exception):
    """Ends the transaction of a dry run."""


def rekey(*, fresh: bool = False, discard_lost: bool = False, dry_run: bool = False) -> Rekeyed:
    """Seal every data key under the present SECRET_KEY, all or none; return what was done.

    `fresh` adds a random key for new rows to each purpose; processes see it when they start. `discard_lost` deletes the
    keys that nothing opens, without which nothing is written while there is one (`lost` names them). `dry_run` writes
    nothing.
    """
    try:
        with transaction.atomic():
            done = _rekey(fresh=fresh, discard_lost=discard_lost)
            if dry_run or done.lost:
                raise _DryRun
    except _DryRun:
        return done
    forget()
    return done


def forget() -> None:
    """Forget the raw keys that this process has opened: the rows changed."""
    _opened.clear()


def lost_purposes() -> tuple[str, ...]:
    """Return the purpose of each data key that no secret key opens."""
    return tuple(row.purpose for row in DataKey.objects.all() if not _opens(row))


# -- rows --------------------------------------------------------------------------------------------------------------


def _rows(purpose: Purpose) -> list[DataKey]:
    rows = list(DataKey.objects.filter(purpose=purpose))
    if rows:
        return rows
    derived = [_derived(purpose, secret_key) for secret_key in reversed(_secret_keys())]
    # Two processes may come here at once: the numbers let one of them win.
    DataKey.objects.bulk_create(
        [_sealed(purpose, number, raw) for number, raw in enumerate(derived, start=1)], ignore_conflicts=True
    )
    return list(DataKey.objects.filter(purpose=purpose))


def _rekey(*, fresh: bool, discard_lost: bool) -> Rekeyed:
    counts: Counter[str] = Counter()
    lost = []
    make_first_keys()
    present = _fernet(settings.SECRET_KEY)
    for row in DataKey.objects.select_for_update():
        if _opens(row, present):
            counts["current"] += 1
        elif _opens(row):
            row.box, row.sealed_at = present.encrypt(_raw(row)), timezone.now()
            row.save(update_fields=["box", "sealed_at"])
            counts["sealed"] += 1
        elif discard_lost:
            row.delete()
            counts["discarded"] += 1
        else:
            lost.append(row.purpose)
    for purpose in Purpose if fresh else ():
        newest = _rows(purpose)[0].number
        _sealed(purpose, newest + 1, secrets.token_bytes(DATA_KEY_BYTES)).save()
        counts["added"] += 1
    return Rekeyed(counts["sealed"], counts["current"], counts["added"], counts["discarded"], tuple(lost))


# -- boxes -------------------------------------------------------------------------------------------------------------


def _secret_keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _fernet(secret_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret_key.encode(), b"newsroom.keys", "sha256")))


def _sealed(purpose: str, number: int, raw: bytes) -> DataKey:
    box = _fernet(settings.SECRET_KEY).encrypt(raw)
    return DataKey(purpose=purpose, number=number, box=box, sealed_at=timezone.now())


def _raw(row: DataKey) -> bytes:
    try:
        return MultiFernet([_fernet(secret_key) for secret_key in _secret_keys()]).decrypt(bytes(row.box))
    except InvalidToken:
        raise DataKeyLost(row.purpose) from None


def _opens(row: DataKey, fernet: Fernet | None = None) -> bool:
    """Return whether a row opens with `fernet`; with any secret key of the settings, if None."""
    try:
        fernet.decrypt(bytes(row.box)) if fernet else _raw(row)
    except (InvalidToken, DataKeyLost):
        return False
    return True


def _derived(purpose: Purpose, secret_key: str) -> bytes:
    """Return what rows of a purpose were keyed by before there were data keys. Never change it."""
    if purpose is Purpose.EXPUNGED:
        return secret_key.encode()
    return hmac.digest(secret_key.encode(), purpose.encode(), "sha256")
