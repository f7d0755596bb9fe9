from django.urls import reverse

from articles.models import Article


def story_url(article: Article) -> str:
    """Where a story is worked on."""
    return reverse("admin:articles_article_change", args=[article.pk])
