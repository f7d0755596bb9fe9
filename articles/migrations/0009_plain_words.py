"""Models and columns take the field's standard names. Every row stays where it is."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


class Migration(migrations.Migration):
    dependencies = [
        ("publications", "0003_plain_words"),
        ("articles", "0008_network_words"),
    ]

    operations = [
        # what names a column that is about to be renamed
        migrations.RemoveConstraint("pick", "pinned_once_on_a_page"),
        migrations.RemoveIndex("pick", "pinned_until"),
        migrations.RenameModel("Block", "FrontPageSlot"),
        migrations.RenameModel("Pick", "Pin"),
        migrations.RenameModel("Strip", "CardStrip"),
        migrations.RenameModel("Taken", "StreamSource"),
        migrations.RenameField("pin", "block", "slot"),
        migrations.RenameField("cardstrip", "of", "source_publication"),
        migrations.RenameField("cardstrip", "story_ids", "article_ids"),
        migrations.RenameField("article", "is_found", "is_indexable"),
        migrations.AddIndex("pin", models.Index(F("slot"), F("until"), name="pinned_until")),
        migrations.AddConstraint(
            "pin", models.UniqueConstraint(fields=["slot", "article"], name="pinned_once_on_a_page")
        ),
        migrations.RemoveConstraint("address", "one_canonical_for_a_story"),
        migrations.RemoveConstraint("taggedarticle", "tag_once_on_a_story"),
        migrations.RenameIndex("edition", "editions_of_an_article", old_name="editions_of_a_story"),
        migrations.RenameIndex("note", "notes_of_an_article", old_name="notes_of_a_story"),
        migrations.AlterModelOptions(
            name='frontpageslot',
            options={'verbose_name': 'head of a page', 'verbose_name_plural': 'top articles'},
        ),
        migrations.AlterModelOptions(
            name='pin',
            options={'ordering': ['position', 'id'], 'verbose_name': 'pinned article', 'verbose_name_plural': 'pinned articles'},
        ),
        migrations.AlterModelOptions(
            name='streamsource',
            options={'ordering': ['sister__position', 'section__position', 'pk'], 'verbose_name': 'sister’s articles', 'verbose_name_plural': 'sister sites’ articles'},
        ),
        migrations.AlterField(
            model_name='cardstrip',
            name='article_ids',
            field=models.JSONField(blank=True, default=list, verbose_name='these articles'),
        ),
        migrations.AlterField(
            model_name='cardstrip',
            name='place',
            field=models.CharField(choices=[('home', 'front page'), ('section', 'section pages'), ('beside', 'beside an article'), ('after', 'after an article')], default='home', max_length=10, verbose_name='place'),
        ),
        migrations.AlterField(
            model_name='cardstrip',
            name='source',
            field=models.CharField(choices=[('site', 'articles of a site'), ('partners', 'partners’ headlines'), ('picked', 'articles picked by hand')], default='site', max_length=10, verbose_name='filled with'),
        ),
        migrations.AlterField(
            model_name='cardstrip',
            name='source_publication',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='publications.publication', verbose_name='articles of'),
        ),
        migrations.AlterField(
            model_name='frontpageslot',
            name='publication',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='publications.publication', verbose_name='publication'),
        ),
        migrations.AlterField(
            model_name='frontpageslot',
            name='section',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='articles.section', verbose_name='section'),
        ),
        migrations.AlterField(
            model_name='pin',
            name='article',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pins', to='articles.article', verbose_name='article'),
        ),
        migrations.AlterField(
            model_name='pin',
            name='slot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pins', to='articles.frontpageslot', verbose_name='head of a page'),
        ),
        migrations.AlterField(
            model_name='streamsource',
            name='publication',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stream_sources', to='publications.publication', verbose_name='publication'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(condition=models.Q(('canonical', True)), fields=('article',), name='one_canonical_for_an_article'),
        ),
        migrations.AddConstraint(
            model_name='taggedarticle',
            constraint=models.UniqueConstraint(fields=('tag', 'content_object'), name='tag_once_on_an_article'),
        ),
    ]
