"""Keeping the words by which the desk's search finds an article equal to its headline, for other actions."""

from articles.models import Article, HeadlineWord
from articles.models.headline_word import words_of


def sync(article: Article) -> None:
    """Make the rows of an article's words what its headline at the desk says. One query if they are so already."""
    words = words_of(article.desk_headline)
    known = {bytes(word) for word in article.headline_words.values_list("word", flat=True)}
    if known - words:
        article.headline_words.filter(word__in=known - words).delete()
    if words - known:
        HeadlineWord.objects.bulk_create(
            HeadlineWord(article=article, publication_id=article.publication_id, word=word)
            for word in sorted(words - known)
        )
