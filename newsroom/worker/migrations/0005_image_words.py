"""Tasks that wait in the queue follow their function, whose module was renamed: the queue names it by its path."""

from typing import Any

from django.db import migrations

OLD, NEW = "articles.partners.pictures.fetch_pictures_of_feed", "articles.partners.images.fetch_images_of_feed"


def _rename(apps: Any, old: str, new: str) -> None:
    apps.get_model("django_tasks_database", "DBTaskResult").objects.filter(task_path=old).update(task_path=new)


def forward(apps: Any, schema_editor: Any) -> None:
    _rename(apps, OLD, NEW)


def backward(apps: Any, schema_editor: Any) -> None:
    _rename(apps, NEW, OLD)


class Migration(migrations.Migration):
    dependencies = [("worker", "0004_moments")]

    operations = [migrations.RunPython(forward, backward)]
