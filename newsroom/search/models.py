"""What is found: rows of analysed text, which each database's own full-text index follows by itself (migrations).

Written by the actions of those whose texts they are, in the transaction that changes the text.
"""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Q

# An id is made of 32 bits of seconds since 1970, 29 of the object's id, 2 of the variant: 63, which databases sign.
MAX_SECONDS, MAX_OBJECT = 1 << 32, 1 << 29
VARIANTS = 4  # documents of one object: what is shown now, what is shown later
LAST_ID = (1 << 63) - 1


def document_id(shown_at: dt.datetime, object_id: int, variant: int = 0) -> int:
    """Return the id of a document: later ones have larger ids, so that an index in the order of ids is one in time.

    What is from before 1970, or after 2106, is as of then.
    """
    seconds = min(max(0, int(shown_at.timestamp())), MAX_SECONDS - 1)
    return (seconds * MAX_OBJECT + object_id % MAX_OBJECT) * VARIANTS + variant


def object_of(document: int) -> int:
    """Return the object that a document is of, by the document's id."""
    return document // VARIANTS % MAX_OBJECT


class DocumentQuerySet(models.QuerySet[Any]):
    def shown(self, now: dt.datetime) -> Self:
        """Return the documents that are shown at `now`."""
        return self.filter(shown_from__lte=now).filter(Q(shown_until__isnull=True) | Q(shown_until__gt=now))


class Document(models.Model):
    """The text by which something is found, as stems between spaces (analyser.py), field by field.

    `object_id` names what is found; `facets` are words that filters look for (find.facet). It is shown from
    `shown_from` until `shown_until`.
    """

    id = models.BigIntegerField(primary_key=True)  # document_id(): the newest are the largest
    object_id = models.PositiveBigIntegerField()
    shown_from = models.DateTimeField()
    shown_until = models.DateTimeField(null=True)
    headline = models.TextField()
    standfirst = models.TextField(blank=True)
    names = models.TextField(blank=True)  # of people, tags and the like
    body = models.TextField(blank=True)
    facets = models.TextField()
    spellings = models.TextField(
        blank=True
    )  # the words of headline, standfirst and names as they are written, each once

    objects = DocumentQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.headline


class PublicDocument(Document):
    """What readers find."""

    class Meta:
        indexes = [models.Index(fields=["object_id"], name="found_by_readers")]


class DeskDocument(Document):
    """What the desk finds: drafts too. `former`: words of former versions that this one lacks; they are in `body`."""

    former = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["object_id"], name="found_at_desk")]


class Spelling(models.Model):
    """A word of headlines, standfirsts and names that may be meant by what is typed, with the number of its documents.

    `index` is the table of these: what the desk writes is suggested to no reader. A word is stored as bytes: every
    database compares those alike.
    """

    index = models.CharField(max_length=40)
    word = models.BinaryField(max_length=160)
    documents = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "word"], name="spelling_once")]

    def __str__(self) -> str:
        return bytes(self.word).decode()
