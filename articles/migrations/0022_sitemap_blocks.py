from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

IDS_PER_SITEMAP = 2_000


def changes_so_far(apps: Any, schema_editor: Any) -> None:
    """Record for each block when an article of it last was published, updated or withdrawn."""
    now = timezone.now()
    rows = apps.get_model("articles", "Article").objects.filter(
        live__isnull=False, published_at__lte=now, is_indexable=True
    )
    changed_at: dict[tuple[int, int], Any] = {}
    columns = ("pk", "publication_id", "published_at", "updated_at", "next_at", "withdrawn_at")
    for pk, publication, *times in rows.values_list(*columns).iterator():
        key = publication, pk // IDS_PER_SITEMAP
        last = max(moment for moment in times if moment and moment <= now)
        changed_at[key] = max(last, changed_at.get(key, last))
    blocks = apps.get_model("articles", "SitemapBlock").objects
    blocks.bulk_create(
        blocks.model(publication_id=publication, block=block, changed_at=moment)
        for (publication, block), moment in changed_at.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0021_alphabetical_sections"),
        ("publications", "0007_alphabetical_sections"),
    ]

    operations = [
        migrations.CreateModel(
            name="SitemapBlock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("block", models.PositiveIntegerField()),
                ("changed_at", models.DateTimeField()),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="publications.publication",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("publication", "block"), name="sitemap_block_once"),
                ],
            },
        ),
        migrations.RunPython(changes_so_far, migrations.RunPython.noop),
    ]
