"""Names in the order in which people look for them: Élodie before Zoé, iPhone before Web."""

import unicodedata
from typing import Any

from django.db.models import Func
from django.db.models.functions import Lower
from django.utils.deconstruct import deconstructible

_SMALL = "àâäçéèêëîïôöùûüáãåčíñóõšúýž"
_PLAIN = {letter: unicodedata.normalize("NFD", letter)[0] for letter in _SMALL}
_PLAIN |= {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"}
# SQLite's LOWER leaves capitals with an accent, and its parser takes no more than some thirty calls in one another.
_OF_SQLITE = {letter: _PLAIN[letter.lower()] for letter in "àâäçéèêëîïôöùûüœÀÂÇÉÈÊÎÔŒ"}


@deconstructible(path="newsroom.lib.sorting.Alphabetical")
class Alphabetical(Func):
    """The sort key of a column of names: `ordering = [Alphabetical("name")]`.

    Databases compare bytes (SQLite), or as their operator chose (PostgreSQL): this is the same on both, in plain SQL,
    for the letters of French; PostgreSQL knows those of its neighbours too. A function of ours would be simpler for
    SQLite, but two threads that share a connection, as in tests, can then wait for each other. For lists of some
    thousand rows: no index serves it.
    """

    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        return self._folded(compiler, _OF_SQLITE)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        sql, params = self._folded(compiler, _PLAIN)
        return f'({sql}) COLLATE "C"', params

    def _folded(self, compiler: Any, letters: dict[str, str]) -> tuple[str, Any]:
        sql, params = compiler.compile(Lower(self.source_expressions[0]))
        for letter, plain in letters.items():
            sql = f"REPLACE({sql}, '{letter}', '{plain}')"
        return sql, params
