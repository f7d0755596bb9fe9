"""The working version's columns say that they are the desk's; the kind that readers have gets a column of its own."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery


def fill_live_kind(apps: Any, schema_editor: Any) -> None:
    revisions = apps.get_model("articles", "Revision").objects.filter(pk=OuterRef("live"))
    published = apps.get_model("articles", "Article").objects.filter(live__isnull=False)
    published.update(live_kind=Subquery(revisions.values("kind")[:1]))


def _desk_index(name: str, column: str) -> models.Index:
    return models.Index("publication", column, F("saved_at").desc(), F("id").desc(), name=name)


class Migration(migrations.Migration):
    dependencies = [("articles", "0009_plain_words")]

    operations = [
        # what names a column that is about to be renamed
        migrations.RemoveIndex("article", "desk_by_section"),
        migrations.RemoveIndex("article", "desk_by_author"),
        migrations.RemoveIndex("article", "desk_by_kind"),
        migrations.RemoveIndex("article", "footer_list"),
        migrations.RenameField("article", "kind", "desk_kind"),
        migrations.RenameField("article", "headline", "desk_headline"),
        migrations.RenameField("article", "headline_key", "desk_headline_key"),
        migrations.RenameField("article", "section", "desk_section"),
        migrations.RenameField("article", "first_author", "desk_first_author"),
        migrations.AddField(
            "article",
            "live_kind",
            models.CharField(
                blank=True,
                choices=[
                    ("news", "news"),
                    ("review", "review"),
                    ("live", "live coverage"),
                    ("deal", "deal"),
                    ("page", "static page"),
                    ("sponsored", "sponsored"),
                ],
                default="",
                editable=False,
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddIndex("article", _desk_index("desk_by_section", "desk_section")),
        migrations.AddIndex("article", _desk_index("desk_by_author", "desk_first_author")),
        migrations.AddIndex("article", _desk_index("desk_by_kind", "desk_kind")),
        migrations.AddIndex("article", models.Index("publication", "live_kind", "published_at", name="footer_list")),
        migrations.RunPython(fill_live_kind, migrations.RunPython.noop),
        migrations.AddConstraint(
            "article",
            models.CheckConstraint(
                condition=models.Q(("live__isnull", True), ("live_kind", ""))
                | models.Q(("live__isnull", False), models.Q(("live_kind", ""), _negated=True)),
                name="live_has_its_kind",
            ),
        ),
    ]
