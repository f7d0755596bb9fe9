"""Running actions for what they would say, keeping nothing of what they write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction


class _RollBack(Exception):
    """Raised to roll back what was tried."""


@contextmanager
def trial() -> Iterator[None]:
    """Context manager: keep nothing that is written within.

    Readers and the desk go on meanwhile. SQLite has one writer at a time: there it is written into a copy of the file,
    which is this thread's alone: a command's. On PostgreSQL it is one transaction, rolled back at the end, on copies of
    the tables: rows of the site's own, and names that are unique there, would stay locked for its length.
    """
    original = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not connection.in_atomic_block and Path(original).is_file():
        with TemporaryDirectory(dir=settings.VAR_DIR, prefix="trial-") as folder:
            copy = Path(folder) / "copy.sqlite3"
            with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            connection.close()
            connection.settings_dict["NAME"] = str(copy)
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict["NAME"] = original
        return
    is_outermost = not connection.in_atomic_block
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                _shadow_tables(is_outermost)
            yield
            raise _RollBack
    except _RollBack:
        pass


def _shadow_tables(is_outermost: bool) -> None:
    """Put a temporary copy before each table for the rest of this transaction: PostgreSQL finds those names first.

    Whoever alters or rewrites a table (a migration, VACUUM FULL) still waits for the transaction's end; nobody else
    does. If the connection is lost, so is the transaction, and nothing is written in the place of the copies.
    """
    with connection.cursor() as cursor:
        if is_outermost:  # all tables as they were at one moment
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for name in connection.introspection.django_table_names(only_existing=True, include_views=False):
            table = connection.ops.quote_name(name)
            # The schema by which the table is named once its copy hides it, and the columns that can be written: not
            # those that the database computes. All quoted.
            cursor.execute(
                "SELECT relnamespace::regnamespace, string_agg(quote_ident(attname), ', ') FROM pg_class"
                " JOIN pg_attribute ON attrelid = pg_class.oid WHERE pg_class.oid = %s::regclass AND attnum > 0"
                " AND NOT attisdropped AND attgenerated = '' GROUP BY relnamespace",
                [table],
            )
            schema, columns = cursor.fetchone()
            cursor.execute(f"CREATE TEMPORARY TABLE {table} (LIKE {table} INCLUDING ALL) ON COMMIT DROP")
            copied = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {schema}.{table}"  # noqa: S608  # names
            cursor.execute(copied)
            cursor.execute(f"ANALYZE {table}")  # nothing else does so for a temporary table
        models = apps.get_models(include_auto_created=True)
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)
