"""What the forms of public pages stand on: that a person of this site filled them in, and when they began.

Pages are the same for all readers and carry no token. JavaScript fetches one; without it the first POST leads to a page
of its own, which nobody keeps and which carries one. Nothing here acts with anybody's authority.
"""

import math
import time
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from comments.actions.posting import Draft
from comments.models import Comment

TOKEN_LIFETIME_SECONDS = 24 * 3600  # seconds for which a token is good: people leave tabs open
CLOCK_SKEW_SECONDS = 5  # seconds by which two hosts of ours may differ
HONEYPOT = "website"
CONFIRMATION_MARK = "+"
MIN_READING_SECONDS = 1  # second
ASSUMED_WRITING_SECONDS = 60  # seconds that a text surely took which was begun a day ago
_stamps = Signer(salt="newsroom.comments.form")
OWN_KEY_SALT = "newsroom.comments.own"


@dataclass(frozen=True)
class Stamp:
    """When a form was there. `took` is None on the page that asks once more: what it shows was typed before."""

    took: float | None


def token(*, again: bool = False) -> str:
    """A stamp of now, for a form; `again` for the page that asks once more."""
    return _stamps.sign(f"{time.time():.2f}{CONFIRMATION_MARK if again else ''}")


def stamp(token: str) -> Stamp | None:
    """What a form's token says; None where it is not ours, or too old."""
    said, age = _read_token(token)
    if not -CLOCK_SKEW_SECONDS <= age <= TOKEN_LIFETIME_SECONDS:
        return None
    read = (
        said.endswith(CONFIRMATION_MARK) and age >= MIN_READING_SECONDS
    )  # nobody presses a button on a page before it is seen
    return Stamp(None if read else max(age, 0))


def renewed(token_of_old: str) -> str:
    """A token in the place of one that is too old, for a text that was typed long ago; a fresh one for none of ours."""
    _words, age = _read_token(token_of_old)
    return (
        _stamps.sign(f"{time.time() - ASSUMED_WRITING_SECONDS:.2f}")
        if TOKEN_LIFETIME_SECONDS < age < math.inf
        else token()
    )


def _read_token(token: str) -> tuple[str, float]:
    """What a token says, and its age in seconds: endless where it is not ours."""
    try:
        said = _stamps.unsign(token)
        return said, time.time() - float(said.removesuffix(CONFIRMATION_MARK))
    except (BadSignature, ValueError):
        return "", math.inf


def own_key(comment: Comment) -> str:
    """What proves that a comment is one's own: given to who posted it, and to nobody else."""
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


def is_from_here(request: HttpRequest) -> bool:
    """Whether a POST comes from a page of this very site (Fetch Metadata; Origin, Referer for what is older)."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    here = f"{request.scheme}://{request.get_host()}"
    if origin := request.headers.get("Origin"):
        return origin == here
    return request.headers.get("Referer", "").startswith(f"{here}/")


@dataclass(frozen=True)
class FormInput:
    """What a reader typed, to be shown again: nothing is thrown away."""

    text: str = ""
    pseudonym: str = ""
    email: str = ""
    notify: bool = False
    under: str = ""
    honeypot: str = ""

    @classmethod
    def of(cls, data: Any) -> "FormInput":
        return cls(
            text=data.get("text", ""),
            pseudonym=data.get("pseudonym", ""),
            email=data.get("email", ""),
            notify=data.get("notify", "") == "1",
            under=data.get("under", ""),
            honeypot=data.get(HONEYPOT, ""),
        )

    def draft(self, took: float | None) -> Draft:
        return Draft(self.text, self.pseudonym, self.email, self.notify, self.honeypot, took)
