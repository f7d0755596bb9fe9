"""nginx's proxy_cache as an edge on the same machine: it gives a page without asking us, and none that is stale.

    FOLDER/pages         what nginx stores (proxy_cache_path): one file a page, named by the md5 of its key
    FOLDER/index.sqlite3 which file bears which tags: read and written by all our processes

nginx opens the file for each request, and fetches the page anew when it is gone. So a change unlinks the files of its
tags before it commits. What it could miss is an answer that is under way to nginx, and stored after that:

1. A server writes into the index that nginx may store a file (a permission), *then* looks whether a writer is in flight
   (in_flight.py) and whether the page is still true. Only then it answers with `X-Accel-Expires`, else with 0.
2. A writer says that it is in flight, *then* reads the index. It unlinks what is stored, and waits up to WAIT_SECONDS
   for what is permitted and not stored yet. So either the server sees the writer, or the writer the permission.
3. What is not stored by then may be stored whenever nginx comes to it, until the permission ends. So the writer shuts
   the edge before it commits: it moves `pages` aside and leaves a file in its place. nginx then finds nothing, and can
   store nothing. Servers answer all requests, and give no permission, until the last permission in doubt has ended;
   then `pages` is moved back.

A permission ends when the clock changes the page, and after LONGEST_SECONDS; `X-Accel-Expires: @…` is absolute, so what
comes late is not given either. Only one permission for a file is open at a time. That it is used shows by the file,
which is another than before; that it will not be, by nginx, which closes the connection when the client went away.
"""

import hashlib
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Any

from django.conf import settings

from newsroom.pagecache.edges.index import Index, Permission
from newsroom.pagecache.edges.sockets import is_held
from newsroom.pagecache.in_flight import InFlight, in_flight
from newsroom.server.wsgi import Scope

logger = logging.getLogger(__name__)

KEY_HEADER = b"x-edge-key"
WAIT_SECONDS, PAUSE_SECONDS = 0.2, 0.002
LONGEST_SECONDS = 60.0  # what a permission lasts; for so long the edge can be shut
CLOCK_SECONDS = 0.05  # what nginx's clock may be behind
NOT_STORED = [(b"x-accel-expires", b"0")]
OF_A_CLIENT = frozenset((b"if-none-match", b"if-modified-since", b"range"))  # nginx asks for a whole page


class NginxEdge:
    """The edge as servers see it (newsroom/server/edge.py). `proxies`: the networks whose X-Edge-Key is believed."""

    def __init__(self, store: "Store", writers: InFlight, proxies: Collection[IPv4Network | IPv6Network]):
        self.store, self.writers, self.proxies = store, writers, proxies

    def copy_of(self, scope: Scope) -> str | None:
        """Return the name of the file for a request that nginx forwards and whose key is that of its page.

        The key is scheme, host, path and encoding, as nginx.conf says it: a wrong one, from whomever, is not believed.
        """
        headers = dict(scope["headers"])
        said = headers.get(KEY_HEADER)
        if said is None or scope["method"] != "GET" or not OF_A_CLIENT.isdisjoint(headers):
            return None
        scheme = headers.get(b"x-forwarded-proto") or scope["scheme"].encode()
        encoding = headers.get(b"accept-encoding", b"")
        if said != b"%s://%s%s %s" % (scheme, headers.get(b"host", b""), scope["raw_path"], encoding):
            return None
        try:
            client = ip_address((scope.get("client") or ("", 0))[0])
        except ValueError:
            return None
        if not any(client in network for network in self.proxies):
            return None
        return hashlib.md5(said, usedforsecurity=False).hexdigest()

    def permit(
        self, copy: str, scope: Scope, page: Any, latest: Callable[[], Any]
    ) -> tuple[Any, list[tuple[bytes, bytes]]]:
        """Permit to store a page that is the same for all, if it is true and nobody is changing anything."""
        stored, now = latest(), time.time()
        page = stored or page
        seconds = int(min(page.due_at, now + LONGEST_SECONDS) - CLOCK_SECONDS) - 1  # nginx gives it in that second too
        if stored is None or page.status != 200 or seconds <= now or self.writers.is_anyone():
            return page, NOT_STORED
        until = seconds + 1 + CLOCK_SECONDS
        try:
            if not self.store.permit(copy, page.tags, until, connection_of(scope)):
                return page, NOT_STORED
            true = None if self.writers.is_anyone() else latest()
            if true is None or true.tags != page.tags or true.due_at < until:
                self.store.withdraw(copy)
                return true or page, NOT_STORED
        except (sqlite3.Error, OSError):
            logger.warning("The index of the edge cannot be written: pages are not stored there.", exc_info=True)
            return page, NOT_STORED
        return true, [(b"x-accel-expires", b"@%d" % seconds)]


