"""Fetching from strangers: bounded in time, bytes and redirects, and never from this install's own network.

The address that is checked is the one that is connected to, so a name that answers differently the second time (DNS
rebinding) gains nothing; each redirect is a new connection, checked the same way. Which addresses are refused is
ssrfguard's table, from IANA's registries.
"""

import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import certifi
import httpcore
from ssrfguard import DEFAULT_DENIED

REDIRECTS = (301, 302, 303, 307, 308)
CHUNK_BYTES = 64 * 1024  # unpacked at once
MAX_URL_CHARACTERS = 2_000
MAX_ADDRESSES_TRIED = 4  # of one name
ALSO_DENIED = frozenset({"168.63.129.16"})  # public by its number, but inside Azure the host of the machine
_TLS = ssl.create_default_context(cafile=certifi.where())


class Unfetched(Exception):
    """A fetch that failed. `code` names why: address, unknown_host, forbidden_address, unreachable, tls, too_slow,
    too_large, redirects, protocol. `detail` is for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Limits:
    """What a fetch may take, redirects included."""

    seconds: float = 20
    bytes: int = 4 * 1024 * 1024  # of the body, decompressed
    redirects: int = 5


@dataclass(frozen=True)
class Answer:
    """A server's answer; its body was written to the file that was given. Names of `headers` are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


def fetch(
    url: str,
    into: IO[bytes],
    *,
    headers: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
    allowed_hosts: Collection[str] = (),
) -> Answer:
    """Send a GET to an http or https address, following redirects, and return the last answer.

    The body of a 200 is written `into` a binary file. `allowed_hosts` are names or addresses that may be in this
    install's own network. Raises Unfetched.
    """
    deadline = time.monotonic() + limits.seconds
    allowed = frozenset(allowed_hosts)
    for _hop in range(limits.redirects + 1):
        url = checked(url)
        answer = _request(url, into, dict(headers or {}), limits, _Guarded(deadline, allowed))
        if answer.status not in REDIRECTS or "location" not in answer.headers:
            return answer
        if urlsplit(url).hostname not in allowed:
            allowed = frozenset()  # a stranger does not redirect us into our own network
        url = _redirect_target(url, answer.headers["location"])
    raise Unfetched("redirects", f"more than {limits.redirects}")


