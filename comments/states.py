"""Statuses of comments, modes of threads, decisions of moderators, grounds of reports: pure data."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    """The status of a comment. Readers see the approved ones only."""

    APPROVED = "approved", pgettext_lazy("comment", "approved")
    HELD = "held", pgettext_lazy("comment", "held")
    REJECTED = "rejected", pgettext_lazy("comment", "rejected")
    SPAM = "spam", _("spam")
    DELETED = "deleted", _("deleted by its author")
    ERASED = "erased", _("erased at its author’s request")


# No decision changes these: their text is gone.
GONE = (Status.DELETED, Status.ERASED)


class Mode(TextChoices):
    """Who may comment, and when readers see it."""

    OPEN = "open", _("open: published at once, moderated afterwards")
    PREMODERATED = "premoderated", _("premoderated: published once a moderator approved it")
    CLOSED = "closed", _("closed: read, but no longer written")


class Order(TextChoices):
    """In which order a thread is read."""

    NEWEST = "newest", _("newest first")
    OLDEST = "oldest", _("oldest first")


class Decision(TextChoices):
    """What a moderator decides. Each is a batch in the log, and any can be undone."""

    APPROVE = "approve", pgettext_lazy("moderation", "approve")
    REJECT = "reject", pgettext_lazy("moderation", "reject")
    SPAM = "spam", pgettext_lazy("moderation", "spam")
    BLOCK = "block", pgettext_lazy("moderation", "block")  # spam, and its senders are blocked
    HOLD = "hold", pgettext_lazy("moderation", "hold")
    FEATURE = "feature", pgettext_lazy("moderation", "feature")
    UNFEATURE = "unfeature", pgettext_lazy("moderation", "feature no longer")
    UNDO = "undo", pgettext_lazy("moderation", "undo")


# The status that a comment has after a decision.
STATUS_AFTER = {
    Decision.APPROVE: Status.APPROVED,
    Decision.REJECT: Status.REJECTED,
    Decision.SPAM: Status.SPAM,
    Decision.BLOCK: Status.SPAM,
    Decision.HOLD: Status.HELD,
    Decision.FEATURE: Status.APPROVED,
    Decision.UNFEATURE: Status.APPROVED,
}


class Ground(TextChoices):
    """Why readers report (DSA, article 16): what is illegal first, then the site's posted rules."""

    HATE = "hate", _("hate or discrimination")
    INSULT = "insult", _("insult, defamation")
    THREAT = "threat", _("threat, incitement to violence")
    PRIVACY = "privacy", _("private data of somebody")
    MINORS = "minors", _("harm to minors")
    COPYRIGHT = "copyright", _("copyright, counterfeiting")
    SPAM = "advertising", _("advertising, fraud")
    OFF_TOPIC = "rules", _("against this site’s posted rules")
    OTHER = "other", pgettext_lazy("ground", "something else")
