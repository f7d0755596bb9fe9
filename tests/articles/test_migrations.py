"""What migrations make of rows that were there before."""

import datetime as dt
from dataclasses import replace
from importlib import import_module

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from articles.actions import editing, publishing
from articles.content import Content
from articles.models import Article, Edition, SitemapBlock
from articles.presentation.links import sitemap_block
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article, make_draft, publish

clock = import_module("articles.migrations.0003_clock")
sitemap_blocks = import_module("articles.migrations.0022_sitemap_blocks")
word_counts = import_module("articles.migrations.0019_word_counts")


class ClockTests(NewsroomTestCase):
    def test_what_readers_got_so_far_becomes_editions(self) -> None:
        article = make_article(self.kg, "Un", at=LONG_AGO)
        for headline, change in (("Deux fois mieux", "update"), ("Trois fois mieux", "correction")):
            content = replace(Content.of(article.live), headline=headline)
            article = publish(editing.save_draft(article, content, by=SYSTEM, change=change, notice="Faux."))
        gone = publishing.withdraw(make_article(self.kg, "Retiré"), by=SYSTEM, notice="Une erreur.")
        make_draft(self.kg, "Jamais lu")
        known = list(Edition.objects.order_by("revision_id").values_list("revision", "previous", "change"))
        Edition.objects.all().delete()
        clock.editions_so_far(apps, None)
        rows = Edition.objects.order_by("revision_id")
        self.assertEqual(list(rows.values_list("revision", "previous", "change")), known)
        self.assertEqual(rows.filter(article=article)[0].published_at, LONG_AGO)
        self.assertEqual(rows.get(article=gone).withdrawn_at, gone.withdrawn_at)
        self.assertContains(self.read("/rectificatifs/"), "Trois fois mieux")

    def test_articles_that_wait_are_due_at_their_time(self) -> None:
        moment = timezone.now() + dt.timedelta(days=1)
        article, live = publishing.publish_imported(make_draft(self.kg), at=moment), make_article(self.kg, "En ligne")
        Article.objects.update(due_at=None)
        clock.hours_ahead(apps, None)
        self.assertEqual(
            list(Article.objects.order_by("pk").values_list("pk", "due_at")), [(article.pk, moment), (live.pk, None)]
        )


class WordCountTests(NewsroomTestCase):
    def test_words_that_a_mark_crosses_are_counted_again(self) -> None:
        article = make_draft(self.kg, body="<p>H<sub>2</sub>O et CO<sub>2</sub></p>" + "<p>mot</p>" * 217)
        right = (article.draft.word_count, article.draft.reading_minutes)
        as_it_was = MigrationLoader(connection).project_state(("articles", "0018_unnamed_image")).apps
        rows = as_it_was.get_model("articles", "Revision").objects.filter(pk=article.draft_id)
        rows.update(word_count=224, reading_minutes=2)
        word_counts.count_again(as_it_was, None)
        article.draft.refresh_from_db()
        self.assertEqual((article.draft.word_count, article.draft.reading_minutes), right)


class SitemapBlockTests(NewsroomTestCase):
    def test_each_block_changed_when_an_article_of_it_last_did(self) -> None:
        theirs = make_article(self.ia, "Vieux", at=LONG_AGO)
        gone = publishing.withdraw(make_article(self.kg, "Retiré", at=LONG_AGO), by=SYSTEM, notice="Une erreur.")
        make_article(self.kg, "Demain", at=timezone.now() + dt.timedelta(days=1))
        make_draft(self.kg, "Jamais lu")
        SitemapBlock.objects.all().delete()
        sitemap_blocks.changes_so_far(apps, None)
        blocks = SitemapBlock.objects.order_by("publication").values_list("publication", "block", "changed_at")
        expected = [(row.publication_id, sitemap_block(row.pk)) for row in (gone, theirs)]
        self.assertEqual([row[:2] for row in blocks], expected)
        self.assertEqual([row[2] for row in blocks], [gone.withdrawn_at, LONG_AGO])
