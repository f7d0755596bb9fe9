"""The full-text indexes: SQLite's FTS5 over the rows' own text, kept by triggers; PostgreSQL's tsvectors as generated
columns. A later migration that makes a table anew on SQLite has to make its triggers anew too.
"""

from django.db import migrations

TABLES = ("search_publicdocument", "search_deskdocument")
FIELDS = ("headline", "standfirst", "names", "body", "facets")


def _sqlite(table: str) -> list[str]:
    columns, index = ", ".join(FIELDS), f"{table}_words"
    new, old = (", ".join(f"{row}.{name}" for name in ("id", *FIELDS)) for row in ("new", "old"))
    put = f"INSERT INTO {index} (rowid, {columns}) VALUES ({new});"
    take = f"INSERT INTO {index} ({index}, rowid, {columns}) VALUES ('delete', {old});"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5({columns}, content='{table}', content_rowid='id', columnsize=0, "
        "tokenize=\"unicode61 remove_diacritics 0\")",
        f"CREATE TRIGGER {table}_put AFTER INSERT ON {table} BEGIN {put} END",
        f"CREATE TRIGGER {table}_take AFTER DELETE ON {table} BEGIN {take} END",
        f"CREATE TRIGGER {table}_change AFTER UPDATE OF id, {columns} ON {table} BEGIN {take} {put} END",
    ]


FUNCTION = r"""
CREATE FUNCTION search_vector(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(
        string_agg('''' || replace(replace(word, '\', '\\'), '''', '''''') || ''':' || least(position, 16383), ' '), ''
    )::tsvector
    FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS listed (word, position) WHERE word <> ''
$$
"""


def _postgresql(table: str) -> list[str]:
    # Two spaces leave a position empty: no phrase goes from one field into the next.
    fields = {"head_words": ("headline", "standfirst", "names", "facets"), "all_words": FIELDS}
    statements = []
    for column, names in fields.items():
        text = " || '  ' || ".join(names)
        statements += [
            f"ALTER TABLE {table} ADD COLUMN {column} tsvector GENERATED ALWAYS AS (search_vector({text})) STORED",
            # Without the list of pending entries, which each search would read.
            f"CREATE INDEX {table}_{column} ON {table} USING gin ({column}) WITH (fastupdate = off)",
        ]
    return statements


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        for statement in _postgresql(table) if vendor == "postgresql" else _sqlite(table):
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN head_words, DROP COLUMN all_words")
        schema_editor.execute("DROP FUNCTION search_vector(text)")
        return
    for table in TABLES:
        for trigger in ("put", "take", "change"):
            schema_editor.execute(f"DROP TRIGGER {table}_{trigger}")
        schema_editor.execute(f"DROP TABLE {table}_words")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_documents")]

    operations = [migrations.RunPython(make, drop)]
