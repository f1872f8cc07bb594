"""The embedded PostgreSQL outlives what may happen to it and to those who use it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from billing_admin import embedded_postgres
from billing_admin.embedded_postgres import TESTS, Cluster, EmbeddedPostgresError

USER_PROCESS = """
import sys, pathlib
from billing_admin import embedded_postgres
embedded_postgres.start(pathlib.Path(sys.argv[1]), embedded_postgres.TESTS)
print("joined", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that the server's account can reach also when the tests run as root."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        monkeypatch.setenv("EMBEDDED_POSTGRES_HOME", folder)
        yield Path(folder)


@pytest.fixture
def cluster(base: Path) -> Iterator[Cluster]:
    cluster = Cluster(base, TESTS)
    cluster.start()
    yield cluster
    cluster.stop()


def ask(cluster: Cluster, question: str) -> object:
    where = {"host": str(cluster.socket), "user": "billing", "dbname": "billing"}
    with psycopg.connect(**where, autocommit=True) as connection:
        cursor = connection.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def server_process(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def test_it_has_the_collation_and_the_extension_that_billing_needs(cluster: Cluster) -> None:
    ask(cluster, "CREATE EXTENSION btree_gist")

    assert ask(cluster, "SELECT datlocale FROM pg_database WHERE datname = 'billing'") == "C.UTF-8"
    assert ask(cluster, "SHOW timezone") == "UTC"
    assert ask(cluster, "SHOW listen_addresses") == ""


def test_only_tests_give_up_durability(base: Path) -> None:
    written = {}
    for kind in (embedded_postgres.CONSOLE, TESTS):
        cluster = Cluster(base, kind)
        cluster.data.mkdir(parents=True)
        cluster._write_settings()
        written[kind] = (cluster.data / "billing.conf").read_text()

    assert "fsync" not in written[embedded_postgres.CONSOLE]
    assert "fsync = 'off'" in written[TESTS]


def test_the_last_one_out_stops_it(cluster: Cluster, base: Path) -> None:
    second = Cluster(base, TESTS)
    second.start()

    cluster.stop()
    assert ask(second, "SELECT 1") == 1
    second.stop()

    assert not (cluster.data / "postmaster.pid").exists()


def test_a_user_that_is_killed_does_not_keep_it_running(cluster: Cluster, base: Path) -> None:
    user = subprocess.Popen(
        [sys.executable, "-c", USER_PROCESS, base],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=settings.BASE_DIR,
    )
    assert user.stdout is not None
    assert user.stdout.readline() == b"joined\n"

    user.kill()
    user.wait()
    cluster.stop()

    assert not (cluster.data / "postmaster.pid").exists()


def test_it_starts_again_with_all_data_after_the_server_was_killed(cluster: Cluster) -> None:
    ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    ask(cluster, "CHECKPOINT")
    os.kill(server_process(cluster), signal.SIGKILL)
    cluster.stop()

    cluster.start()

    assert ask(cluster, "SELECT answer FROM kept") == 42


def test_a_folder_of_somebody_else_is_refused(base: Path) -> None:
    cluster = Cluster(base, TESTS)
    cluster.home.parent.mkdir(parents=True, exist_ok=True)
    cluster.home.symlink_to(base)

    with pytest.raises(EmbeddedPostgresError, match="belongs to somebody else"):
        cluster.start()
