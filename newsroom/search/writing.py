"""Writing documents, in the transaction of the action that changes what they are of."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TypeVar

from django.db import connection
from django.db.models import F, QuerySet

from newsroom.search.models import DeskDocument, Document, PublicDocument, Spelling

AnyDocument = TypeVar("AnyDocument", PublicDocument, DeskDocument)


def replace(model: type[AnyDocument], old: QuerySet[AnyDocument], new: Sequence[AnyDocument]) -> None:
    """Write documents in the place of others, and count their spellings. Up to eight queries."""
    texts = list(old.values_list("spellings", flat=True))
    if texts:
        old.delete()
    removed = [word for text in texts for word in text.split()]
    model._default_manager.bulk_create(new)
    _count(model, [word for document in new for word in document.spellings.split()], removed)


def _count(model: type[Document], added: Collection[str], removed: Collection[str]) -> None:
    """Count words that documents now have, and have no longer. Words that no document has are deleted.

    Up to four queries. Rows are locked in the order of words, so that two at once wait and never block each other.
    """
    changes = Counter(added)
    changes.subtract(removed)
    words = sorted(word.encode() for word, change in changes.items() if change)
    if not words:
        return
    index = model._meta.db_table
    Spelling.objects.bulk_create([Spelling(index=index, word=word) for word in words], ignore_conflicts=True)
    rows = Spelling.objects.filter(index=index, word__in=words).order_by("word")
    if connection.features.has_select_for_update:
        list(rows.select_for_update().values_list("word"))
    for change in sorted(set(changes.values()) - {0}):
        some = [word for word in words if changes[word.decode()] == change]
        Spelling.objects.filter(index=index, word__in=some).update(documents=F("documents") + change)
    if removed:
        Spelling.objects.filter(index=index, word__in=words, documents__lte=0).delete()
