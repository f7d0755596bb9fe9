"""The words of headlines as the desk works on them: what its search reads instead of every headline."""

import re
from typing import Self

from django.db import models

from articles.models.article import Article
from newsroom.lib.text import fold
from newsroom.publications.models import Publication

MAX_WORD_CHARACTERS = 40
_WORD = re.compile(r"\w+")


def words_of(text: str) -> set[bytes]:
    """Return the words of a text by which it is found: folded, without case, accents and what parts them."""
    return {word[:MAX_WORD_CHARACTERS].encode() for word in _WORD.findall(fold(text))}


class HeadlineWordQuerySet(models.QuerySet["HeadlineWord"]):
    def beginning_with(self, word: bytes) -> Self:
        """Return the rows of words that begin with one of `words_of()`: that very word first, newest articles first.

        One range of an index, in its order.
        """
        rows = self.filter(word__gte=word, word__lt=word + b"\xff")  # a byte that UTF-8 never has
        return rows.order_by("word", "-article_id")


class HeadlineWord(models.Model):
    """A word in the headline of an article's working revision. Written by actions only (actions/headline_words.py).

    A word is stored as bytes: every database compares those alike, whatever the order of its letters.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+", db_index=False)
    article = models.ForeignKey(Article, models.CASCADE, related_name="headline_words", db_index=False)
    word = models.BinaryField(max_length=4 * MAX_WORD_CHARACTERS)

    objects = HeadlineWordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "word"], name="headline_word_once")]
        indexes = [models.Index("publication", "word", models.F("article").desc(), name="headline_search")]

    def __str__(self) -> str:
        return bytes(self.word).decode()
