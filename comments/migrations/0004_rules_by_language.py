"""The rules that a publication begins with are in its language: the column's default is no text of any.

Settings that still hold the former French default, on a publication in another language, get the English rules.
"""

from django.db import migrations, models

FRENCH = """\
Restez courtois : on discute les idées, on n’attaque pas les personnes.
Ni propos haineux, ni insultes, ni diffamation, ni atteinte à la vie privée : la loi les punit, nous les retirons.
Pas de publicité, pas de liens sans rapport, pas de messages répétés.
Restez dans le sujet de l’article ; pour une coquille ou une erreur, écrivez-nous.
Un seul pseudonyme par personne, et pas celui d’une autre."""
ENGLISH = """\
Stay courteous: discuss ideas, do not attack people.
No hate speech, insults, defamation or invasion of privacy: the law punishes them, and we remove them.
No advertising, no unrelated links, no repeated messages.
Keep to the subject of the article; to point out a typo or an error, write to us.
One pseudonym per person, and not somebody else’s."""


def translate_default_rules(apps, schema_editor):
    rows = apps.get_model("comments", "CommentSettings").objects.using(schema_editor.connection.alias)
    as_stored = (FRENCH, FRENCH.replace("\n", "\r\n"))  # browsers send CRLF: settings that were saved once have it
    rows.filter(rules__in=as_stored).exclude(publication__language__startswith="fr").update(rules=ENGLISH)


class Migration(migrations.Migration):
    dependencies = [("comments", "0003_plain_words")]

    operations = [
        migrations.AlterField(
            model_name="commentsettings",
            name="rules",
            field=models.TextField(
                default="",
                help_text="One a line; readers see them beside the form.",
                max_length=5000,
                verbose_name="rules",
            ),
        ),
        migrations.RunPython(translate_default_rules, migrations.RunPython.noop),
    ]
