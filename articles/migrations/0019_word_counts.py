"""Marks inside a line no longer part a word in two ("H<sub>2</sub>O"): counts of words and minutes follow."""

from html import escape
from typing import Any

from django.db import migrations

from newsroom.lib.text import count_words, reading_minutes


def count_again(apps: Any, schema_editor: Any) -> None:
    revision_model = apps.get_model("articles", "Revision")
    changed = []
    columns = ("standfirst", "body", "word_count", "reading_minutes")
    for revision in revision_model.objects.only(*columns).iterator(chunk_size=200):
        words = count_words(escape(revision.standfirst)) + count_words(revision.body)
        if words != revision.word_count:
            revision.word_count, revision.reading_minutes = words, reading_minutes(words)
            changed.append(revision)
        if len(changed) == 200:
            revision_model.objects.bulk_update(changed, ["word_count", "reading_minutes"])
            changed = []
    revision_model.objects.bulk_update(changed, ["word_count", "reading_minutes"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0018_unnamed_image")]

    operations = [migrations.RunPython(count_again, migrations.RunPython.noop)]
