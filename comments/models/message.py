"""Messages of readers to the desk, the log of each, and replies that were published by right under an article."""

import datetime as dt
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models import Article, Revision
from comments import text
from comments.states import OPEN_STATES, STEPS, MessageState, MessageVerb, Subject
from newsroom.lib.text import fold
from newsroom.publications.models import Publication

MAX_NAME_CHARACTERS = 80
MAX_MESSAGE_CHARACTERS = 10_000
TO_REPLY_WITHIN = dt.timedelta(days=3)  # loi du 29 juillet 1881, art. 13; loi 2004-575, art. 1-1 III
OPEN = Q(closed_at__isnull=True)  # as OPEN_STATES say: an index with values in its condition is none to SQLite


class MessageQuerySet(models.QuerySet["Message"]):
    def open(self) -> Self:
        """Return those that wait for somebody: to be checked, new, or taken."""
        return self.filter(OPEN)

    def overdue(self, now: dt.datetime) -> Self:
        """Return the open requests of a right of reply whose three days are over."""
        return self.open().filter(subject=Subject.REPLY, posted_at__lte=now - TO_REPLY_WITHIN)


class Message(models.Model):
    """What a reader wrote to the desk. Written by comments/actions/ only; the row is never deleted.

    The sender's name, e-mail and source go after a period (`forgotten_at`). `version` counts what was done to it: an
    act names the version that its page showed.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+", verbose_name=_("publication"))
    subject = models.CharField(_("subject"), max_length=12, choices=Subject)
    article = models.ForeignKey(Article, models.PROTECT, null=True, related_name="messages", verbose_name=_("article"))
    page = models.CharField(_("page"), max_length=500, blank=True)  # the path that the sender named
    name = models.CharField(_("name"), max_length=MAX_NAME_CHARACTERS, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)  # in lower case
    text = models.TextField(_("text"))

    state = models.CharField(_("state"), max_length=10, choices=MessageState)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken by")
    )
    rule = models.CharField(_("rule"), max_length=20, blank=True)  # of screening, that has it checked first
    matched = models.CharField(_("what it matched"), max_length=300, blank=True)
    awaits_correction = models.BooleanField(default=False)  # the next correction of its article closes it
    thanks = models.BooleanField(default=False)  # and thanks its sender
    correction = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+", verbose_name=_("correction"))

    source = models.CharField(max_length=32, blank=True, editable=False)  # keyed hash of the network
    digest = models.CharField(max_length=32, editable=False)
    search_key = models.TextField(editable=False)  # name and text, folded
    form_key = models.CharField(max_length=32, null=True, unique=True, editable=False)  # noqa: DJ001 (unique where there)
    is_told = models.BooleanField(default=False)  # the people whom it concerns were mailed when it came
    posted_at = models.DateTimeField(_("sent"))
    closed_at = models.DateTimeField(_("closed"), null=True)  # NULL in OPEN_STATES, and in no other
    forgotten_at = models.DateTimeField(_("sender forgotten"), null=True)
    version = models.PositiveIntegerField(default=1)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages of readers")
        ordering = ["-id"]
        indexes = [
            models.Index("publication", models.F("id").desc(), name="message_list"),
            models.Index("publication", "posted_at", condition=OPEN, name="message_open"),
            models.Index("publication", "posted_at", name="message_by_time"),
            models.Index("source", "posted_at", name="message_by_source"),
            models.Index("email", name="message_by_email"),
            models.Index("publication", "digest", "posted_at", name="message_by_words"),
            models.Index("publication", "posted_at", condition=Q(forgotten_at__isnull=True), name="message_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()} #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody: the condition of open(), for a row at hand."""
        return self.state in OPEN_STATES

    @property
    def due_at(self) -> dt.datetime | None:
        """The time by which a right of reply is to be published; None for other subjects."""
        return self.posted_at + TO_REPLY_WITHIN if self.subject == Subject.REPLY else None

    @property
    def page_url(self) -> str:
        """The whole address of the page that it is about; "" for none. An article's is the one that it has now."""
        if self.article and self.article.path:
            return self.article.get_absolute_url()
        return self.publication.origin + self.page if self.page else ""

    def path_at_desk(self) -> str:
        """Return the path of its page at the desk."""
        return reverse("admin:comments_message_change", args=[self.pk])

    def allows(self, verb: MessageVerb) -> bool:
        """Return whether its state lets this be done to it. Rights are not considered."""
        return self.state in STEPS[verb][0]

    def set_text(self, clean_text: str) -> None:
        """Set its text, and its digest and search key, which follow from it and from its name. Saves nothing."""
        self.text = clean_text
        self.digest = text.digest(clean_text)
        self.search_key = fold(f"{self.name} {clean_text}")

    def belongs_to(self, user: Any) -> bool:
        """Return whether it is a person's own, for permissions.may: given to them, or about an article of theirs."""
        return self.assigned_to_id == user.pk or bool(self.article and self.article.belongs_to(user))


class MessageEvent(models.Model):
    """One act on a message. Rows are added and never changed, but to take a sender's data out of their words."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="events")
    verb = models.CharField(_("what"), max_length=12, choices=MessageVerb)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    from_state = models.CharField(_("from"), max_length=10, choices=MessageState, blank=True)
    to_state = models.CharField(_("to"), max_length=10, choices=MessageState)
    words = models.TextField(_("words"), blank=True)  # a note, a reason, an answer as it was mailed
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("act on a message")
        verbose_name_plural = _("acts on messages")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.get_verb_display()


class RightOfReply(models.Model):
    """A reply that a publisher published by right under an article: there as long as the article is.

    Nothing of it is edited; a publisher may take it down, and says why in the message's log.
    """

    message = models.OneToOneField(Message, models.PROTECT, related_name="published_reply", verbose_name=_("message"))
    article = models.ForeignKey(Article, models.PROTECT, related_name="rights_of_reply", verbose_name=_("article"))
    signature = models.CharField(_("signature"), max_length=160)  # as readers see it: who replies
    text = models.TextField(_("text"))
    published_at = models.DateTimeField(pgettext_lazy("reply", "published"))
    taken_down_at = models.DateTimeField(_("taken down"), null=True)

    class Meta:
        verbose_name = _("right of reply")
        verbose_name_plural = _("rights of reply")
        ordering = ["published_at", "id"]
        indexes = [
            models.Index(
                "article", "published_at", condition=Q(taken_down_at__isnull=True), name="replies_of_an_article"
            )
        ]

    def __str__(self) -> str:
        return self.signature
