"""One table of hosts: a publication's own domain is one of them, and no host is anybody else's."""

import django.db.models.deletion
from django.db import migrations, models


def add_own_domains(apps, schema_editor):
    """Add each publication's domain; a sister that had it as an alias loses it."""
    Host = apps.get_model("publications", "Host")
    for publication in apps.get_model("publications", "Publication").objects.all():
        Host.objects.update_or_create(
            domain=publication.domain, defaults={"publication": publication, "redirects": False}
        )


def remove_own_domains(apps, schema_editor):
    apps.get_model("publications", "Host").objects.filter(domain=models.F("publication__domain")).delete()


class Migration(migrations.Migration):
    dependencies = [("publications", "0003_plain_words")]

    operations = [
        migrations.RenameModel("DomainAlias", "Host"),
        migrations.AlterField(
            "host",
            "publication",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="hosts",
                to="publications.publication",
                verbose_name="publication",
            ),
        ),
        migrations.RunPython(add_own_domains, remove_own_domains),
    ]
