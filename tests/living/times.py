"""Articles set for a time three seconds ahead, on a running server with no worker: when are they read, when gone?"""

import datetime as dt
import time
from dataclasses import replace
from typing import Any

from django.db import connection
from django.utils import timezone

from articles.actions import editing, publishing, scheduling
from articles.content import Content
from articles.models import Event
from newsroom.publications.permissions import SYSTEM
from tests.killing.install import ALL, Install
from tests.living.processes import Reader, free_port, running, wait_until

AHEAD = dt.timedelta(seconds=3)


def report(install: Install, database: str) -> dict[str, Any]:
    """Return how many seconds after its time a reader saw each event, and when they last saw the state before."""
    port = free_port()
    reader = Reader(port, install.kg.domain)
    with running(database, "serve", "--port", str(port), NEWSROOM_PORT=str(port)):
        wait_until(lambda: reader.read("/healthz")[0] == 200, 60, "a server that answers")
        publication, change, withdrawal = install.approved(), install.reworded(), install.live()
        moment = timezone.now() + AHEAD
        publication = scheduling.schedule(
            publication, by=install.thomas, revision=publication.draft_id or 0, at=moment, accept=ALL
        )
        change = scheduling.schedule_change(change, by=install.thomas, revision=change.draft_id or 0, at=moment)
        withdrawal = scheduling.schedule_withdrawal(
            withdrawal, by=install.thomas, at=moment, notice="L’offre est finie."
        )
        later = editing.save_draft(
            install.live(), replace(Content.of(change.working), headline="Jamais"), by=SYSTEM, change="update"
        )
        publishing.submit(later, by=SYSTEM)  # a draft that nobody scheduled
        watched = {
            "article": lambda: reader.read(publication.path)[0] == 200,
            "front page": lambda: publication.desk_headline in reader.read("/")[1],
            "section": lambda: publication.desk_headline in reader.read("/science-espace/")[1],
            "change": lambda: "Un autre chapô." in reader.read(change.path)[1],
            "withdrawal": lambda: reader.read(withdrawal.path)[0] == 410,
            "withdrawn from the list": lambda: withdrawal.desk_headline not in reader.read("/science-espace/")[1],
        }
        seen: dict[str, float] = {}
        before: dict[str, float] = {}
        until = time.monotonic() + AHEAD.total_seconds() + 5
        while len(seen) < len(watched) and time.monotonic() < until:
            for name, is_so in watched.items():
                if name in seen:
                    continue
                asked = timezone.now()
                if is_so():
                    seen[name] = (timezone.now() - moment).total_seconds()
                else:
                    before[name] = (asked - moment).total_seconds()
        connection.close()
        return {
            "engine": connection.vendor,
            "seen": seen,
            "before": before,
            "never": "Jamais" in reader.read(later.path)[1],
            "applied": Event.objects.filter(at=moment).count(),
        }