class Store:
    """What nginx has stored, and may store, in `folder`."""

    def __init__(self, folder: Path):
        self.open, self.shut = folder / "pages", folder / "pages.shut"
        self.cleaned_at = 0.0
        self.index = Index(folder / "index.sqlite3", self.forget_all)

    def permit(self, name: str, tags: Collection[str], until: float, connection: str) -> bool:
        """Write down that a file may be stored until a time, in seconds since 1970, by an answer over a connection.
        Return whether it may."""
        with self.index.writing() as index:
            now = time.time()
            if index.is_in_doubt(now):
                return False
            if self.shut.exists():
                self._open_again(index)
            if not self.open.is_dir() or not os.access(self.open, os.W_OK | os.X_OK):
                return False  # nginx has not made it, or its files are not ours to unlink
            earlier = index.permission(name)
            if earlier and earlier.until > now:
                if not self._is_settled(earlier):  # that answer may still be under way
                    return False
                until = max(until, earlier.until)  # nginx has a file that is good: its tags stay
            else:
                index.forget([name])
            index.permit(Permission(name, self._identity(name), until, connection), tags)
            if now > self.cleaned_at + LONGEST_SECONDS:
                self.cleaned_at = now
                index.forget_ended(now - LONGEST_SECONDS)
        return True

    def withdraw(self, name: str) -> None:
        """Take a permission back that no answer had yet, and what was stored by an earlier one."""
        with self.index.writing() as index:
            self._unlink(name)
            index.forget([name])

    def forget(self, tags: Collection[str], *, is_seen: bool) -> None:
        """Unlink the files with any of these tags, before a change commits; see above. `is_seen`: servers see that its
        writer is in flight."""
        end = time.monotonic() + WAIT_SECONDS
        while self.index.permissions_with(tags, time.time()) or not is_seen:
            with self.index.writing() as index:  # nobody moves the folder meanwhile
                found = index.permissions_with(tags, time.time())
                settled = [permission.name for permission in found if self._is_settled(permission)]
                for name in settled:
                    self._unlink(name)
                index.forget(settled)
                if not is_seen or self.shut.exists() or time.monotonic() > end:
                    self._shut(index, {permission.name for permission in found} - {*settled}, for_a_while=not is_seen)
                    return
            time.sleep(PAUSE_SECONDS)

    def forget_all(self) -> None:
        """Unlink every file: nobody knows what they show."""
        for folder in (self.open, self.shut):
            for path in folder.iterdir() if folder.is_dir() else ():
                path.unlink(missing_ok=True)

    def _shut(self, index: Index, names: Collection[str], *, for_a_while: bool) -> None:
        """Let nginx find and store nothing until the permissions for these files have ended."""
        index.doubt(names)
        if for_a_while:
            index.doubt_until(time.time() + LONGEST_SECONDS)
        if not names and not for_a_while:
            return
        if not self.shut.exists() and self.open.is_dir():
            self.open.rename(self.shut)
        while not self.open.is_file():  # a folder that is missing nginx would make
            self._remove_folder()
            self.open.touch()
        logger.warning("nginx did not store what it was given in time: for up to a minute it finds and stores no page.")

    def _open_again(self, index: Index) -> None:
        for name in index.end_doubt():
            self._unlink(name)
        while self.shut.exists():
            self._remove_folder()
            self.open.unlink(missing_ok=True)
            with suppress(OSError):  # nginx made it in between
                self.shut.rename(self.open)

    def _remove_folder(self) -> None:
        """Remove the folder that nginx made in the place of the one that was moved aside."""
        with suppress(FileNotFoundError, NotADirectoryError):
            for path in self.open.iterdir():
                path.unlink(missing_ok=True)
            self.open.rmdir()

    def _path(self, name: str) -> Path:
        return (self.shut if self.shut.exists() else self.open) / name

    def _identity(self, name: str) -> str:
        """What tells a file from the one that takes its place; "" where there is none."""
        with suppress(FileNotFoundError, NotADirectoryError):
            found = self._path(name).stat()
            return f"{found.st_ino} {found.st_mtime_ns}"
        return ""

    def _is_settled(self, permission: Permission) -> bool:
        """Whether nothing more is to come of a permission: its file is stored, or nginx has closed the connection of
        its answer, which it does after it has stored the file, or when its client went away."""
        there = self._identity(permission.name)
        if there and there != permission.before:
            return True
        ends = permission.connection.split()
        return bool(ends) and is_held((ends[0], int(ends[1])), (ends[2], int(ends[3]))) is False

    def _unlink(self, name: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError):
            self._path(name).unlink()


def connection_of(scope: Scope) -> str:
    """Return the ends of a request's connection; "" where the kernel would not tell when the client closes it."""
    client, server = scope.get("client"), scope.get("server")
    if not client or not server or not is_held(client, server):
        return ""
    return f"{client[0]} {client[1]} {server[0]} {server[1]}"


def forget(tags: Collection[str], *, is_seen: bool) -> None:
    """Have nginx forget the pages with these tags, where it is an edge. To be called in the transaction of a change."""
    if not settings.EDGE_NGINX:
        return
    try:
        store_at(Path(settings.EDGE_NGINX)).forget(tags, is_seen=is_seen)
    except (sqlite3.Error, OSError):
        logger.exception("What nginx has stored cannot be told: it is moved away. Mend it, and restart nginx.")
        with suppress(FileNotFoundError):
            Path(settings.EDGE_NGINX, "pages").rename(Path(settings.EDGE_NGINX, f"pages.lost-{time.time_ns()}"))


def edge() -> NginxEdge | None:
    """Return the edge of the settings; None where there is none, or where it could not be told who is in flight."""
    shared = in_flight()
    if not settings.EDGE_NGINX or shared is None:
        return None
    try:
        return NginxEdge(store_at(Path(settings.EDGE_NGINX)), shared, settings.TRUSTED_PROXIES)
    except (sqlite3.Error, OSError):
        logger.exception("%s cannot be written to: nginx stores no page.", settings.EDGE_NGINX)
        return None


@cache
def store_at(folder: Path) -> Store:
    """Return the store in a folder, one for each process."""
    return Store(folder)
