"""A server on this machine that plays a payment provider."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit


class Fake:
    """What a provider knows and was asked.

    `silent` answers the next so many requests with nothing, after having done what they ask.
    """

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[tuple[str, str, Any]] = []
        self.silent = 0
        self.lock = Lock()

    def answer(
        self, method: str, path: str, given: Any, headers: Any
    ) -> tuple[int, dict[str, Any]]:
        """Do what is asked and return status and body."""
        raise NotImplementedError


AnyFake = TypeVar("AnyFake", bound=Fake)


@contextmanager
def serving(fake: AnyFake, read: Callable[[str], Any]) -> Iterator[AnyFake]:
    """Serve on a free port; `read` makes of a request's body what `answer` is given."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            given = read(self.rfile.read(length).decode())
            with fake.lock:
                path = urlsplit(self.path).path
                status, body = fake.answer(self.command, path, given, self.headers)
                is_silent, fake.silent = fake.silent > 0, max(0, fake.silent - 1)
            if is_silent:
                self.close_connection = True
                return
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _handle

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.address = f"http://127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
