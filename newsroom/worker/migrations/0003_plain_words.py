"""Idempotency keys get their standard name; tasks that wait in the queue, and recurring jobs, follow what they run."""

from typing import Any

from django.db import migrations

# Where a task's function was, and where it is now: the queue names it by its path.
TASKS = {
    "articles.effects.tell_published": "articles.actions.notifications.notify_published",
    "articles.effects.tell_withdrawn": "articles.actions.notifications.notify_withdrawn",
    "articles.jobs.fold_due_stories": "articles.jobs.apply_due_changes",
    "articles.partners.pictures.bring_pictures": "articles.partners.pictures.fetch_pictures_of_feed",
    "articles.jobs.finish_expunging": "articles.actions.expunging.finish_expungings",
    "comments.effects.ask_to_confirm": "comments.actions.notifications.ask_to_confirm",
    "comments.effects.tell_reply": "comments.actions.notifications.notify_reply",
    "comments.effects.tell_reasons": "comments.actions.notifications.notify_reasons",
    "comments.effects.tell_decision": "comments.actions.notifications.notify_decision",
    "comments.jobs.empty_the_vault": "comments.jobs.destroy_expired_sources",
    "comments.jobs.tell_moderators": "comments.jobs.notify_moderators",
    "comments.moderation.go_on": "comments.actions.moderation.continue_batch",
    "newsroom.worker.jobs.forget_the_old": "newsroom.worker.jobs.delete_old_rows",
}
JOBS = {"fold due stories": "apply due changes", "forget the old": "delete old rows"}


def _rename(apps: Any, tasks: dict[str, str], jobs: dict[str, str]) -> None:
    results = apps.get_model("django_tasks_database", "DBTaskResult").objects
    for old, new in tasks.items():
        results.filter(task_path=old).update(task_path=new)
    recurring = apps.get_model("worker", "Recurring").objects
    for old, new in jobs.items():  # the name is the key: a row of the new name may be there already
        if not recurring.filter(name=new).exists():
            recurring.filter(name=old).update(name=new)


def forward(apps: Any, schema_editor: Any) -> None:
    _rename(apps, TASKS, JOBS)


def backward(apps: Any, schema_editor: Any) -> None:
    _rename(apps, {new: old for old, new in TASKS.items()}, {new: old for old, new in JOBS.items()})


class Migration(migrations.Migration):
    dependencies = [("worker", "0002_unsubscribe"), ("django_tasks_database", "0021_conditional_partial_index_ordering")]

    operations = [
        migrations.RenameModel("Done", "IdempotencyKey"),
        migrations.RunPython(forward, backward),
    ]
