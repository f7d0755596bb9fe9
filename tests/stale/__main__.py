"""Edits a site at random while real servers give its pages, and looks whether readers get what is true.

    python -m tests.stale 200 --seed 7                     # 200 edits, on the database of the settings
    python -m tests.stale 10000 --reads 1000000            # readers ask all the time, while it is edited

The first compares each page with what is true after each edit (comparing.py); the second has readers in processes of
their own, which know what was committed before they asked (hammering.py). Several servers share the database and
NEWSROOM_VAR. Writes a report as JSON, an interrupted run that of what was done until then. Exits with 1 if a page was
stale.
"""

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

os.environ.setdefault("NEWSROOM_DEMO", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from tests.killing.database import OwnDatabase
from tests.living.nginx import nginx_before
from tests.stale.comparing import compare
from tests.stale.hammering import Hammer
from tests.stale.sites import served, site

SETTLED_SECONDS = 0.12  # what PostgreSQL's readers may be late by where nobody tells them who is in flight


def report(database: str, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    sites = site()
    connection.close()
    with ExitStack() as processes:
        # Another machine has another NEWSROOM_VAR than the one in which the writers here say that they are in flight.
        var = folder / "elsewhere" if asked.other_machine else folder
        edge = folder / "edge" if asked.edge else None
        servers = processes.enter_context(
            served(database, sites[0].domain, asked.servers, var, folder / "servers.log", edge)
        )
        ports = servers
        if edge:
            (folder / "nginx").mkdir()
            ports = [processes.enter_context(nginx_before(servers, folder / "nginx", var=var, edge=edge))[0]]
        if asked.reads:
            hammer = Hammer(
                sites, folder, ports, edits=asked.edits, reads=asked.reads, readers=asked.readers,
                writers=asked.writers, seed=asked.seed,
            )  # fmt: skip
            found = hammer.run()
        else:
            settled = SETTLED_SECONDS if asked.other_machine else 0
            keeps_nothing = {"NEWSROOM_PAGE_CACHE_BYTES": "0"}
            (true_port,) = processes.enter_context(
                served(database, sites[0].domain, 1, var, folder / "servers.log", **keeps_nothing)
            )
            found = compare(
                sites,
                ports,
                true_port,
                edits=asked.edits,
                in_silence=asked.in_silence,
                seed=asked.seed,
                settled=settled,
            )
        failed = failures(folder)
    told = {"engine": connection.vendor, "at": str(timezone.now()), "servers": asked.servers, "by": asked.edge}
    return {**told, "other machine": asked.other_machine, **found, "failed": failed[:20]}


def failures(folder: Path) -> list[str]:
    """Return what the logs of the servers, and of nginx, tell of failures."""
    found = []
    for part in (folder / "servers.log").read_text().split("\n20"):
        if " ERROR " in part:
            found.append(part[:3000])
    if (log := folder / "nginx" / "error.log").exists():
        found += [line for line in log.read_text().splitlines() if "[crit]" in line or "[error]" in line]
    return found


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edits", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--servers", type=int, default=3, help="processes that serve (3)")
    parser.add_argument(
        "--in-silence", type=int, default=0, metavar="N",
        help="then N edits without purges: what is stale must be found",
    )  # fmt: skip
    parser.add_argument("--reads", type=int, default=0, help="read so much meanwhile, in the place of comparing")
    parser.add_argument("--readers", type=int, default=4, help="processes that read, with --reads (4)")
    parser.add_argument("--writers", type=int, default=2, help="threads that edit, with --reads (2)")
    parser.add_argument("--edge", choices=("", "nginx"), default="", help="read through an edge on the same machine")
    parser.add_argument(
        "--other-machine", action="store_true", help="serve as on another machine than the one where is edited"
    )
    return parser.parse_args()


def interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    asked = options()
    signal.signal(signal.SIGTERM, interrupt)
    logging.getLogger("newsroom").setLevel(logging.WARNING)  # a line for each action would hide the progress
    with tempfile.TemporaryDirectory(prefix="newsroom-stale-") as name:
        os.environ["NEWSROOM_VAR"] = name
        with (
            override_settings(
                VAR_DIR=Path(name),
                EDGE_NGINX=str(Path(name) / "edge") if asked.edge == "nginx" else "",
                MEDIA_ROOT=Path(name) / "media",
                STORAGES={
                    "default": {"BACKEND": "newsroom.storage.WholeFileStorage"},
                    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
                },
            ),
            OwnDatabase(Path(name)) as database,
        ):
            (Path(name) / "edge" / "pages").mkdir(parents=True)
            found = report(database.url, Path(name), asked)
    json.dump(found, sys.stdout, indent=1, ensure_ascii=False)
    return 0 if not found["stale"] else 1


if __name__ == "__main__":
    sys.exit(main())
