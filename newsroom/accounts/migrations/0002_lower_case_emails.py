"""E-mails of accounts in lower case: signing in looks them up so."""

from typing import Any

from django.db import migrations
from django.db.models.functions import Lower


def to_lower_case(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "User").objects.update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(to_lower_case, migrations.RunPython.noop)]
