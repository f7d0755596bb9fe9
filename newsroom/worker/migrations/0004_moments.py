"""Tasks that wait in the queue get the new name of an argument: the moment at which readers get a revision or lose it."""

from typing import Any

from django.db import migrations

TASKS = (
    "articles.actions.notifications.notify_published",
    "articles.actions.notifications.notify_withdrawn",
)


def _rename(apps: Any, old: str, new: str) -> None:
    results = apps.get_model("django_tasks_database", "DBTaskResult").objects
    for row in results.filter(task_path__in=TASKS).iterator():
        arguments = row.args_kwargs.get("kwargs", {})
        if old in arguments:
            arguments[new] = arguments.pop(old)
            row.save(update_fields=["args_kwargs"])


def forward(apps: Any, schema_editor: Any) -> None:
    _rename(apps, "hour", "moment")


def backward(apps: Any, schema_editor: Any) -> None:
    _rename(apps, "moment", "hour")


class Migration(migrations.Migration):
    dependencies = [("worker", "0003_plain_words")]

    operations = [migrations.RunPython(forward, backward)]
