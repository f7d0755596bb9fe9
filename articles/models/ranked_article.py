"""Which articles are read most, as they were counted a few minutes ago."""

from django.db import models

from articles.models.article import Article
from articles.models.card_strip import Period
from newsroom.publications.models import Publication


class RankedArticle(models.Model):
    """The position of an article among those that a publication lists, by its visits of a period.

    Written by actions/most_read.py, for the periods that strips show. Whether readers may see the article is not asked
    here but when the strip is made.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    period = models.CharField(max_length=4, choices=Period)
    rank = models.PositiveSmallIntegerField()
    article = models.ForeignKey(Article, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "period", "rank"], name="ranked_once")]
        ordering = ["rank"]

    def __str__(self) -> str:
        return f"{self.rank}. {self.article_id}"
