import datetime as dt
import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments import text
from comments.states import Status
from newsroom.lib.text import fold
from newsroom.publications.models import Publication

DEEPEST = 5  # levels of a thread that are shown as such, whatever a publication sets
STEP = 17  # characters of a level in a comment's place
SHOWN = Q(status="approved", kind="comment")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Kind(models.TextChoices):
    COMMENT = "comment", _("comment")
    PINGBACK = "pingback", _("pingback")  # another site that links here; counted apart, never in the thread


def _base36(number: int, width: int) -> str:
    digits = ""
    for _place in range(width):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _mirrored(step: str) -> str:
    """The step that sorts where the mirror image of `step` would: newest first, by an index that ascends."""
    return "".join(_DIGITS[35 - _DIGITS.index(digit)] for digit in step)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible(self) -> Self:
        """The only rule of what readers see in threads, and of what counts."""
        return self.filter(status=Status.APPROVED, kind=Kind.COMMENT)

    def new(self) -> Self:
        """What readers see and no moderator has looked at yet."""
        return self.filter(status=Status.APPROVED, reviewed=False, kind=Kind.COMMENT)

    def held(self) -> Self:
        """What waits for a moderator before readers see it."""
        return self.filter(status=Status.HELD)


class Comment(models.Model):
    """What a reader wrote under an article. Written by posting.py, moderation.py and privacy.py only; never deleted.

    `place` orders a thread: a step a level, each the moment of posting and a random end, so that a reply sorts after
    its parent and before the parent's next sibling. What is deeper than a thread shows keeps its `parent` and takes a
    place beside it. `version` counts every change: a decision names the version that it judged.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+", verbose_name=_("publication"))
    article = models.ForeignKey(Article, models.PROTECT, related_name="comments", verbose_name=_("article"))
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies", verbose_name=_("reply to"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMMENT)
    place = models.CharField(max_length=STEP * DEEPEST)
    place_newest = models.CharField(max_length=STEP * DEEPEST)

    pseudonym = models.CharField(_("pseudonym"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)  # in lower case; never shown to readers
    text = models.TextField(_("text"))
    url = models.URLField(_("address"), max_length=500, blank=True)  # of a pingback
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("of the house")
    )
    notify = models.BooleanField(_("wants to know of replies"), default=False)

    status = models.CharField(_("status"), max_length=10, choices=Status)
    reviewed = models.BooleanField(_("seen by a moderator"), default=False)
    featured = models.BooleanField(_("featured"), default=False)
    rule = models.CharField(_("rule"), max_length=20, blank=True)  # of screening, that said so
    matched = models.CharField(_("what it matched"), max_length=300, blank=True)

    source = models.CharField(_("source"), max_length=32, blank=True, editable=False)  # keyed hash of an address
    author_key = models.CharField(max_length=32, blank=True, editable=False, db_index=True)  # of whose e-mail is gone
    digest = models.CharField(max_length=32, editable=False)  # of the folded text: the same words again
    search_key = models.TextField(editable=False)  # who and what, folded: the desk's search needs no accents
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
            models.UniqueConstraint(fields=["article", "place"], name="place_once"),
            models.UniqueConstraint(fields=["publication", "imported_from"], name="comment_imported_once"),
        ]
        indexes = [
            # A thread as readers page through it, either way round.
            models.Index("article", "place", condition=SHOWN, name="thread_oldest"),
            models.Index("article", "place_newest", condition=SHOWN, name="thread_newest"),
            models.Index("article", condition=Q(featured=True), name="thread_featured"),
            # The queues.
            models.Index("publication", "status", "id", name="comment_queue"),
            models.Index("publication", "id", condition=Q(status="approved", reviewed=False), name="comment_new"),
            # What screening asks.
            models.Index("publication", "posted_at", name="comment_by_hour"),
            models.Index("source", "posted_at", condition=~Q(source=""), name="comment_by_source"),
            models.Index("email", "publication", "status", condition=~Q(email=""), name="comment_by_email"),
            models.Index("publication", "digest", "posted_at", name="comment_by_words"),
        ]

    def __str__(self) -> str:
        return f"{self.pseudonym}: {self.text[:60]}"

    @property
    def is_visible(self) -> bool:
        """The rule of visible(), for a row at hand."""
        return self.status == Status.APPROVED and self.kind == Kind.COMMENT

    @property
    def own_words(self) -> str:
        """Its text without what it quotes, on one line: for excerpts."""
        return " ".join(line for line in self.text.split("\n") if not line.startswith(">")).strip()

    @property
    def permalink(self) -> str:
        """Its address on its article's own site; it survives whatever the article's becomes."""
        return f"/c/{self.pk}/"

    def get_absolute_url(self) -> str:
        return self.publication.origin + self.permalink

    @property
    def level(self) -> int:
        """How deep in its thread it is shown, 0 for what answers the article itself."""
        return len(self.place) // STEP - 1

    @property
    def steps_above(self) -> list[str]:
        """The places of the comments under which it is shown, the first of the thread first."""
        return [self.place[:end] for end in range(STEP, len(self.place), STEP)]

    def set_place(self, under: "Comment | None", depth: int) -> None:
        """Sets its place below another comment, or beside it where that is as deep as `depth` levels go."""
        self.parent = under
        above = under.place[: STEP * (min(depth, DEEPEST) - 1)] if under else ""
        step = _base36(int(self.posted_at.timestamp() * 1_000_000), 11) + _base36(secrets.randbelow(36**6), 6)
        self.place = above + step
        first, rest = self.place[:STEP], self.place[STEP:]
        self.place_newest = _mirrored(first) + rest

    def set_text(self, words: str) -> None:
        """Sets its text, already clean, with all that follows from it."""
        self.text = words
        self.digest = text.digest(words)
        self.search_key = fold(f"{self.pseudonym} {words}")

    def may_be_changed_until(self, minutes: int) -> dt.datetime:
        """Until when its author may edit or delete it."""
        return self.posted_at + dt.timedelta(minutes=minutes)

    def belongs_to(self, user: Any) -> bool:
        return bool(self.staff_id == user.pk)
