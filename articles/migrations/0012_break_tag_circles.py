"""Tags that were merged into each other, before merges locked both, are led out of their circle: one of them is free."""

from typing import Any

from django.db import migrations


def break_circles(apps: Any, schema_editor: Any) -> None:
    tags = apps.get_model("articles", "Tag").objects.using(schema_editor.connection.alias)
    merged_into = dict(tags.exclude(merged_into=None).values_list("pk", "merged_into"))
    for start in sorted(merged_into):
        path, tag = [], start
        while tag in merged_into and tag not in path:
            path.append(tag)
            tag = merged_into[tag]
        if tag in path:
            kept = min(path[path.index(tag) :])
            tags.filter(pk=kept).update(merged_into=None)
            del merged_into[kept]


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_revision_images")]

    operations = [migrations.RunPython(break_circles, migrations.RunPython.noop)]
