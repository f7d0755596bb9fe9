"""Which revision shows which image: a table, in the place of searches through bodies."""

from collections.abc import Iterator
from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from newsroom.lib.batches import batched

BATCH = 2000


def fill(apps: Any, schema_editor: Any) -> None:
    link = apps.get_model("articles", "RevisionImage")
    known = set(apps.get_model("articles", "Image").objects.values_list("pk", flat=True))

    def links() -> Iterator[Any]:
        rows = apps.get_model("articles", "Revision").objects.values_list("pk", "lead_image", "image_ids")
        for pk, lead, in_body in rows.iterator(chunk_size=BATCH):
            for image in {lead, *in_body} & known:
                yield link(revision_id=pk, image_id=image)

    for rows in batched(links(), BATCH):
        link.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_desk_columns")]

    operations = [
        migrations.CreateModel(
            name="RevisionImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revision_links",
                        to="articles.image",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="image_links",
                        to="articles.revision",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("image", "revision"), name="image_once_in_a_revision")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
