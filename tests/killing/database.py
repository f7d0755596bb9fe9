"""A database of its own, set back to where it was before each run, and all that it says as one value."""

import datetime as dt
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

from comments.models import ModerationBatch
from newsroom.search.models import MAX_OBJECT, VARIANTS, Document
from tests.migrated import begin_from_template, copy_migrated

NOW, SEALED, LATER = "now", "sealed", "later"
# Columns computed from the time of the run: two equal runs differ in them.
OF_THE_RUN = {
    "comments.Comment": ("position", "position_newest"),
    "comments.CommentSettings": ("terms_version",),  # random
    "comments.SealedSource": ("destroyed_from",),
    "articles.PartnerFeed": ("due_at",),  # random: feeds are not all asked at once
}
# Rows found by what they are. An id that a sequence gave is used up, even by a process that died before its commit.
BY_WHAT_THEY_ARE = {
    "articles.Address": ("publication_id", "path"),
    "articles.Image": ("digest",),
    "articles.PartnerItem": ("feed_id", "key"),
    "search.Spelling": ("index", "word"),
}
# What no action writes: long tables, whose rows need not be put back each time.
OF_THE_INSTALL = ("django_migrations", "django_content_type", "auth_permission")
# What a snapshot changes in rows (_renumber_batches): tables that it reads each time.
NUMBERED_ANEW = {ModerationBatch._meta.db_table} | {
    relation.related_model._meta.db_table for relation in ModerationBatch._meta.related_objects
}
Row = dict[str, Any]


