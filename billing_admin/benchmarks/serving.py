"""A web server to measure against, and somebody who asks it as fast as it answers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from urllib.parse import quote

from django.conf import settings
from django.db import connection

WORKERS, THREADS = "2", "4"
SLOWEST_START = 30.0
HOST = "127.0.0.1"


@contextmanager
def served(entry: str) -> Iterator[int]:
    """Serve a WSGI application on a free port, on the database that is in use; yield the port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    where = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--log-level", "error"]
    size = ["--workers", WORKERS, "--blocking-threads", THREADS, "--no-ws"]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *where, *size, entry],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": _database_url(), "ALLOWED_HOSTS": HOST},
    )
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=15)


def _database_url() -> str:
    known = connection.settings_dict
    user, password = quote(known["USER"] or ""), quote(known["PASSWORD"] or "")
    where = f"{quote(known['HOST'] or 'localhost', safe='')}:{known['PORT'] or 5432}"
    return f"postgres://{user}:{password}@{where}/{known['NAME']}"


def _wait(port: int) -> None:
    until = time.monotonic() + SLOWEST_START
    while time.monotonic() < until:
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the web server does not start")


def request_of(path: str, body: bytes, key: str) -> bytes:
    """Write a POST as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask_all(port: int, requests: Sequence[bytes], *, connections: int) -> float:
    """Send all requests over so many connections, each when the last was answered; return the seconds it took.

    Raises RuntimeError if one of them is not answered by 200.
    """
    shares = [requests[number::connections] for number in range(connections)]
    failures: list[str] = []
    threads = [Thread(target=_ask, args=(port, share, failures)) for share in shares]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    if failures:
        raise RuntimeError(failures[0])
    return took


def _ask(port: int, requests: Sequence[bytes], failures: list[str]) -> None:
    with socket.create_connection((HOST, port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting = b""
        for request in requests:
            line.sendall(request)
            while b"\r\n\r\n" not in waiting:
                waiting += _received(line)
            head, _, waiting = waiting.partition(b"\r\n\r\n")
            size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            while len(waiting) < size:
                waiting += _received(line)
            if b" 200 " not in head.split(b"\r\n")[0]:
                failures.append(f"{head.decode()}\n{waiting[:300].decode()}")
                return
            waiting = waiting[size:]


def _received(line: socket.socket) -> bytes:
    if not (found := line.recv(1 << 16)):
        raise ConnectionError("the web server hung up")
    return found
