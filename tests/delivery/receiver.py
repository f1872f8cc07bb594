"""A real receiver of webhooks: an HTTP server in a thread that keeps what it hears."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Heard:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers with the codes of `answers`, one after another, then 200."""

    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    text: bytes = b"thanks"
    before: Callable[[], object] = lambda: None
    url: str = ""

    def take(self, heard: Heard) -> int:
        self.heard.append(heard)
        self.before()
        return self.answers.pop(0) if self.answers else 200


def listen() -> tuple[Receiver, ThreadingHTTPServer]:
    """Start a receiver on a free port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            code = receiver.take(Heard(self.path, dict(self.headers), body))
            self.send_response(code)
            if code in (301, 302, 307):
                self.send_header("Location", receiver.url + "elsewhere")
            self.send_header("Content-Length", str(len(receiver.text)))
            self.end_headers()
            self.wfile.write(receiver.text)

        def log_message(self, *words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return receiver, server
