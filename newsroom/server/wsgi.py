"""Running a WSGI application on a request that was read whole, and collecting its answer (PEP 3333)."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import unquote_to_bytes

Scope = dict[str, Any]
Environ = dict[str, Any]
WSGIApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Answer(NamedTuple):
    """An answer: `path` names the file that is its body, where it is one; else `body` is."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    path: str = ""


class FileBody:
    """`wsgi.file_wrapper`: a body that is a file, which the server can send without holding a thread."""

    def __init__(self, file: IO[bytes], block_size: int = 64 * 1024):
        self.file, self.block_size = file, block_size

    @property
    def path(self) -> str:
        """The path of the file, or "" where it has none or is not sent from its start."""
        name = getattr(self.file, "name", "")
        is_whole = isinstance(name, str) and Path(name).is_absolute() and Path(name).is_file() and self.file.tell() == 0
        return name if is_whole else ""

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.file.read(self.block_size):
            yield chunk

    def close(self) -> None:
        self.file.close()


def environ_of(scope: Scope, body: IO[bytes], length: int) -> Environ:
    """Return the WSGI environment of an ASGI request whose body was read.

    A header whose name has an underscore is left out: WSGI could not tell it from the same with hyphens, which a proxy
    in front may have set (X_Forwarded_For).
    """
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("localhost", 80)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.file_wrapper": FileBody,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name or name in (b"content-length", b"transfer-encoding"):
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        text = value.decode("latin-1")
        separator = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{separator}{text}" if key in environ else text
    environ["CONTENT_LENGTH"] = str(length)
    return environ


def call(application: WSGIApplication, environ: Environ) -> Answer:
    """Run a WSGI application and return its whole answer. Raises what the application raises."""
    status, headers = 0, list[tuple[bytes, bytes]]()

    def start_response(line: str, fields: list[tuple[str, str]], exc_info: Any = None) -> None:
        nonlocal status, headers
        status = int(line.split(" ", 1)[0])
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields]

    chunks = application(environ, start_response)
    try:
        if environ["REQUEST_METHOD"] == "HEAD":
            return Answer(status, headers)
        if isinstance(chunks, FileBody) and (path := chunks.path):
            return Answer(status, headers, path=path)
        return Answer(status, headers, b"".join(chunks))
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
