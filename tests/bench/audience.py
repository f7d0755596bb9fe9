"""What counting visits costs a hit of the page cache: `make bench`.

One article's page, kept by the page cache, is asked for through the guarded application, in process and without a
network, with counting and without in turn. Clients name themselves by as many User-Agents as there are in a day of a
site, robots among them. Then what it costs to write what was counted in ten seconds, in a database in memory.

Figures are reported, not asserted; the ratio is of one run.
"""

import asyncio
import os
import re
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("NEWSROOM_DEMO", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
os.environ["DATABASE_URL"] = "sqlite://:memory:"  # nothing of this machine's sites is touched

from newsroom import wsgi  # isort: skip  # noqa: F401 (sets Django up, which the next ones need)

from django.core.management import call_command
from django.utils import timezone
from rich.console import Console

from newsroom.audience import writing
from newsroom.audience.counting import Counter
from newsroom.pagecache.requests import MAKING_KEY
from newsroom.pagecache.serving import Pages
from newsroom.server.application import GuardedApplication
from tests.kept import Told, scope_of

HITS, ROUNDS = 2_000, 41
NAMES = 500  # User-Agents
PAGE = b"<p>Un paragraphe d'un article, avec ses phrases.</p>" * 400  # 20 kB
ARTICLE = 42
READ = 3_000  # articles that are read within ten seconds
console = Console()
Receive = Callable[[], Any]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as Django does with an article: a page for all, with its tags, whose visits count."""
    environ[MAKING_KEY].tag(f"article:{ARTICLE}")
    environ[MAKING_KEY].counts(ARTICLE)
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-cache")])
    return [PAGE]


def guarded(counter: Counter | None) -> GuardedApplication:
    """Return a server's application with a page cache, which counts or does not."""
    count = counter.count if counter else None
    pages = Pages.over(Told(), max_bytes=10_000_000, bypass=("/admin/",), shows_how=False, count=count)
    return GuardedApplication(
        application, threads=1, admin_path="/admin/", slow_paths=re.compile("/admin/slow/"), sign_in_paths=(),
        upload_bytes=1, may_upload=lambda environ: False, pages=pages,
    )  # fmt: skip


def requests() -> list[dict[str, Any]]:
    """Return requests for the page, as browsers send them; every tenth client is a robot that says so."""
    names = [
        f"Mozilla/5.0 (compatible; Examplebot/{n}.0)" if n % 10 == 0
        else f"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0"
        for n in range(NAMES)
    ]  # fmt: skip
    headers = {"accept_encoding": "gzip, deflate, br", "accept_language": "fr", "accept": "text/html"}
    return [scope_of("/un-article/", user_agent=name, **headers) for name in names]


async def nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b""}


async def sent(message: dict[str, Any]) -> None:
    assert message.get("status", 200) == 200


async def milliseconds(server: GuardedApplication, scopes: list[dict[str, Any]]) -> float:
    """Return the time of the processor that a hit takes, in milliseconds."""
    begun = time.process_time()
    for n in range(HITS):
        await server(scopes[n % NAMES], nothing, sent)
    return (time.process_time() - begun) / HITS * 1000


async def compare() -> None:
    counter = Counter(seconds=3_600)
    counter.begin()
    on, off, scopes = guarded(counter), guarded(None), requests()
    for server in (on, off):  # rendered, compressed, compressed well
        for _time in range(2):
            await milliseconds(server, scopes)
    times = []
    for number in range(ROUNDS):
        pair = (on, off) if number % 2 else (off, on)
        found = {server: await milliseconds(server, scopes) for server in pair}
        times.append((found[on], found[off]))
    assert len(counter.visited) == (ROUNDS + 2) * HITS * 9 // 10, len(counter.visited)
    ratio = statistics.median(one / other for one, other in times)
    console.print(
        f"a hit, counted: {statistics.median(one for one, _ in times) * 1000:.1f} µs of the processor; "
        f"not counted: {statistics.median(other for _, other in times) * 1000:.1f} µs; ratio {ratio:.3f}"
    )
    alone = time.process_time()
    for _time in range(100_000):
        counter.count(ARTICLE, {b"user-agent": b"Mozilla/5.0 (X11)"})
    console.print(f"the count alone: {(time.process_time() - alone) * 10:.2f} µs")
    counter.visited.clear()


def write() -> None:
    call_command("migrate", "audience", verbosity=0)
    counted = dict.fromkeys(range(1, READ + 1), 7)
    seconds = []
    for _time in range(10):
        begun = time.perf_counter()
        writing.add(counted, timezone.now())
        seconds.append(time.perf_counter() - begun)
    console.print(
        f"writing the visits of {READ:,} articles, in one transaction: {statistics.median(seconds) * 1000:.0f} ms"
    )


if __name__ == "__main__":
    asyncio.run(compare())
    write()
