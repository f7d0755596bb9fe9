"""Stages and kinds of a story, and the words in which a door says no. Pure data."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """Where the desk's work on a story stands. Whether readers see it is another question: `live(now)`."""

    DRAFT = "draft", _("draft")  # something is being written that readers don't have
    PUBLISHED = "published", _("nothing in work")  # readers have all there is


class Kind(TextChoices):
    """What sort of piece a revision is."""

    NEWS = "news", _("news")
    REVIEW = "review", _("review")
    LIVE = "live", _("live coverage")
    DEAL = "deal", _("deal")
    PAGE = "page", _("static page")
    SPONSORED = "sponsored", _("sponsored")


@dataclass(frozen=True)
class Finding:
    """What a check found in a story. An error blocks publication here; an imported story only records it."""

    rule: str
    message: str
    blocks: bool = True


class Refused(Exception):
    """A door did not open: the story is as it was. `findings` name each rule that stood in the way."""

    def __init__(self, findings: Sequence[Finding]):
        self.findings = list(findings)
        super().__init__(" ".join(finding.message for finding in self.findings))


class Conflict(Refused):
    """Somebody else saved the story since this person opened it. `newest` is the id of the version that stands."""

    def __init__(self, findings: Sequence[Finding], newest: int | None = None):
        super().__init__(findings)
        self.newest = newest
