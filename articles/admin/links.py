"""From an article to its page at the desk, and from what a person types to the article that it names."""

import re

from django.urls import reverse

from articles.models import Address, Article
from articles.presentation.pasted import NotHere, parted
from newsroom.lib.text import row_id
from newsroom.publications.models import Publication

NUMBERED = re.compile(r"(\d{1,18})(?:\s|\Z)")  # "42", or "42 · Its headline" as forms write it


def article_url(article: Article) -> str:
    """Return the address at which an article is worked on."""
    return reverse("admin:articles_article_change", args=[article.pk])


def article_of(line: str, *, at: Publication) -> Article | None:
    """Return the article that a line names by its number, or by its address; one without a host is on the site `at`."""
    articles = Article.objects.select_related("publication", "live", "next", "draft")
    if number := NUMBERED.match(line):
        return articles.filter(pk=row_id(number[1])).first()
    try:
        site, paths = parted(line, at)
    except NotHere:
        return None
    address = Address.objects.filter(publication=site, path__in=paths, article__isnull=False).first()
    return articles.filter(addresses=address).first() if address else None
