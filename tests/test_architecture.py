"""The layers of the code, checked against its imports: ARCHITECTURE.md says them in words."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest import TestCase

ROOT = Path(__file__).parent.parent
PACKAGES = ("newsroom", "articles", "comments")
LONGEST_FILE = 400
# What stands above all: it names apps by string, and anything may be wired there.
ABOVE = {"newsroom.settings", "newsroom.urls", "newsroom.wsgi", "newsroom.asgi"}
# Inside an app, imports run downward only; a module may import its own layer.
ARTICLES = (
    {"admin", "views", "urls", "context", "management", "templatetags", "templating"},
    {"demo"},
    {"jobs"},
    {"importers", "partners"},
    {"actions"},
    {"merging"},
    {"content"},
    {"presentation"},
    {"models"},
    {"workflow", "roles", "apps"},
)
COMMENTS = (
    {"admin", "views", "urls", "management", "templating"},
    {"parts"},
    {"demo"},
    {"jobs", "forms"},
    {"actions", "backtest"},
    {"screening", "thread", "queue", "inbox", "policy", "terms"},
    {"sources", "refusals"},
    {"models"},
    {"states", "text", "links", "roles", "apps", "checks"},
)
COMPARATOR = (
    {"admin", "views", "urls", "management", "templating"},
    {"demo", "parts"},
    {"jobs", "poll"},
    {"actions"},
    {"search", "matching", "history", "offers", "structured_data"},
    {"models"},
    {"feeds", "addresses"},
    {"gtin", "money", "words", "roles", "apps"},
)
# Who may read what the desk works on; all other modules make, or may come to make, what readers get.
OF_THE_DESK = (
    "articles.actions", "articles.admin", "articles.models", "articles.importers", "articles.demo",
    "articles.management", "comments.admin", "comments.demo", "newsroom.desk", "newsroom.extensions",
)  # fmt: skip
# What the page cache may import: it knows tags as strings, answers as bytes.
OF_THE_PAGE_CACHE = (
    "newsroom.pagecache", "newsroom.server", "newsroom.worker.recurring", "newsroom.worker.loops",
    "newsroom.lib.sqlite",
)  # fmt: skip
# Who may write rows. Everything else only reads, and calls an action where something is to change.
WRITERS = (
    "articles.actions", "comments.actions", "newsroom.comparator.actions", "newsroom.publications.actions",
    "articles.importers.load", "articles.importers.images",  # an export, in bulk
    "articles.partners.actions", "articles.partners.ingest", "articles.partners.images", "articles.partners.poll",
    "articles.demo.stage", "comments.demo.stage", "comments.demo.messages",  # a site from nothing
    "newsroom.comparator.demo.stage",
    "articles.demo.corpus", "comments.demo.corpus", "comments.management.commands.make_corpus",  # one of any size
    "newsroom.publications.models",  # a publication's domain among its hosts, however it is saved
    # their own tables
    "newsroom.accounts.actions", "newsroom.accounts.guessing", "newsroom.accounts.jobs",
    "newsroom.desk.sending", "newsroom.desk.jobs",
    "newsroom.worker.jobs", "newsroom.worker.mail", "newsroom.worker.process", "newsroom.worker.queue",
    "newsroom.worker.recurring", "newsroom.pagecache.tags", "newsroom.pagecache.jobs",
    "newsroom.pagecache.edges.delivery", "newsroom.keys.ring", "newsroom.search.writing",
    "newsroom.audience.writing",
)  # fmt: skip
WRITES = {"save", "create", "update", "delete", "get_or_create", "update_or_create", "bulk_create", "bulk_update"}
APPS = {"accounts", "comparator", "desk", "keys", "pagecache", "publications", "search", "worker"}
BELOW_THE_COMPARATOR = {"comparator", "desk", "pagecache", "publications", "worker"}
LAYERS = {"articles": ARTICLES, "comments": COMMENTS, "newsroom.comparator": COMPARATOR}


@cache
def modules() -> list[tuple[str, ast.Module, Path]]:
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                found.append((name, ast.parse(path.read_text(encoding="utf-8")), path))
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def writes(tree: ast.AST) -> Iterator[str]:
    """Yield the calls that write rows. Django's take keyword arguments only, bulk ones lists: `dict.update(other)`
    and `storage.save(name, file)` are none, nor is what a model's own method passes on, nor `form.save(commit=False)`.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            receiver, in_bulk = ast.unparse(node.func.value), node.func.attr.startswith("bulk_")
            is_unsaved = any(k.arg == "commit" and ast.unparse(k.value) == "False" for k in node.keywords)
            if receiver != "super()" and not is_unsaved and (in_bulk or not node.args):
                yield f"{receiver}.{node.func.attr}"


