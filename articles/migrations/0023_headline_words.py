import re
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from newsroom.lib.text import fold

BATCH = 1_000


def words_so_far(apps: Any, schema_editor: Any) -> None:
    """Write the words of every headline, as articles/models/headline_word.py does."""
    words = apps.get_model("articles", "HeadlineWord").objects
    rows = apps.get_model("articles", "Article").objects.order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last).values_list("pk", "publication_id", "desk_headline")[:BATCH]):
        words.bulk_create(
            words.model(article_id=pk, publication_id=publication, word=word.encode())
            for pk, publication, headline in batch
            for word in {word[:40] for word in re.findall(r"\w+", fold(headline))}
        )
        last = batch[-1][0]


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0022_sitemap_blocks"),
        ("publications", "0007_alphabetical_sections"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeadlineWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.BinaryField(max_length=160)),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="headline_words",
                        to="articles.article",
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="publications.publication",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("publication"),
                        models.F("word"),
                        models.OrderBy(models.F("article"), descending=True),
                        name="headline_search",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("article", "word"), name="headline_word_once")],
            },
        ),
        migrations.RunPython(words_so_far, migrations.RunPython.noop),
    ]
