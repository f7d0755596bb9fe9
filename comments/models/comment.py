"""Comments of readers, and their positions in a thread."""

import datetime as dt
import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import text
from comments.states import Status
from newsroom.lib.text import fold
from newsroom.publications.models import Publication

MAX_DEPTH = 5  # levels of a thread that are shown as such, whatever a publication sets
STEP_CHARACTERS = 17  # of one level in a comment's position
MAX_PSEUDONYM_CHARACTERS = 60
VISIBLE = Q(status="approved", kind="comment")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Kind(models.TextChoices):
    COMMENT = "comment", _("comment")
    PINGBACK = "pingback", _("pingback")  # another site that links here; counted apart, never in the thread


def _base36(number: int, width: int) -> str:
    digits = ""
    for _digit in range(width):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _mirrored(step: str) -> str:
    """Return the step that sorts in the opposite order: newest first, by an index that ascends."""
    return "".join(_DIGITS[35 - _DIGITS.index(digit)] for digit in step)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible(self) -> Self:
        """Return those that readers see in threads, and that counts count: the one condition of both."""
        return self.filter(status=Status.APPROVED, kind=Kind.COMMENT)

    def new(self) -> Self:
        """Return those that readers see and no moderator has reviewed yet."""
        return self.filter(status=Status.APPROVED, reviewed=False, kind=Kind.COMMENT)


class Comment(models.Model):
    """What a reader wrote under an article. Written by comments/actions/ only; the row is never deleted.

    `position` orders a thread: STEP_CHARACTERS for each level, the moment of posting and a random end, so that a reply
    sorts after its parent and before the parent's next sibling. A reply deeper than a thread shows keeps its `parent`
    and gets a position beside it. `version` counts every change: a decision names the version that it judged.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+", verbose_name=_("publication"))
    article = models.ForeignKey(Article, models.PROTECT, related_name="comments", verbose_name=_("article"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies", verbose_name=_("reply to"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMMENT)
    position = models.CharField(max_length=STEP_CHARACTERS * MAX_DEPTH)
    position_newest = models.CharField(max_length=STEP_CHARACTERS * MAX_DEPTH)

    pseudonym = models.CharField(_("pseudonym"), max_length=MAX_PSEUDONYM_CHARACTERS)
    email = models.EmailField(_("e-mail"), blank=True)  # in lower case; never shown to readers
    text = models.TextField(_("text"))
    url = models.URLField(_("address"), max_length=500, blank=True)  # of a pingback
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("staff")
    )
    notify = models.BooleanField(_("wants to know of replies"), default=False)

    status = models.CharField(_("status"), max_length=10, choices=Status)
    reviewed = models.BooleanField(_("seen by a moderator"), default=False)
    featured = models.BooleanField(_("featured"), default=False)
    rule = models.CharField(_("rule"), max_length=20, blank=True)  # of screening, that gave the status
    matched = models.CharField(_("what it matched"), max_length=300, blank=True)

    source = models.CharField(_("source"), max_length=32, blank=True, editable=False)  # keyed hash of the network
    # Keyed hash of the e-mail that went when its author deleted it.
    author_key = models.CharField(max_length=32, blank=True, editable=False, db_index=True)
    # Digest of the form's token: a form posts one comment, however often it is sent. NULL for what no form posted.
    form_key = models.CharField(max_length=32, null=True, unique=True, editable=False)  # noqa: DJ001 (unique where there)
    digest = models.CharField(max_length=32, editable=False)  # of the folded text: finds the same words again
    search_key = models.TextField(editable=False)  # pseudonym and text, folded: the desk's search needs no accents
    took = models.FloatField(_("seconds it took to write"), null=True)
    posted_at = models.DateTimeField(_("posted"))
    edited_at = models.DateTimeField(_("edited by its author"), null=True)
    version = models.PositiveIntegerField(default=1)
    imported_from = models.CharField(max_length=400, null=True, editable=False)  # noqa: DJ001 (unique where there)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.UniqueConstraint(fields=["article", "position"], name="comment_position_once"),
            models.UniqueConstraint(fields=["publication", "imported_from"], name="comment_imported_once"),
        ]
        indexes = [
            # A thread as readers page through it, in either order.
            models.Index("article", "position", condition=VISIBLE, name="thread_oldest"),
            models.Index("article", "position_newest", condition=VISIBLE, name="thread_newest"),
            models.Index("article", condition=Q(featured=True), name="thread_featured"),
            # The moderators' queues.
            models.Index("publication", "status", "id", name="comment_queue"),
            # Its condition has no value that a query gives: SQLite cannot tell that those are the same.
            models.Index("publication", "status", "id", condition=Q(reviewed=False), name="comment_new"),
            # The queries of screening.
            models.Index("publication", "posted_at", name="comment_by_time"),
            # Of all rows, and with the time: SQLite uses no index of those that have a source for "source IN (?)", and
            # without statistics it prefers one by time to one by e-mail alone.
            models.Index("source", "posted_at", name="comment_by_source"),
            models.Index("email", "publication", "posted_at", name="comment_by_email"),
            models.Index("publication", "digest", "posted_at", name="comment_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.pseudonym}: {self.text[:60]}"

    @property
    def is_visible(self) -> bool:
        """Whether readers see it: the condition of visible(), for a row at hand."""
        return self.status == Status.APPROVED and self.kind == Kind.COMMENT

    @property
    def own_words(self) -> str:
        """Its text without the lines that it quotes, on one line: for excerpts."""
        return " ".join(line for line in self.text.split("\n") if not line.startswith(">")).strip()

    @property
    def permalink(self) -> str:
        """Its path on its article's own site: permanent, whatever becomes of the article's."""
        return reverse("comment", args=[self.pk])

    def get_absolute_url(self) -> str:
        return self.publication.origin + self.permalink

    @property
    def level(self) -> int:
        """How deep in its thread it is shown: 0 for what answers the article itself."""
        return len(self.position) // STEP_CHARACTERS - 1

    @property
    def steps_above(self) -> list[str]:
        """The positions of the comments under which it is shown, from the top of the thread."""
        return [self.position[:end] for end in range(STEP_CHARACTERS, len(self.position), STEP_CHARACTERS)]

    def set_position(self, under: "Comment | None", depth: int) -> None:
        """Set its parent, and its position: below the parent, or beside it where `depth` levels reach no deeper.

        Its `posted_at` must be set. Saves nothing.
        """
        self.parent = under
        above = under.position[: STEP_CHARACTERS * (min(depth, MAX_DEPTH) - 1)] if under else ""
        step = _base36(int(self.posted_at.timestamp() * 1_000_000), 11) + _base36(secrets.randbelow(36**6), 6)
        self.position = above + step
        first, rest = self.position[:STEP_CHARACTERS], self.position[STEP_CHARACTERS:]
        self.position_newest = _mirrored(first) + rest

    def set_text(self, clean_text: str) -> None:
        """Set its text, and its digest and search key, which follow from it and from its pseudonym. Saves nothing."""
        self.text = clean_text
        self.digest = text.digest(clean_text)
        self.search_key = fold(f"{self.pseudonym} {clean_text}")

    def may_be_changed_until(self, minutes: int) -> dt.datetime:
        """Return the time until which its author may edit or delete it, `minutes` after the posting."""
        return self.posted_at + dt.timedelta(minutes=minutes)

    def belongs_to(self, user: Any) -> bool:
        """Return whether it is a person's own, for permissions.may: they wrote it as staff."""
        return bool(self.staff_id == user.pk)
