"""The house's plan, held against the imports: ARCHITECTURE.md says it in words."""

import ast
from collections.abc import Iterator
from pathlib import Path
from unittest import TestCase

ROOT = Path(__file__).parent.parent
PACKAGES = ("newsroom", "articles", "comments")
LONGEST_FILE = 400
# What stands above all: it names apps by string, and anything may be wired there.
ABOVE = {"newsroom.settings", "newsroom.urls", "newsroom.wsgi"}
# Inside an app, imports run downward only; a module may import its own layer.
ARTICLES = (
    {"admin", "views", "urls", "context", "management", "templatetags"},
    {"demo"},
    {"jobs"},
    {"importers", "partners"},
    {"actions"},
    {"content"},
    {"presentation"},
    {"models"},
    {"workflow", "roles", "apps"},
)
COMMENTS = (
    {"admin", "views", "urls", "management", "templatetags"},
    {"demo"},
    {"jobs", "forms"},
    {"actions", "backtest"},
    {"screening", "thread", "queue", "policy", "terms"},
    {"sources", "refusals"},
    {"models"},
    {"states", "text", "roles", "apps", "checks"},
)
# What makes the pages that readers get.
READER_FACING = (
    "articles.presentation", "articles.views", "articles.templatetags", "articles.context", "articles.urls",
    "comments.policy", "comments.thread", "comments.screening", "comments.views", "comments.templatetags",
    "comments.forms", "comments.actions.posting", "comments.actions.reporting", "newsroom.views",
)  # fmt: skip
LAYERS = {"articles": ARTICLES, "comments": COMMENTS}


def modules() -> Iterator[tuple[str, ast.Module, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                yield name, ast.parse(path.read_text(encoding="utf-8")), path


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> int | None:
    parts = module.split(".")
    if parts[0] not in LAYERS or len(parts) < 2:
        return None
    return next((n for n, names in enumerate(LAYERS[parts[0]]) if parts[1] in names), None)


class ArchitectureTests(TestCase):
    def test_it_lets_nothing_in_newsroom_import_articles_or_comments(self) -> None:
        for name, tree, _path in modules():
            if name.startswith("newsroom") and name not in ABOVE:
                wrong = [other for other in imports(tree) if other.split(".")[0] in ("articles", "comments")]
                self.assertEqual(wrong, [], name)

    def test_it_lets_articles_import_no_comments(self) -> None:
        for name, tree, _path in modules():
            if name.startswith("articles"):
                self.assertEqual([other for other in imports(tree) if other.split(".")[0] == "comments"], [], name)

    def test_it_keeps_the_library_free_of_apps(self) -> None:
        for name, tree, _path in modules():
            if name.startswith("newsroom.lib"):
                wrong = [o for o in imports(tree) if o.startswith(PACKAGES) and not o.startswith("newsroom.lib")]
                self.assertEqual(wrong, [], name)

    def test_it_lets_the_page_cache_know_strings_only(self) -> None:
        for name, tree, _path in modules():
            if name.startswith("newsroom.pagecache"):
                wrong = [o for o in imports(tree) if o.startswith(PACKAGES) and not o.startswith("newsroom.pagecache")]
                self.assertEqual(wrong, [], name)

    def test_it_gives_every_module_of_articles_and_comments_a_layer(self) -> None:
        homeless = [
            name
            for name, _tree, _path in modules()
            if name.startswith(("articles.", "comments.")) and layer(name) is None
        ]
        self.assertEqual(homeless, [])

    def test_it_lets_imports_run_downward_only(self) -> None:
        for name, tree, _path in modules():
            own = layer(name)
            if own is None:
                continue
            for other in imports(tree):
                target = layer(other) if other.split(".")[0] == name.split(".")[0] else None
                if target is not None and target < own:
                    self.fail(f"{name} imports {other}, which stands above it")

    def test_it_lets_no_page_of_readers_read_the_desks_columns(self) -> None:
        """`Article.desk_…` is the working version: a draft must change nothing that readers have."""
        for name, _tree, path in modules():
            if name.startswith(READER_FACING):
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    read = getattr(node, "attr", "") if isinstance(node, ast.Attribute) else getattr(node, "arg", "")
                    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
                    self.assertNotRegex(f"{read or ''} {text}", r"(?:\A|\W|__)desk_(?!publication)", name)
        for path in [*(ROOT / "templates/articles").rglob("*.html"), *(ROOT / "templates/comments").rglob("*.html")]:
            self.assertNotRegex(path.read_text(encoding="utf-8"), r"\.desk_(?!publication)", path.name)

    def test_it_imports_at_the_top_of_files_only(self) -> None:
        for name, tree, _path in modules():
            for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)):
                inside = [n for n in ast.walk(function) if isinstance(n, ast.Import | ast.ImportFrom)]
                self.assertEqual(inside, [], f"{name}.{function.name}")

    def test_it_uses_no_signal_receivers(self) -> None:
        for name, tree, _path in modules():
            wrong = [other for other in imports(tree) if "signals" in other or other.endswith("dispatch.receiver")]
            self.assertEqual(wrong, [], name)

    def test_it_keeps_files_small_enough_to_hold_in_the_head(self) -> None:
        for name, _tree, path in modules():
            lines = len(path.read_text(encoding="utf-8").splitlines())
            self.assertLessEqual(lines, LONGEST_FILE, name)
