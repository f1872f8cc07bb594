"""`up` serves within seconds, stops everything it started, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

SLOWEST = 120.0


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A place for a database of these tests' own, which also root's plain account can reach."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def start(home: Path, port: int) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "PRODUCTION")}
    environment["EMBEDDED_POSTGRES_HOME"] = str(home)
    environment["DJANGO_SETTINGS_MODULE"] = "billing_admin.settings"
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", "--no-demo", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Read what it prints until a line has these words."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def family_of(process: subprocess.Popen[str], home: Path) -> list[psutil.Process]:
    """List what it started: its descendants, and the server that runs apart from them."""
    server = int((home / "postgres/data/postmaster.pid").read_text().split()[0])
    return [*psutil.Process(process.pid).children(recursive=True), psutil.Process(server)]


def wait_for_the_end(family: list[psutil.Process]) -> list[psutil.Process]:
    return psutil.wait_procs(family, timeout=SLOWEST)[1]


def test_up_serves_and_stops_all_of_it_when_asked(home: Path, port: int) -> None:
    process = start(home, port)
    said = read_until(process, "Ctrl+C stops everything")
    family = family_of(process, home)

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as response:
        assert response.read() == b"ok\n"
    second = start(home, port)
    refusal, _ = second.communicate(timeout=SLOWEST)
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=SLOWEST)

    assert f"http://127.0.0.1:{port}/" in said
    assert (second.returncode, "take another with --port" in refusal) == (1, True)
    assert (process.returncode, rest.splitlines()[0]) == (0, "Stopping ...")
    assert len(family) >= 5
    assert wait_for_the_end(family) == []


def test_nothing_stays_when_up_is_killed(home: Path, port: int) -> None:
    process = start(home, port)
    read_until(process, "Ctrl+C stops everything")
    family = family_of(process, home)

    process.kill()
    process.communicate(timeout=SLOWEST)

    assert wait_for_the_end(family) == []


def test_up_ends_when_the_worker_does(home: Path, port: int) -> None:
    process = start(home, port)
    read_until(process, "Ctrl+C stops everything")
    worker = next(one for one in family_of(process, home) if one.cmdline()[-1] == "worker")

    worker.kill()
    rest, _ = process.communicate(timeout=SLOWEST)

    assert process.returncode == 1
    assert "The worker ended by itself" in rest


def test_up_is_not_for_production() -> None:
    environment = os.environ | {
        "PRODUCTION": "1",
        "SECRET_KEY": "k9" * 40,
        "ALLOWED_HOSTS": "billing.example.com",
        "DATABASE_URL": "postgres://billing@127.0.0.1:1/billing",
        "DJANGO_SETTINGS_MODULE": "billing_admin.settings",
    }
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "docs/running-in-production.md" in done.stderr
    assert time.monotonic() - begun < SLOWEST
