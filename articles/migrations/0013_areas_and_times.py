"""A strip is shown in an area; indexes and constraints say time for what was called an hour."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_break_tag_circles")]

    operations = [
        migrations.RenameField(model_name="cardstrip", old_name="place", new_name="area"),
        migrations.RenameIndex(model_name="article", old_name="desk_by_hour", new_name="desk_by_time"),
        migrations.RenameIndex(model_name="article", old_name="desk_by_next_hour", new_name="desk_by_next_time"),
        migrations.AlterModelOptions(
            name='cardstrip',
            options={'ordering': ['area', 'position', 'pk'], 'verbose_name': 'strip of cards', 'verbose_name_plural': 'strips of cards'},
        ),
        migrations.RemoveConstraint(
            model_name='article',
            name='live_has_hour_and_path',
        ),
        migrations.RemoveConstraint(
            model_name='article',
            name='next_has_hour',
        ),
        migrations.AlterField(
            model_name='cardstrip',
            name='area',
            field=models.CharField(choices=[('home', 'front page'), ('section', 'section pages'), ('beside', 'beside an article'), ('after', 'after an article')], default='home', max_length=10, verbose_name='area'),
        ),
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('article.created', 'begun'), ('article.saved', 'saved'), ('article.restored', 'an old version taken up again'), ('article.submitted', 'sent for review'), ('article.taken_back', 'taken back from review'), ('article.changes_requested', 'sent back'), ('article.approved', 'approved'), ('article.published', 'published'), ('article.scheduled', 'scheduled'), ('article.unscheduled', 'taken off the schedule'), ('article.rescheduled', 'rescheduled'), ('article.change_scheduled', 'change scheduled'), ('article.change_unscheduled', 'change taken off the schedule'), ('article.withdrawal_scheduled', 'withdrawal scheduled'), ('article.withdrawal_cancelled', 'withdrawal called off'), ('article.embargoed', 'put under embargo'), ('article.embargo_lifted', 'freed of its embargo'), ('article.assigned', 'assigned'), ('article.shared', 'shown outside by a link'), ('article.link_revoked', 'link revoked'), ('article.pinned', 'pinned to the head of a page'), ('article.unpinned', 'unpinned'), ('article.difference_hidden', 'a difference hidden from readers'), ('article.difference_shown', 'a difference shown to readers'), ('article.read', 'read after publication'), ('article.withdrawn', 'withdrawn'), ('article.reinstated', 'put back online'), ('article.placed', 'placed on a sister site'), ('article.unplaced', 'taken off a sister site'), ('article.expunged', 'expunged'), ('tag.merged', 'tags merged')], max_length=40, verbose_name='what'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('live__isnull', True), models.Q(('published_at__isnull', False), models.Q(('path', ''), _negated=True)), _connector='OR'), name='live_has_time_and_path'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('next__isnull', True), ('next_at__isnull', True)), models.Q(('next__isnull', False), ('next_at__isnull', False)), _connector='OR'), name='next_has_time'),
        ),
    ]
