"""A picture is called an image everywhere, like its model. Every row stays where it is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_areas_and_times")]

    operations = [
        migrations.RenameField("partnerfeed", "shows_pictures", "shows_images"),
        migrations.RenameField("partneritem", "picture_url", "image_url"),
        migrations.RenameField("partneritem", "picture_digest", "image_digest"),
        migrations.RenameField("partneritem", "picture_width", "image_width"),
        migrations.RenameField("partneritem", "picture_height", "image_height"),
        migrations.RenameField("partneritem", "picture_asked", "image_asked"),
        migrations.AlterModelOptions(
            name='image',
            options={'ordering': ['-id'], 'verbose_name': 'image', 'verbose_name_plural': 'images'},
        ),
        migrations.AlterField(
            model_name='expunging',
            name='what',
            field=models.CharField(choices=[('passage', 'a passage'), ('picture', 'an image')], max_length=20, verbose_name='what'),
        ),
        migrations.AlterField(
            model_name='image',
            name='alt',
            field=models.CharField(blank=True, help_text='What the image shows, for who cannot see it.', max_length=400, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='partnerfeed',
            name='credit',
            field=models.CharField(blank=True, help_text='Stands with their images, after a “©”; needed where these are shown.', max_length=120, verbose_name='credit'),
        ),
        migrations.AlterField(
            model_name='partnerfeed',
            name='shows_images',
            field=models.BooleanField(default=False, help_text='Tick it only if the partner has said so. Images are re-encoded and kept by us.', verbose_name='their licence lets us show their images'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='lead_image',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads', to='articles.image', verbose_name='lead image'),
        ),
    ]
