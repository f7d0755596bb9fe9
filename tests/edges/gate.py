"""A gate on the way from the worker to an edge: open, shut, or such that what comes in is held."""

import socket
import threading
from contextlib import suppress
from typing import Self


class Gate:
    """Listens at `port`, and passes on to `target` while it is open. Begins shut."""

    def __init__(self, target: int):
        self.target, self.listener = target, socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.is_open, self.holds = False, False
        self.held = threading.Event()  # something came in while it held everything
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _address = self.listener.accept()
                threading.Thread(target=self._pass_on, args=(line,), daemon=True).start()

    def _pass_on(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            if not self.is_open:
                return
            with socket.create_connection(("127.0.0.1", self.target), timeout=20) as other:
                while sent := line.recv(65536):
                    if self.holds:
                        self.held.set()
                        line.recv(1)  # until the other side is gone
                        return
                    other.sendall(sent)
                    line.sendall(other.recv(65536))
