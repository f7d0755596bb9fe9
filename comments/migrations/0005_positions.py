"""A comment's place in its thread is its position, and an index says time for what was called an hour."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

VISIBLE = models.Q(("kind", "comment"), ("status", "approved"))


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0004_rules_by_language"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # RenameField does not rename a field inside indexes and constraints.
        migrations.RemoveIndex(model_name="comment", name="thread_oldest"),
        migrations.RemoveIndex(model_name="comment", name="thread_newest"),
        migrations.RemoveConstraint(model_name="comment", name="place_once"),
        migrations.RenameField(model_name="comment", old_name="place", new_name="position"),
        migrations.RenameField(model_name="comment", old_name="place_newest", new_name="position_newest"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(models.F("article"), models.F("position"), condition=VISIBLE, name="thread_oldest"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                models.F("article"), models.F("position_newest"), condition=VISIBLE, name="thread_newest"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(fields=("article", "position"), name="comment_position_once"),
        ),
        migrations.RenameIndex(model_name="comment", old_name="comment_by_hour", new_name="comment_by_time"),
        migrations.AlterField(
            model_name='comment',
            name='staff',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='staff'),
        ),
        migrations.AlterField(
            model_name='commentsettings',
            name='privacy_notice',
            field=models.TextField(blank=True, help_text='Empty: the standard one, from these settings.', max_length=3000, verbose_name='privacy notice'),
        ),
        migrations.AlterField(
            model_name='commentsettings',
            name='rules',
            field=models.TextField(default='', help_text='One a line; readers see them beside the form.', max_length=5000, verbose_name='posted rules'),
        ),
        migrations.AlterField(
            model_name='report',
            name='ground',
            field=models.CharField(choices=[('hate', 'hate or discrimination'), ('insult', 'insult, defamation'), ('threat', 'threat, incitement to violence'), ('privacy', 'private data of somebody'), ('minors', 'harm to minors'), ('copyright', 'copyright, counterfeiting'), ('advertising', 'advertising, fraud'), ('rules', 'against this site’s posted rules'), ('other', 'something else')], max_length=20, verbose_name='reason'),
        ),
    ]
