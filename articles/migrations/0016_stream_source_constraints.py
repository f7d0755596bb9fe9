"""The constraints of stream sources are named after the model, not after its former name."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0015_revision_words'),
        ('publications', '0003_plain_words'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='streamsource',
            name='section_taken_once',
        ),
        migrations.RemoveConstraint(
            model_name='streamsource',
            name='sister_taken_once',
        ),
        migrations.RemoveConstraint(
            model_name='streamsource',
            name='taken_from_another',
        ),
        migrations.AddConstraint(
            model_name='streamsource',
            constraint=models.UniqueConstraint(fields=('publication', 'section'), name='stream_section_once'),
        ),
        migrations.AddConstraint(
            model_name='streamsource',
            constraint=models.UniqueConstraint(condition=models.Q(('section__isnull', True)), fields=('publication', 'sister'), name='stream_sister_once'),
        ),
        migrations.AddConstraint(
            model_name='streamsource',
            constraint=models.CheckConstraint(condition=models.Q(('publication', models.F('sister')), _negated=True), name='stream_source_is_another'),
        ),
    ]
