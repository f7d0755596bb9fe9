"""Statuses of comments, modes of threads, decisions of moderators, grounds of reports; of messages: pure data."""

from collections.abc import Mapping

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


class Subject(TextChoices):
    """What a reader's message to the desk is about."""

    REPLY = "reply", _("right of reply")
    CORRECTION = "correction", _("a mistake in an article")
    GENERAL = "general", _("something else")


class MessageState(TextChoices):
    """What has become of a message so far. Messages are never deleted."""

    HELD = "held", _("to check")  # a rule of screening found something: a person looks before anybody answers
    NEW = "new", pgettext_lazy("message", "new")
    TAKEN = "taken", pgettext_lazy("message", "taken")
    DONE = "done", pgettext_lazy("message", "done")
    REFUSED = "refused", pgettext_lazy("message", "refused")
    SPAM = "spam", _("spam")


OPEN_STATES = (MessageState.HELD, MessageState.NEW, MessageState.TAKEN)
CLOSED_STATES = (MessageState.DONE, MessageState.REFUSED, MessageState.SPAM)


class MessageVerb(TextChoices):
    """What was done to a message, as its log has it. A verb that is in a log is never renamed."""

    RECEIVED = "received", pgettext_lazy("message", "received")
    TAKEN = "taken", pgettext_lazy("message", "taken")
    GIVEN = "given", pgettext_lazy("message", "given to a colleague")
    SORTED = "sorted", pgettext_lazy("message", "put under another subject")
    NOTED = "noted", pgettext_lazy("message", "note")
    ANSWERED = "answered", pgettext_lazy("message", "answered by mail")
    CORRECTING = "correcting", pgettext_lazy("message", "correction begun")
    CORRECTED = "corrected", pgettext_lazy("message", "closed by a correction")
    CLOSED = "closed", pgettext_lazy("message", "closed")
    REFUSED = "refused", pgettext_lazy("message", "refused")
    SPAM = "spam", pgettext_lazy("message", "marked as spam")
    REOPENED = "reopened", pgettext_lazy("message", "opened again")
    INSERTED = "inserted", pgettext_lazy("message", "published under its article")
    TAKEN_DOWN = "taken_down", pgettext_lazy("message", "its reply taken down")
    FORGOTTEN = "forgotten", pgettext_lazy("message", "its sender forgotten")


# From which states a message can be brought by each verb, and to which: None leaves it where it is.
STEPS: Mapping[MessageVerb, tuple[tuple[MessageState, ...], MessageState | None]] = {
    MessageVerb.TAKEN: (OPEN_STATES, MessageState.TAKEN),
    MessageVerb.GIVEN: (OPEN_STATES, MessageState.TAKEN),
    MessageVerb.SORTED: (OPEN_STATES, None),
    MessageVerb.NOTED: (tuple(MessageState), None),
    MessageVerb.ANSWERED: ((*OPEN_STATES, MessageState.DONE, MessageState.REFUSED), None),
    MessageVerb.CORRECTING: (OPEN_STATES, MessageState.TAKEN),
    MessageVerb.CORRECTED: (OPEN_STATES, MessageState.DONE),
    MessageVerb.CLOSED: (OPEN_STATES, MessageState.DONE),
    MessageVerb.REFUSED: (OPEN_STATES, MessageState.REFUSED),
    MessageVerb.SPAM: (OPEN_STATES, MessageState.SPAM),
    MessageVerb.REOPENED: (CLOSED_STATES, MessageState.NEW),
    MessageVerb.INSERTED: (OPEN_STATES, MessageState.DONE),
    MessageVerb.TAKEN_DOWN: (tuple(MessageState), None),
}