def shown_at(document: int) -> dt.datetime:
    """The time that a document's id is made of, to the second."""
    return dt.datetime.fromtimestamp(document // VARIANTS // MAX_OBJECT, dt.UTC)


@dataclass(frozen=True)
class Snapshot:
    """Every row of every model, and all files with sizes. A time of the run itself reads NOW; any other stands."""

    rows: dict[str, dict[Any, Row]]
    files: frozenset[str]

    @classmethod
    def taken(cls, since: dt.datetime, known: Mapping[str, dict[Any, Row]] = MappingProxyType({})) -> Self:
        """What stands now; `since` is when the run began, `known` the rows of models that need not be read."""
        until = timezone.now()

        def at(value: Any, *, seconds: bool = False) -> Any:
            if isinstance(value, (bytes, memoryview)):  # encrypted: no two alike
                return SEALED
            begun = since.replace(microsecond=0) if seconds else since
            return NOW if isinstance(value, dt.datetime) and begun <= value <= until else value

        labels = {model._meta.label: model for model in apps.get_models()}
        rows = {label: known[label] if label in known else cls._rows_of(labels[label], at) for label in labels}
        cls._renumber_batches(rows)
        media = Path(settings.MEDIA_ROOT)
        files = (path for path in media.rglob("*") if path.is_file())
        return cls(rows, frozenset(f"{path.relative_to(media)}, {path.stat().st_size} bytes" for path in files))

    @staticmethod
    def _time_of_task(row: Row, at: Any) -> str:
        """When a task is due; notifications of comments wait for some minutes from the time of the run."""
        moment = at(row["run_after"])
        is_relative = row["task_path"].startswith("comments.") and moment != NOW
        return LATER if is_relative else str(moment)

    @classmethod
    def _rows_of(cls, model: Any, at: Any) -> dict[Any, dict[str, Any]]:
        """Return its rows by id, or by what they are. A task's id is random, and purges of two actions that meet get
        their ids before one of the actions waits."""
        if model._meta.label == "django_tasks_database.DBTaskResult":
            tasks = sorted(
                (row["task_path"], row["status"], cls._time_of_task(row, at)) for row in model.objects.values()
            )
            return {n: {"task": task} for n, task in enumerate(tasks)}
        if model._meta.label == "pagecache.Purge":
            purges = sorted((row["tag"], str(at(row["due_at"]))) for row in model.objects.values("tag", "due_at"))
            return {n: {"purge": purge} for n, purge in enumerate(purges)}
        if columns := BY_WHAT_THEY_ARE.get(model._meta.label):
            return {
                tuple(row[column] for column in columns): {
                    name: at(value) for name, value in row.items() if name != "id"
                }
                for row in model._base_manager.values()
            }
        left_out = OF_THE_RUN.get(model._meta.label, ())
        if issubclass(model, Document):
            return {
                (row["object_id"], row["id"] % VARIANTS): {name: at(value) for name, value in row.items()}
                | {"id": at(shown_at(row["id"]), seconds=True)}
                for row in model.objects.values()
            }
        return {
            row[model._meta.pk.attname]: {name: at(value) for name, value in row.items() if name not in left_out}
            for row in model._base_manager.values()
        }

    @staticmethod
    def _renumber_batches(rows: dict[str, dict[Any, Row]]) -> None:
        """Number moderation batches by what they say: of two actions that meet, either may draw its id first."""
        batches = rows["comments.ModerationBatch"]
        contents = {
            pk: str([value for name, value in row.items() if name not in ("id", "undoes_id")])
            for pk, row in batches.items()
        }
        numbers = {pk: number for number, pk in enumerate(sorted(batches, key=lambda pk: (contents[pk], pk)), 1)}
        for relation in ModerationBatch._meta.related_objects:
            column = relation.field.attname
            for row in rows[relation.related_model._meta.label].values():
                row[column] = numbers.get(row[column])
        rows["comments.ModerationBatch"] = {numbers[pk]: {**row, "id": numbers[pk]} for pk, row in batches.items()}

    def verbs_since(self, other: "Snapshot") -> list[str]:
        """The verbs of the events that the other has not, in their order."""
        events, known = self.rows["articles.Event"], other.rows["articles.Event"]
        return [events[pk]["verb"] for pk in sorted(events.keys() - known.keys())]

    def differences(self, other: "Snapshot", most: int = 6) -> list[str]:
        """Where two differ, in words; the first ones."""
        found = []
        for label, mine in self.rows.items():
            theirs = other.rows[label]
            for pk in sorted(mine.keys() | theirs.keys(), key=str):
                if pk not in mine or pk not in theirs:
                    found.append(f"{label} {pk}: {'one too many' if pk in mine else 'missing'}")
                elif mine[pk] != theirs[pk]:
                    found += [
                        f"{label} {pk}.{name}: {value!r}, not {theirs[pk][name]!r}"
                        for name, value in mine[pk].items()
                        if value != theirs[pk][name]
                    ]
        if self.files != other.files:
            found.append(f"files: {sorted(self.files ^ other.files)}")
        return found[:most]


class OwnDatabase:
    """Made when entered, gone when left. What is in it when keep() is called is what each fresh() begins with."""

    def __init__(self, folder: Path):
        self.media, self.kept_media = Path(settings.MEDIA_ROOT), folder / "kept-media"
        self.is_sqlite = connection.vendor == "sqlite"
        self.name = str(folder / "newsroom.sqlite3") if self.is_sqlite else f"test_killing_{os.getpid()}"
        self.kept = folder / "kept.sqlite3"
        # PostgreSQL: the statements that put back the rows of each table, and every sequence.
        self.emptying: dict[str, str] = {}
        self.filling: dict[str, str] = {}
        self.numbering: list[str] = []
        self.rows: dict[str, dict[Any, Row]] = {}  # of the snapshot of what was kept

    def __enter__(self) -> Self:
        self.real_name = connection.settings_dict["NAME"]
        connection.settings_dict["TEST"]["NAME"] = self.name
        if self.is_sqlite:
            copy_migrated(Path(self.name))
        else:
            begin_from_template()
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=self.is_sqlite)
        return self

    @property
    def url(self) -> str:
        """Where another process finds it (DATABASE_URL)."""
        if self.is_sqlite:
            return f"sqlite:///{self.name}"
        parameters = connection.settings_dict
        password = f":{parameters['PASSWORD']}" if parameters["PASSWORD"] else ""
        return (
            f"postgres://{parameters['USER']}{password}@{parameters['HOST']}:{parameters['PORT'] or 5432}/{self.name}"
        )

    def __exit__(self, *exception: object) -> None:
        connection.close()
        if not self.is_sqlite:  # SQLite's is a file of a folder that goes as a whole
            with connection._nodb_cursor() as cursor:  # a process that hangs may hold it still
                cursor.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')
        connection.settings_dict["NAME"] = self.real_name

    def keep(self) -> None:
        if self.media.exists():
            shutil.copytree(self.media, self.kept_media)
        if self.is_sqlite:
            connection.close()
            shutil.copy(self.name, self.kept)
            return
        tables = [name for name in connection.introspection.table_names() if name not in OF_THE_INSTALL]
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA kept")
            for table in tables:
                cursor.execute(f'CREATE TABLE kept."{table}" AS TABLE "{table}"')
            cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
            sequences = cursor.fetchall()
            # Columns that the database makes of others cannot be written.
            cursor.execute(
                "SELECT table_name, string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_schema = 'public' AND is_generated = 'NEVER' GROUP BY table_name"
            )
            columns = dict(cursor.fetchall())
        self.emptying = {table: f'DELETE FROM "{table}"' for table in tables}
        self.filling = {
            table: f'INSERT INTO "{table}" ({columns[table]}) SELECT {columns[table]} FROM kept."{table}"'
            for table in tables
        }
        self.numbering = [f"SELECT setval('{name}', {last or 1}, {bool(last)})" for name, last in sequences]
        self.marks, self.rows = self._marks(), Snapshot.taken(timezone.now()).rows

    def snapshot(self, since: dt.datetime) -> Snapshot:
        """What stands now, after `keep()`; `since` is when the run began. Of PostgreSQL the tables that nothing was
        written to are not read."""
        if self.is_sqlite:
            return Snapshot.taken(since)
        marks = self._marks()
        written = {table for table, mark in marks.items() if mark != self.marks[table]} | NUMBERED_ANEW
        return Snapshot.taken(since, {
            model._meta.label: self.rows[model._meta.label]
            for model in apps.get_models() if model._meta.db_table not in written
        })  # fmt: skip

    def _marks(self) -> dict[str, tuple[int, int]]:
        """PostgreSQL: what tells whether a table was written to, by its name: how many rows it has, and the transaction
        that wrote the latest."""
        asked = (f"SELECT '{t}', count(*), coalesce(max(xmin::text::bigint), 0) FROM \"{t}\"" for t in self.emptying)
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked))
            return {table: (rows, latest) for table, rows, latest in cursor.fetchall()}

    def fresh(self) -> None:
        """All that was kept as it was, ids to come included."""
        connection.close()
        if self.is_sqlite:
            for end in ("-wal", "-shm"):  # a process that was killed leaves its log
                Path(self.name + end).unlink(missing_ok=True)
            shutil.copy(self.kept, self.name)
        else:
            # Those alone that were written to: each row put back leaves a dead one, which is read over from then on.
            marks = self._marks()
            written = [table for table in self.emptying if marks[table] != self.marks[table]]
            statements = [
                *(self.emptying[table] for table in written),
                *(self.filling[table] for table in written),
                *self.numbering,
            ]
            with connection.cursor() as cursor:  # one transaction, at whose end foreign keys are looked at
                cursor.execute("; ".join(statements))
            self.marks = self._marks()
        if self.kept_media.exists():
            shutil.rmtree(self.media, ignore_errors=True)
            shutil.copytree(self.kept_media, self.media)

    def wait_for_the_dead(self) -> None:
        """PostgreSQL works for a moment on what a process asked before it died; on SQLite it is the process itself."""
        until = time.monotonic() + 10
        while not self.is_sqlite:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
                if cursor.fetchone()[0] == 0:
                    return
            if time.monotonic() > until:
                raise TimeoutError("a connection outlived its process")
            time.sleep(0.002)