def app_of(module: str) -> str:
    """Return the app with layers that a module is in; "" for another."""
    return next((app for app in LAYERS if module.startswith(f"{app}.")), "")


def layer(module: str) -> int | None:
    app = app_of(module)
    name = module.removeprefix(f"{app}.").partition(".")[0]
    return next((n for n, names in enumerate(LAYERS[app]) if name in names), None) if app else None


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
                wrong = [o for o in imports(tree) if o.startswith(PACKAGES) and not o.startswith(OF_THE_PAGE_CACHE)]
                self.assertEqual(wrong, [], name)

    def test_it_gives_every_module_of_an_app_with_layers_one(self) -> None:
        homeless = [name for name, _tree, _path in modules() if app_of(name) and layer(name) is None]
        self.assertEqual(homeless, [])

    def test_it_lets_the_comparator_know_no_other_app_than_those_below(self) -> None:
        for name, tree, _path in modules():
            if name.startswith("newsroom.comparator"):
                apps = {o.split(".")[1] for o in imports(tree) if o.startswith("newsroom.")} & APPS
                self.assertLessEqual(apps, BELOW_THE_COMPARATOR, name)

    def test_it_lets_imports_run_downward_only(self) -> None:
        for name, tree, _path in modules():
            own = layer(name)
            if own is None:
                continue
            for other in imports(tree):
                target = layer(other) if app_of(other) == app_of(name) else None
                if target is not None and target < own:
                    self.fail(f"{name} imports {other}, which stands above it")

    def test_it_lets_nothing_but_actions_write(self) -> None:
        for name, tree, _path in modules():
            if not name.startswith(WRITERS) and name not in ABOVE:
                calls = [call for call in writes(tree) if not call.startswith("progress.")]
                self.assertEqual(calls, [], name)

    def test_it_names_no_writer_that_does_not_write(self) -> None:
        for writer in WRITERS:
            trees = [tree for name, tree, _path in modules() if name.startswith(writer)]
            self.assertTrue(any(any(writes(tree)) for tree in trees), writer)

    def test_it_finds_what_writes(self) -> None:
        source = (
            "form.save(commit=True)\nrow.save()\nModel.objects.filter(pk=1).update(a=1)\nrows.bulk_create(found)\n"
            "row.save(update_fields=['a'])"
        )
        self.assertEqual(len(list(writes(ast.parse(source)))), 5)
        others = "form.save(commit=False)\ndata.update(more)\nstorage.save(name, file)\nsuper().save(**kwargs)"
        self.assertEqual(list(writes(ast.parse(others))), [])

    def test_it_has_no_circle_of_imports(self) -> None:
        graph = {
            # a package's own __init__ gathers what its modules define
            name: {o for o in imports(tree) if not f"{name}.".startswith(f"{o}.")}
            for name, tree, _path in modules()
        }
        known = set(graph)
        done: set[str] = set()

        def visit(name: str, above: tuple[str, ...]) -> None:
            self.assertNotIn(name, above, " → ".join((*above, name)))
            if name not in done:
                for other in graph[name] & known:
                    visit(other, (*above, name))
                done.add(name)

        for name in known:
            visit(name, ())

    def test_it_lets_no_page_of_readers_read_the_desks_columns(self) -> None:
        """`Article.desk_…` is the working revision: a draft must change nothing that readers have."""
        for name, _tree, path in modules():
            if not name.startswith(OF_THE_DESK):
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    read = getattr(node, "attr", "") if isinstance(node, ast.Attribute) else getattr(node, "arg", "")
                    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
                    self.assertNotRegex(f"{read or ''} {text}", r"(?:\A|\W|__)desk_(?!publication|panels|time)", name)
                    self.assertNotEqual(read, "working", name)
        for path in (ROOT / "templates/public").rglob("*.*"):
            text = path.read_text(encoding="utf-8")
            self.assertNotRegex(text, r"\bdesk_(?!publication)", path.name)
            # str(article) is the headline that the desk works on.
            self.assertNotRegex(text, r"\{\{\s*(\w+\.)*article\s*[|}]", path.name)

    def test_it_imports_at_the_top_of_files_only(self) -> None:
        for name, tree, _path in modules():
            self.assertFalse([n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level], name)
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
