"""What comments cost on a bad day: `make bench`, after the articles.

A real server on loopback with a database of its own. Ratios are of one run: an article's page while the flood comes
against the same page before it, a thread of 10,000 comments against one of 50. Absolute figures are reported, and
depend on the machine; the flood's processes run on it too.
"""

import datetime as dt
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("NEWSROOM_DEMO", "1")
VAR = os.environ.setdefault("NEWSROOM_VAR", tempfile.mkdtemp(prefix="newsroom-bench-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
os.environ.setdefault("NEWSROOM_TRUSTED_PROXIES", "127.0.0.1")  # the flood comes through one, from many addresses

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from articles.models import Article
from comments import forms
from comments.actions import moderation
from comments.models import Comment
from comments.queue import Question
from comments.screening import BY_NAME
from comments.states import Decision, Status
from newsroom.publications.models import Publication
from tests.factories import make_article, make_section
from tests.living.processes import free_port, running, wait_until

POSTS, MINUTE, SENDERS = 20_000, 60.0, 3
HELD = 100_000
TARGET = 3.0  # an article's page may not cost more than this many times what it cost before
HOST = "kulturegeek.localhost"


def bulk(article: Article, number: int, status: str, rule: str = "surge") -> None:
    """Comments as they would have been posted."""
    now, rows = timezone.now() - dt.timedelta(days=1), []  # of another day: today's limits count today's
    for n in range(number):
        row = Comment(
            publication=article.publication, article=article, pseudonym=f"Lecteur {n % 997}",
            posted_at=now + n * dt.timedelta.resolution,
            email=f"l{n % 997}@example.org", text=f"Le mot {n} d’une longueur ordinaire, avec ce qu’il faut de texte.",
            digest=str(n), status=status, reviewed=status == Status.APPROVED, rule=rule, source=f"{n % 5000:032d}",
        )  # fmt: skip
        row.set_position(None, 3)
        rows.append(row)
        if len(rows) == 5000 or n == number - 1:
            Comment.objects.bulk_create(rows, batch_size=500)
            rows = []
    if status == Status.APPROVED:
        Article.objects.filter(pk=article.pk).update(comment_count=number)


def get(port: int, path: str) -> float:
    """Milliseconds of one page."""
    begun = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request("GET", path, headers={"Host": HOST})
        answer = line.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
    return (time.perf_counter() - begun) * 1000


def median(port: int, path: str, rounds: int = 40) -> float:
    get(port, path)
    return statistics.median(get(port, path) for _ in range(rounds))


def send(number: int, port: int, article: int, tokens: list[str], until: float, results: Any) -> None:
    """One process of the flood: posts from as many addresses as posts, until all are sent or the minute is over."""
    codes: dict[int, int] = {}
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for n in range(number, POSTS, SENDERS):
        if time.time() > until:
            break
        body = f"text=Achetez+le+lot+{n}+de+{number}&pseudonym=Bob+{n}&email=b{n}%40example.org"
        body += f"&token={tokens[n // SENDERS]}"
        headers = {
            "Host": HOST, "Origin": f"http://{HOST}", "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"2001:db8:{n >> 8 & 0xFFFF:x}:{n & 0xFFFF:x}::1",
        }  # fmt: skip
        try:
            line.request("POST", f"/c/article/{article}/", body, headers)
            answer = line.getresponse()
            answer.read()
            codes[answer.status] = codes.get(answer.status, 0) + 1
        except OSError:
            codes[0] = codes.get(0, 0) + 1
            line.close()
    results.put(codes)


def memory(pid: int) -> int:
    """Megabytes of a process and of what it started."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if status.parent.name == str(pid) or fields.get("PPid", "").strip() == str(pid):
            total += int(fields.get("VmRSS", "0 kB").split()[0])
    return total // 1024


def flood(port: int, server: int, article: Article) -> dict[str, Any]:
    """A minute of it, while somebody reads."""
    before, held = median(port, article.path), memory(server)
    context = get_context("spawn")
    tokens = [[forms.token() for _ in range(number, POSTS, SENDERS)] for number in range(SENDERS)]
    time.sleep(3)
    results, until = context.Queue(), time.time() + MINUTE + 2
    senders = [
        context.Process(target=send, args=(n, port, article.pk, tokens[n], until, results)) for n in range(SENDERS)
    ]
    for sender in senders:
        sender.start()
    time.sleep(2)
    begun, times, most = time.time(), [], held
    while any(sender.is_alive() for sender in senders):
        times.append(get(port, article.path))
        most = max(most, memory(server))
        time.sleep(0.1)
    codes: dict[int, int] = {}
    for _ in senders:
        for code, number in results.get().items():
            codes[code] = codes.get(code, 0) + number
    visible = Comment.objects.filter(article=article, status=Status.APPROVED).count()
    limit = BY_NAME["surge"].limit or 0
    minutes = (time.time() - begun) // 60 + 1
    assert visible <= limit * minutes, f"{visible} appeared"
    connection.close()
    return {
        "took": time.time() - begun, "codes": codes, "before": before, "during": statistics.median(times),
        "worst": max(times), "memory": (held, most), "visible": visible,
    }  # fmt: skip


def clean_up(article: Article, by: Any, port: int) -> tuple[int, float, float]:
    """One action rejects all that is held: how many, in how many seconds, and a page's milliseconds meanwhile."""
    begun, times = time.perf_counter(), []
    batch = moderation.decide_all(article.publication, Question(tab="held"), Decision.REJECT, by=by)
    while not moderation._portion(batch.pk):
        times.append(get(port, article.path))
        time.sleep(moderation.PAUSE_SECONDS)
    took = time.perf_counter() - begun - sum(times) / 1000
    batch.refresh_from_db()
    return batch.done, took, statistics.median(times or [0.0])


def main() -> int:
    call_command("migrate", verbosity=0)
    kg = Publication.objects.create(name="KultureGeek", domain=HOST)
    make_section(kg, "Tests", "tests")
    alix = get_user_model().objects.create_superuser("alix", "alix@example.org", "x")
    article, small, large = (
        make_article(kg, headline) for headline in ("Sous les eaux", "Un petit fil", "Un grand fil")
    )
    bulk(small, 50, Status.APPROVED, rule="")
    bulk(large, 10_000, Status.APPROVED, rule="")
    connection.close()
    port = free_port()
    command = ("serve", "--port", str(port), "--workers", "2")
    with running(f"sqlite:///{VAR}/newsroom.sqlite3", *command, NEWSROOM_VAR=VAR, NEWSROOM_PORT=str(port)) as server:
        wait_until(lambda: _answers(port), 60, "a server")
        threads = median(port, small.path), median(port, large.path)
        deep = Comment.objects.filter(article=large).order_by("position")[9_000].position
        deep_page = median(port, f"/c/article/{large.pk}/?after={deep}")
        seen = flood(port, server.pid, article)
        flooded = clean_up(article, alix, port)
        bulk(article, HELD, Status.HELD)
        rejected = clean_up(article, alix, port)
    sent = sum(seen["codes"].values())
    table = Table("what", "figure")
    for what, figure in (
        ("an article with 10,000 comments against one with 50", f"{threads[1] / threads[0]:.2f} ({threads[0]:.1f} ms)"),
        ("the page of a thread after 9,000", f"{deep_page:.1f} ms"),
        ("flood: posts sent, answers", f"{sent:,} in {seen['took']:.0f} s, {json.dumps(seen['codes'])}"),
        ("flood: posts a second", f"{sent / seen['took']:.0f}"),
        ("flood: comments that readers saw", f"{seen['visible']}"),
        (
            "flood: the article's page, against before",
            f"{seen['during'] / seen['before']:.2f} ({seen['before']:.1f} ms)",
        ),
        ("flood: its slowest", f"{seen['worst']:.0f} ms"),
        ("flood: memory of the server", f"{seen['memory'][0]} → {seen['memory'][1]} MB"),
        ("cleaning up the flood", f"{flooded[0]:,} in {flooded[1]:.1f} s"),
        (f"rejecting {HELD:,} held comments", f"{rejected[0]:,} in {rejected[1]:.1f} s"),
        ("  the article's page meanwhile, against before", f"{rejected[2] / seen['before']:.2f}"),
    ):
        table.add_row(what, figure)
    Console().print(table)
    return int(threads[1] / threads[0] > TARGET or rejected[2] / seen["before"] > TARGET)


def _answers(port: int) -> bool:
    try:
        get(port, "/")
    except (OSError, AssertionError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
