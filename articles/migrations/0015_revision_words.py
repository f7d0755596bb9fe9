"""A version of an article is called a revision everywhere, like its model: labels alone change."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0014_image_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='verb',
            field=models.CharField(choices=[('article.created', 'begun'), ('article.saved', 'saved'), ('article.restored', 'an old revision taken up again'), ('article.submitted', 'sent for review'), ('article.taken_back', 'taken back from review'), ('article.changes_requested', 'sent back'), ('article.approved', 'approved'), ('article.published', 'published'), ('article.scheduled', 'scheduled'), ('article.unscheduled', 'taken off the schedule'), ('article.rescheduled', 'given another hour'), ('article.change_scheduled', 'change scheduled'), ('article.change_unscheduled', 'change taken off the schedule'), ('article.withdrawal_scheduled', 'withdrawal scheduled'), ('article.withdrawal_cancelled', 'withdrawal called off'), ('article.embargoed', 'put under embargo'), ('article.embargo_lifted', 'freed of its embargo'), ('article.assigned', 'assigned'), ('article.shared', 'shown outside by a link'), ('article.link_revoked', 'link revoked'), ('article.pinned', 'pinned to the head of a page'), ('article.unpinned', 'unpinned'), ('article.difference_hidden', 'a difference hidden from readers'), ('article.difference_shown', 'a difference shown to readers'), ('article.read', 'read after publication'), ('article.withdrawn', 'withdrawn'), ('article.reinstated', 'put back online'), ('article.placed', 'placed on a sister site'), ('article.unplaced', 'taken off a sister site'), ('article.expunged', 'expunged'), ('tag.merged', 'tags merged')], max_length=40, verbose_name='what'),
        ),
        migrations.AlterField(
            model_name='previewlink',
            name='revision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.revision', verbose_name='revision'),
        ),
    ]
