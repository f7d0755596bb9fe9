"""The statistics by which SQLite chooses among indexes. PostgreSQL's autovacuum keeps its own."""

from django.db import connection

# Rows of each index that are read: what SQLite's documentation of ANALYZE recommends for large databases (100 to 1000).
ROWS_READ = 1_000


def refresh_statistics() -> None:
    """Read a part of every index, and write down how many rows a value has. Takes a fraction of a second at any size.

    Without it SQLite takes every index for equally good: at 100,000 articles it then sorts a site's articles where
    another index has them in order. Does nothing on PostgreSQL.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit = {ROWS_READ}")
            cursor.execute("ANALYZE")
