"""A mail server on loopback whose answers a test chooses."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import override_settings


class Dialogue(socketserver.StreamRequestHandler):
    """What the server says; its `server` has `answers`, and `received` for the mails."""

    server: Any

    def handle(self) -> None:
        self.reply("220 a mail server of the tests")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.data()
            elif word == "QUIT":
                self.reply("221 bye")
                return
            else:
                self.reply(self.server.answers.get(word, "250 ok"))

    def data(self) -> None:
        self.reply("354 go on")
        lines = []
        while (line := self.rfile.readline().decode()) != ".\r\n":
            if not line:  # the client died: what has no end is no mail
                return
            lines.append(line)
        self.server.received.append("".join(lines))
        answer = self.server.answers.get(".", "250 ok")
        if answer == "hang up":  # it has the mail, and the client cannot know
            self.connection.close()
            return
        self.reply(answer)

    def reply(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(**answers: str) -> Iterator[list[str]]:
    """Run a server for Django's SMTP backend, and yield the list of mails it receives.

    `answers` are by the client's command; `end` is for the dot that ends a mail ("hang up" closes the connection).
    """
    if "end" in answers:
        answers["."] = answers.pop("end")
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Dialogue) as server:
        server.daemon_threads = True
        server.answers, server.received = answers, []  # type: ignore[attr-defined]  # for the handler
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=server.server_address[1],
            EMAIL_TIMEOUT=5,
        ):
            yield server.received  # type: ignore[attr-defined]
        server.shutdown()
