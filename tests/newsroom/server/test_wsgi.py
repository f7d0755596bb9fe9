"""What a WSGI application is given of a request, and what is taken from its answer."""

import io
import tempfile
from pathlib import Path
from typing import Any
from unittest import TestCase

from newsroom.server.wsgi import FileBody, call, environ_of


def scope(path: bytes = b"/", headers: list[tuple[bytes, bytes]] | None = None) -> dict[str, Any]:
    return {
        "method": "GET", "raw_path": path, "query_string": b"q=%C3%A9", "http_version": "1.1", "scheme": "https",
        "headers": headers or [], "client": ("203.0.113.7", "50112"), "server": ("127.0.0.1", "8000"),
    }  # fmt: skip


class EnvironTests(TestCase):
    def test_it_says_what_pep_3333_wants(self) -> None:
        environ = environ_of(scope(b"/caf%C3%A9/%ff"), io.BytesIO(b"abc"), 3)
        self.assertEqual(environ["PATH_INFO"].encode("latin-1"), "/café/".encode() + b"\xff")
        self.assertEqual((environ["QUERY_STRING"], environ["CONTENT_LENGTH"]), ("q=%C3%A9", "3"))
        self.assertEqual((environ["REMOTE_ADDR"], environ["REMOTE_PORT"]), ("203.0.113.7", "50112"))
        self.assertEqual((environ["wsgi.url_scheme"], environ["SERVER_PORT"]), ("https", "8000"))

    def test_it_leaves_out_headers_that_could_pass_for_a_proxy_s(self) -> None:
        forged = [(b"x_forwarded_for", b"6.6.6.6"), (b"x-forwarded-for", b"203.0.113.7")]
        self.assertEqual(environ_of(scope(headers=forged), io.BytesIO(), 0)["HTTP_X_FORWARDED_FOR"], "203.0.113.7")

    def test_it_joins_what_came_in_several_headers(self) -> None:
        headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"text/html"), (b"accept", b"*/*")]
        environ = environ_of(scope(headers=headers), io.BytesIO(), 0)
        self.assertEqual((environ["HTTP_COOKIE"], environ["HTTP_ACCEPT"]), ("a=1; b=2", "text/html,*/*"))

    def test_it_believes_what_was_read_and_not_what_was_declared(self) -> None:
        headers = [(b"content-length", b"99"), (b"transfer-encoding", b"chunked"), (b"content-type", b"text/plain")]
        environ = environ_of(scope(headers=headers), io.BytesIO(b"ab"), 2)
        self.assertEqual((environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]), ("2", "text/plain"))
        self.assertNotIn("HTTP_TRANSFER_ENCODING", environ)


class CallTests(TestCase):
    def answer(self, body: Any, method: str = "GET") -> Any:
        def application(environ: Any, start_response: Any) -> Any:
            start_response("201 Created", [("Content-Type", "text/plain"), ("X-One", "é")])
            return body

        return call(application, {"REQUEST_METHOD": method})

    def test_it_collects_status_headers_and_body(self) -> None:
        answer = self.answer(iter([b"a", b"b"]))
        self.assertEqual((answer.status, answer.body), (201, b"ab"))
        self.assertEqual(answer.headers, [(b"content-type", b"text/plain"), (b"x-one", b"\xe9")])

    def test_it_sends_a_file_by_its_path_and_closes_it(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "un.webp"
            path.write_bytes(b"a picture")
            file = path.open("rb")
            self.assertEqual(self.answer(FileBody(file)).path, str(path))
            self.assertTrue(file.closed)
            part = path.open("rb")
            part.seek(2)
            answer = self.answer(FileBody(part))
        self.assertEqual((answer.path, answer.body), ("", b"picture"))

    def test_it_reads_what_is_no_file_of_its_own(self) -> None:
        answer = self.answer(FileBody(io.BytesIO(b"from memory")))
        self.assertEqual((answer.path, answer.body), ("", b"from memory"))

    def test_it_closes_what_it_was_given_whatever_happens(self) -> None:
        class Body:
            closed = False

            def __iter__(self) -> Any:
                raise OSError("the disk")

            def close(self) -> None:
                self.closed = True

        body = Body()
        with self.assertRaises(OSError):
            self.answer(body)
        self.assertTrue(body.closed)

    def test_it_has_no_body_for_a_head_request(self) -> None:
        self.assertEqual(self.answer([b"abc"], "HEAD").body, b"")
