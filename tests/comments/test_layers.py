"""What writes is in comments/actions/: the rest of the app only reads."""

import ast
from pathlib import Path
from unittest import TestCase

PACKAGE = Path(__file__).parents[2] / "comments"
WRITING = {"save", "delete", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update"}
EXCEPTED = ("actions", "demo", "migrations")


def writing_calls(tree: ast.AST) -> list[str]:
    """Return the calls that write a row, e.g. ["objects.create"]: of a model's methods, not of a module of actions."""
    actions = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("comments.actions")
        for alias in node.names
    }
    calls = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, ast.unparse(node.func.value)
        is_queryset_update = name == "update" and ("objects" in owner or "filter" in owner)
        if (name in WRITING or is_queryset_update) and owner not in actions:
            calls.append(f"{owner}.{name}")
    return calls


class WritingTests(TestCase):
    def test_it_writes_rows_in_actions_only(self) -> None:
        for path in sorted(PACKAGE.rglob("*.py")):
            parts = path.relative_to(PACKAGE).parts
            if parts[0] not in EXCEPTED:
                self.assertEqual(writing_calls(ast.parse(path.read_text(encoding="utf-8"))), [], path)

    def test_it_finds_a_call_that_writes(self) -> None:
        source = "from comments.actions import posting\nposting.delete(row)\nrow.save()\nRow.objects.update(a=1)\n"
        self.assertEqual(writing_calls(ast.parse(source)), ["row.save", "Row.objects.update"])
