"""Tokens, keys and input of the forms on public pages: who filled one in, where, and when they began.

Pages are the same for all readers and carry no token. JavaScript fetches one; without it the first POST leads to a page
of its own, which no cache keeps and which carries one. Nothing here acts with anybody's authority.
"""

import hashlib
import math
import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer

from comments.actions.posting import NewComment
from comments.models import Comment

TOKEN_LIFETIME_SECONDS = 24 * 3600  # people leave tabs open
CLOCK_SKEW_SECONDS = 5  # by which the clocks of two of our hosts may differ
HONEYPOT = "website"
CONFIRMATION_MARK = "+"
NONCE_MARK = "~"
MIN_READING_SECONDS = 1  # nobody presses a button on a page before it is seen
ASSUMED_WRITING_SECONDS = 60  # for a text that was begun a day ago
_stamps = Signer(salt="newsroom.comments.form")
OWN_KEY_SALT = "newsroom.comments.own"


@dataclass(frozen=True)
class Stamp:
    """What a valid token says. `took` is the seconds since the form was there; None on the page that asks once more,
    whose text was typed before. `form_key` is the form's: the same for what is sent twice."""

    took: float | None
    form_key: str


def token(*, again: bool = False) -> str:
    """Return a signed stamp of now, for one form; `again` for the page that asks once more."""
    return _signed(time.time(), CONFIRMATION_MARK if again else "")


def _signed(began: float, mark: str = "") -> str:
    # Random: two forms of one moment are two forms.
    return _stamps.sign(f"{began:.2f}{mark}{NONCE_MARK}{secrets.token_urlsafe(9)}")


def stamp(token: str) -> Stamp | None:
    """Return what a form's token says; None where it is not ours, too old, or from the future."""
    value, age = _read_token(token)
    if not -CLOCK_SKEW_SECONDS <= age <= TOKEN_LIFETIME_SECONDS:
        return None
    is_confirmed = value.endswith(CONFIRMATION_MARK) and age >= MIN_READING_SECONDS
    return Stamp(None if is_confirmed else max(age, 0), hashlib.sha256(token.encode()).hexdigest()[:32])


def renewed(token_of_old: str) -> str:
    """Return a token in the place of one that is too old or was used: what it is for was begun when that was.

    A fresh one in the place of none.
    """
    _value, age = _read_token(token_of_old)
    if not -CLOCK_SKEW_SECONDS <= age < math.inf:
        return token()
    return _signed(time.time() - (age if age <= TOKEN_LIFETIME_SECONDS else ASSUMED_WRITING_SECONDS))


def _read_token(token: str) -> tuple[str, float]:
    """The value of a token, and its age in seconds: infinite where it is not ours."""
    try:
        value = _stamps.unsign(token).partition(NONCE_MARK)[0]
        return value, time.time() - float(value.removesuffix(CONFIRMATION_MARK))
    except (BadSignature, ValueError):
        return "", math.inf


def own_key(comment: Comment) -> str:
    """Return the key that proves that a comment is one's own: given to whoever posted it, and to nobody else."""
    return Signer(salt=OWN_KEY_SALT).signature(_own_value(comment))


def is_own(comment: Comment, key: str) -> bool:
    """Return whether a key was given for a reader's comment, under today's secret key or a named fallback."""
    if comment.staff_id is not None:
        return False
    try:
        Signer(salt=OWN_KEY_SALT).unsign(f"{_own_value(comment)}:{key}")
    except BadSignature:
        return False
    return True


def _own_value(comment: Comment) -> str:
    return f"{comment.pk}:{comment.posted_at.isoformat()}"


@dataclass(frozen=True)
class FormInput:
    """What a reader typed, as it can be shown again: nothing is lost."""

    text: str = ""
    pseudonym: str = ""
    email: str = ""
    notify: bool = False
    under: str = ""
    honeypot: str = ""

    @classmethod
    def of(cls, data: Any) -> "FormInput":
        """Return the input of a form from its POST data."""
        return cls(
            text=data.get("text", ""),
            pseudonym=data.get("pseudonym", ""),
            email=data.get("email", ""),
            notify=data.get("notify", "") == "1",
            under=data.get("under", ""),
            honeypot=data.get(HONEYPOT, ""),
        )

    def new_comment(self, stamp: Stamp) -> NewComment:
        """Return what posting takes."""
        return NewComment(self.text, self.pseudonym, self.email, self.notify, self.honeypot, stamp.took, stamp.form_key)
