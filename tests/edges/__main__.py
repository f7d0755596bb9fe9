"""A server, a worker and Varnish, as an operator starts them, while a site is edited and things fail:

    python -m tests.edges 12 --seed 7      # 12 edits at random, on the database of the settings

Writes a report as JSON.
"""

import argparse
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("NEWSROOM_DEMO", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from articles.actions import editing, publishing, scheduling
from articles.content import Content
from articles.models import Article
from newsroom.pagecache.models import EdgePurge, Purge
from newsroom.publications.permissions import SYSTEM
from tests.edges.gate import Gate
from tests.killing.database import OwnDatabase
from tests.living.processes import ROOT, Reader, free_port, running, start, wait_until
from tests.newsroom.pagecache.edges.varnishd import Answer, RunningVarnish, ask, varnish
from tests.stale.edits import Editor, Everything
from tests.stale.sites import pages, site

PATIENCE = 20.0  # seconds
AT_RANDOM_LATE = 1.5  # seconds for which a change that became due meanwhile may be on its way


class Scene:
    """A site of two publications behind Varnish, with a gate between the worker and Varnish."""

    def __init__(self, database: str, port: int, edge: RunningVarnish, gate: Gate):
        self.database, self.port, self.edge, self.gate = database, port, edge, gate
        self.kg, self.ia = site()
        self.article = Article.objects.filter(publication=self.kg).order_by("pk")[0]
        self.count = 0
        connection.close()

    @property
    def settings(self) -> dict[str, str]:
        return {"NEWSROOM_PORT": str(self.port), "NEWSROOM_EDGES": f"varnish://127.0.0.1:{self.gate.port}"}

    def worker(self) -> "subprocess.Popen[bytes]":
        return start(self.database, "worker", NEWSROOM_WORKER_LEASE="2", **self.settings)

    def retitle(self, at: dt.datetime | None = None) -> str:
        """Give the article another headline, now or later, by its actions. Return the headline."""
        self.count += 1
        headline, row = f"Un titre {self.count}", Article.objects.get(pk=self.article.pk)
        content = replace(Content.of(row.working), headline=headline)
        row = editing.save_draft(row, content, by=SYSTEM, base=row.working.pk, change="update")
        if at is None:
            publishing.approve_and_publish(row, by=SYSTEM, revision=row.draft_id or 0, accept=Everything())
        else:
            row = publishing.approve(row, by=SYSTEM, revision=row.draft_id or 0)
            scheduling.schedule_change(row, by=SYSTEM, revision=row.draft_id or 0, at=at, accept=Everything())
        connection.close()
        return headline

    def page(self) -> Answer:
        return self.edge.ask(self.article.path, host=self.kg.domain)

    def has(self, headline: str) -> bool:
        return headline.encode() in self.page().body

    def kept(self) -> Answer:
        """Read the page until it is one that Varnish kept."""
        wait_until(lambda: self.page().is_hit, PATIENCE, "a page that is kept")
        return self.page()

    def settle(self) -> None:
        """Wait until everything was delivered that is due, a second time, too."""
        soon = dt.timedelta(seconds=5)

        def is_settled() -> bool:
            waiting = Purge.objects.filter(handed_over=False).exists()
            waiting = waiting or EdgePurge.objects.filter(due_at__lt=timezone.now() + soon).exists()
            connection.close()
            return not waiting

        wait_until(is_settled, 60, "all purges delivered")

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "DATABASE_URL": self.database, **self.settings}
        command = [sys.executable, "manage.py", "edges", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def a_change(scene: Scene) -> dict[str, Any]:
    """A page that is kept, and its article gets another headline."""
    scene.settle()
    before, other = scene.kept(), lambda: scene.edge.ask("/robots.txt", host=scene.ia.domain)
    wait_until(lambda: other().is_hit, PATIENCE, "another page that is kept")
    headline = scene.retitle()
    took = wait_until(lambda: scene.has(headline), PATIENCE, "the new page")
    scene.settle()
    return {
        "seconds": round(took, 2), "status": before.status, "other page is kept": other().is_hit,
        "kept again": scene.kept().is_hit and scene.has(headline),
        "told to readers": sorted({"xkey", "surrogate-control"} & before.headers.keys()),
    }  # fmt: skip


def out_of_reach(scene: Scene) -> dict[str, Any]:
    """The edge takes no purges for a while."""
    scene.settle()
    scene.kept()
    scene.gate.is_open = False
    headline = scene.retitle()
    time.sleep(2)
    old, said = not scene.has(headline), scene.command("--late", "0.5")
    scene.gate.is_open = True
    took = wait_until(lambda: scene.has(headline), PATIENCE, "the new page")
    scene.settle()
    return {
        "old meanwhile": old, "code": said.returncode, "said": said.stdout, "seconds": round(took, 2),
        "code after": scene.command("--late", "0.5").returncode,
    }  # fmt: skip


def killed(scene: Scene, worker: "subprocess.Popen[bytes]") -> "tuple[dict[str, Any], subprocess.Popen[bytes]]":
    """The worker dies while it waits for the edge to answer; another takes over."""
    scene.settle()
    scene.kept()
    scene.gate.holds = True
    headline = scene.retitle()
    assert scene.gate.held.wait(PATIENCE)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    left = EdgePurge.objects.filter(is_repeat=False, due_at__lte=timezone.now()).count()
    connection.close()
    old = not scene.has(headline)
    scene.gate.holds = False
    worker = scene.worker()
    took = wait_until(lambda: scene.has(headline), 30, "the new page")
    return {"left": left, "old meanwhile": old, "seconds with its start": round(took, 2)}, worker


def due_later(scene: Scene) -> dict[str, Any]:
    """A change for a time to come: a page that is kept ends then."""
    scene.settle()
    moment = timezone.now() + dt.timedelta(seconds=8)
    headline = scene.retitle(at=moment)
    time.sleep(4)
    before = scene.kept()
    seen_at = 0.0
    while not seen_at and time.time() < moment.timestamp() + PATIENCE:
        begun = time.time()
        if scene.has(headline):
            seen_at = begun
        time.sleep(0.01)
    return {
        "kept before": before.is_hit and headline.encode() not in before.body,
        "seconds after its time": round(seen_at - moment.timestamp(), 2),
    }  # fmt: skip


def at_random(scene: Scene, edits: int, seed: int) -> dict[str, Any]:
    """Edits of every kind; after each, every page by way of Varnish and as it is."""
    editor, stale, reads, hits = Editor(scene.kg, scene.ia, seed), list[str](), 0, 0

    def differs(host: str, path: str) -> bool:
        nonlocal reads, hits
        given, true = scene.edge.ask(path, host), ask(scene.port, path, host, Authorization="none")
        reads, hits = reads + 1, hits + given.is_hit
        return (given.status, given.body) != (true.status, true.body)

    for _edit in range(edits):
        name = editor.run()
        connection.close()
        scene.settle()
        for host, path in pages(scene.kg, scene.ia):
            if differs(host, path) and differs(host, path):
                time.sleep(AT_RANDOM_LATE)
                if differs(host, path):
                    stale.append(f"{name}: {host}{path}")
        connection.close()
    return {"edits": edits, "reads": reads, "hits": hits, "stale": stale}


def report(database: str, edits: int, seed: int) -> dict[str, Any]:
    port = free_port()
    with varnish(port) as edge, Gate(edge.purges) as gate:
        gate.is_open = True
        scene = Scene(database, port, edge, gate)
        with running(database, "serve", "--port", str(port), **scene.settings):
            wait_until(lambda: Reader(port, scene.kg.domain).read("/healthz")[0] == 200, 90, "a server that answers")
            worker, begun = scene.worker(), time.monotonic()
            try:
                found = {"a change": a_change(scene), "out of reach": out_of_reach(scene)}
                found["killed"], worker = killed(scene, worker)
                found["due later"] = due_later(scene)
                found["at random"] = at_random(scene, edits, seed)
            finally:
                worker.kill()
                worker.wait()
        found["the site is gone"] = {"status": edge.ask("/", host=scene.kg.domain).status}
    return {"engine": connection.vendor, **found, "seconds": round(time.monotonic() - begun, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edits", type=int)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsroom-edges-") as name:
        os.environ["NEWSROOM_VAR"] = name
        with (
            override_settings(
                MEDIA_ROOT=Path(name) / "media",
                STORAGES={
                    "default": {"BACKEND": "newsroom.storage.WholeFileStorage"},
                    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
                },
            ),
            OwnDatabase(Path(name)) as database,
        ):
            found = report(database.url, asked.edits, asked.seed)
    json.dump(found, sys.stdout, indent=1, ensure_ascii=False)
    return 0 if not found["at random"]["stale"] else 1


if __name__ == "__main__":
    sys.exit(main())