def _redirect_target(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Unfetched("address", location[:200]) from error


def checked(url: str) -> str:
    """Return an address as it can be requested, in ASCII. Raises Unfetched if it is no http or https address."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (UnicodeError, ValueError) as error:
        raise Unfetched("address", str(error)) from error
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or len(url) > MAX_URL_CHARACTERS:
        raise Unfetched("address", url[:200])
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    plain = parts._replace(netloc=netloc, fragment="").geturl()
    return "".join(char if "!" <= char <= "~" else _percent(char) for char in plain)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))


def _request(url: str, into: IO[bytes], headers: dict[str, str], limits: Limits, backend: "_Guarded") -> Answer:
    """Send one request and return its answer, without following a redirect."""
    sent = {"Host": urlsplit(url).netloc, "Accept-Encoding": "gzip, deflate", "Connection": "close", **headers}
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_TLS, network_backend=backend) as pool,
            pool.stream("GET", url, headers=_encoded(sent)) as response,
        ):
            received = {name.decode("latin-1").lower(): _text(value) for name, value in response.headers}
            if response.status == 200:
                for part in _decoded(response.iter_stream(), received.get("content-encoding", ""), limits.bytes):
                    into.write(part)
            return Answer(url, response.status, received)
    except httpcore.TimeoutException as error:
        raise Unfetched("too_slow", f"more than {limits.seconds:g} s") from error
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, UnicodeError) as error:
        raise Unfetched("protocol", str(error)[:200]) from error
    except (httpcore.NetworkError, OSError) as error:
        code = "tls" if isinstance(error.__cause__ or error.__context__, ssl.SSLError) else "unreachable"
        raise Unfetched(code, str(error)[:200]) from error


def _text(value: bytes) -> str:
    """Return a header's value: UTF-8 in practice where it is not ASCII, Latin-1 by the standard (RFC 9110, 5.5)."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1", "ignore")) for name, value in headers.items()]


def _decoded(parts: Iterable[bytes], encoding: str, max_bytes: int) -> Iterator[bytes]:
    """Yield a body's bytes unpacked, a chunk at a time: what unpacks to more than `max_bytes` is stopped there."""
    encoding, so_far = encoding.strip().lower(), 0
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise Unfetched("protocol", f"content-encoding {encoding[:40]}")
    for out in parts if encoding in ("", "identity") else _unpacked(parts, encoding == "deflate"):
        so_far += len(out)
        if so_far > max_bytes:
            raise Unfetched("too_large", f"more than {max_bytes // 1024} KiB")
        yield out


def _unpacked(parts: Iterable[bytes], deflate: bool) -> Iterator[bytes]:
    """Unpack gzip, of one member or more (RFC 1952, 2.2), or deflate, with zlib's header or, as many do, without."""
    unpack: Any = None
    try:
        for part in parts:
            waiting = part
            while waiting:
                if unpack is None or unpack.eof:
                    if unpack and (deflate or waiting[0] != 0x1F):
                        break  # padding after the end
                    unpack = zlib.decompressobj(_window(waiting, deflate))
                yield unpack.decompress(waiting, CHUNK_BYTES)
                waiting = unpack.unconsumed_tail or (unpack.unused_data if unpack.eof else b"")
        if unpack:
            yield unpack.flush()  # what the last chunk's bound held back, a few hundred bytes at most
    except zlib.error as error:
        raise Unfetched("protocol", str(error)) from error
    if unpack and not unpack.eof:
        raise Unfetched("protocol", "cut short")


def _window(start: bytes, deflate: bool) -> int:
    """Return zlib's `wbits`: 16 more for gzip's header, negative for none. Zlib's names method 8 (RFC 1950, 2.2)."""
    if not deflate:
        return zlib.MAX_WBITS | 16
    return zlib.MAX_WBITS if start[0] & 0x0F == 8 else -zlib.MAX_WBITS


class _Guarded(httpcore.NetworkBackend):
    """Connects to public addresses only; nothing takes longer than until the deadline, slow drips included."""

    def __init__(self, deadline: float, allowed: frozenset[str]) -> None:
        self._deadline = deadline
        self._allowed = allowed
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        addresses = self._vetted(host, port)[:MAX_ADDRESSES_TRIED]
        for tried, address in enumerate(addresses):
            # An equal share of the time each: the first of them may be a network that answers nobody.
            share = _left(self._deadline) / (len(addresses) - tried)
            try:
                stream = self._sockets.connect_tcp(address, port, share)
                return _Timed(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or Unfetched("unknown_host", host[:200])

    def _vetted(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name. Raises Unfetched if any is forbidden, be the others public."""
        addresses = _resolve(host, port, _left(self._deadline))
        if host not in self._allowed:
            for address in addresses:
                if DEFAULT_DENIED.classify(address).blocked or address in ALSO_DENIED:
                    raise Unfetched("forbidden_address", f"{host[:200]}: {address}")
        return addresses


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """Return a name's addresses, each once. The system's resolver knows no deadline: its thread is left at ours."""
    answer: Future[list[Any]] = Future()

    def resolve() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(
        target=resolve, name="resolve", daemon=True
    ).start()  # a process does not wait for it to end either
    try:
        rows = answer.result(seconds)
    except TimeoutError as error:
        raise Unfetched("too_slow", f"no address of {host[:200]}") from error
    except (OSError, UnicodeError) as error:
        raise Unfetched("unknown_host", host[:200]) from error
    addresses = [str(ipaddress.ip_address(str(row[4][0]).partition("%")[0])) for row in rows]
    return list(dict.fromkeys(addresses))


def _left(deadline: float) -> float:
    """Return the seconds until a deadline. Raises Unfetched after it."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unfetched("too_slow")
    return left


class _Timed(httpcore.NetworkStream):
    """A connection whose every step has as timeout what is left until the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _Timed(stream, self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
