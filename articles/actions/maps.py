"""Noting when a sitemap changed, for other actions, inside their transactions.

The lastmod in an index of sitemaps is the time at which the file itself changed (sitemaps.org 0.9): an engine that
knows it asks only for those.
"""

import datetime as dt

from django.db.models import F
from django.db.models.functions import Greatest

from articles.models import Article, SitemapBlock
from articles.presentation.links import sitemap_block


def note_change(article: Article, at: dt.datetime) -> None:
    """Record that the sitemap which holds an article changed at a time; an earlier time than is known changes nothing.

    Called last: publishing waits for whoever writes the same block's row, until they commit.
    """
    block = {"publication": article.publication, "block": sitemap_block(article.pk)}
    if not SitemapBlock.objects.filter(**block).update(changed_at=Greatest(F("changed_at"), at)):
        # Two who make it at once mean the same moment.
        SitemapBlock.objects.bulk_create([SitemapBlock(changed_at=at, **block)], ignore_conflicts=True)
