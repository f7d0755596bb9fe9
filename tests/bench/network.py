"""What polling a hundred partners' feeds costs: `make bench`, after the comments.

The strangers' server is a process of its own on loopback; each answer takes it a fifth of a second, as the world does.
Ratios are of one run: feeds that did not change against those that did, a hundred of which ten are hostile against a
hundred good ones. Absolute figures are reported, and depend on the machine.
"""

import os
import resource
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

os.environ.setdefault("NEWSROOM_DEMO", "1")
os.environ["NEWSROOM_VAR"] = tempfile.mkdtemp(prefix="newsroom-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
os.environ["NEWSROOM_FETCH_ALLOWED_HOSTS"] = "127.0.0.1"

import django

django.setup()

from django.core.management import call_command
from rich.console import Console
from rich.table import Table

from articles.models import PartnerFeed, PartnerItem
from articles.partners import actions as partner_actions
from articles.partners import poll
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests import strangers
from tests.strangers import Page

FEEDS, ITEMS, HOSTILE = 100, 30, 10
LATENCY = 0.2  # seconds
TARGET = 3.0  # ten hostile feeds may not make the others wait more than this many times as long
TEXT = "<p>Un paragraphe d’une longueur ordinaire, avec ce qu’il faut de mots pour faire un texte entier.</p>" * 20


def body(number: int) -> bytes:
    items = "".join(
        f"<item><title>Titre {number}-{n}</title><link>https://p.example/{number}/{n}</link>"
        f"<pubDate>Tue, 14 Jul 2026 {n % 24:02d}:30:00 +0200</pubDate>"
        f"<description><![CDATA[{TEXT}]]></description></item>"
        for n in range(ITEMS)
    )
    return f'<rss version="2.0"><channel><title>P{number}</title>{items}</channel></rss>'.encode()


def serve(ready: Any) -> None:
    """The strangers, until they are killed."""

    def late(page: Page | strangers.Misdeed) -> strangers.Misdeed:
        def answer(handler: strangers.Handler) -> None:
            time.sleep(LATENCY)
            page(handler) if callable(page) else handler.answer(page)

        return answer

    with strangers.strangers() as server:
        for number in range(FEEDS):
            server.pages[f"/{number}"] = late(Page(body(number), headers={"ETag": f'"{number}"'}))
        nested = Page(b"<rss><channel>" + b"<a>" * 400_000)
        misdeeds: list[Page | strangers.Misdeed] = [
            nested, strangers.bomb(), strangers.sends_without_end, strangers.drips_its_body, strangers.says_nothing,
        ]  # fmt: skip
        for number in range(HOSTILE):
            server.pages[f"/hostile/{number}"] = late(misdeeds[number % len(misdeeds)])
        ready.put(server.origin)
        time.sleep(3600)


def polled(feeds: list[PartnerFeed], good: int) -> tuple[float, float, int]:
    """Seconds until the last of the good ones was taken in, seconds until all had ended, and how many failed."""
    begun = time.perf_counter()
    seconds: list[float] = []  # at which each good one was written

    def note(result: poll.Polled) -> None:
        if result.failure is None:
            seconds.append(time.perf_counter() - begun)

    results = poll.poll(feeds, note)
    assert len(seconds) == good, (len(seconds), good)
    return max(seconds), time.perf_counter() - begun, len(results) - good


def feeds(*paths: str) -> list[PartnerFeed]:
    """The rows as they are now."""
    rows = {row.name: row for row in PartnerFeed.objects.select_related("publication").filter(name__in=paths)}
    return [rows[path] for path in paths]


def main() -> int:
    context = get_context("spawn")
    ready = context.Queue()
    server = context.Process(target=serve, args=(ready,), daemon=True)
    server.start()
    origin = ready.get(timeout=60)
    call_command("migrate", verbosity=0)
    site = Publication.objects.create(name="KultureGeek", domain="kulturegeek.localhost", position=1)
    good, bad = [f"/{n}" for n in range(FEEDS)], [f"/hostile/{n}" for n in range(HOSTILE)]
    for path in good + bad:
        partner_actions.save_feed(PartnerFeed(publication=site, name=path, url=origin + path), by=SYSTEM)
    table = Table("what", "figure")

    first, _all, _failed = polled(feeds(*good), FEEDS)
    table.add_row(f"{FEEDS} feeds of {ITEMS} headlines, all new", f"{FEEDS / first:.0f} feeds a second ({first:.1f} s)")
    assert PartnerItem.objects.count() == FEEDS * ITEMS
    again, _all, _failed = polled(feeds(*good), FEEDS)
    table.add_row(
        "the same, nothing changed (304)", f"{FEEDS / again:.0f} feeds a second, {again / first:.2f} of the time"
    )
    table.add_row("one after the other, waiting alone", f"{FEEDS * LATENCY:.0f} s")
    PartnerFeed.objects.update(etag="")
    mixed, whole, failed = polled(feeds(*bad, *good[HOSTILE:]), FEEDS - HOSTILE)
    assert failed == HOSTILE
    ratio = mixed / first
    table.add_row(
        f"with {HOSTILE} hostile ones among them", f"{ratio:.2f} of the time for the good, {whole:.1f} s for all"
    )
    table.add_row("memory of the poller, at most", f"{_peak('self')} MB")
    heaviest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    table.add_row("memory of what reads a feed, at most", f"{heaviest} MB")
    Console().print(table)
    server.kill()
    return int(ratio > TARGET or _peak("self") > 150 or heaviest > 150)


def _peak(pid: str) -> int:
    """The most memory that a process ever held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    sys.exit(main())
