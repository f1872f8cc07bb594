"""Start the whole product on this machine: database, console, API and worker, with demo data."""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from billing_admin import demo_access, embedded_postgres, processes, static_files
from organizations.models import Organization

WEB_WORKERS = "2"
THREADS = "4"
SLOWEST_START = 30.0
ANY_ADDRESS = ("0.0.0.0", "::")


class Command(BaseCommand):
    """The first of the two commands that a stranger needs."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *words: Any, host: str, port: int, no_demo: bool, **options: Any) -> None:
        if settings.SECURE:
            raise CommandError(
                "`up` is for one machine without PRODUCTION=1; "
                "docs/running-in-production.md tells how production is started."
            )
        self._refuse_a_taken_port(host, port)
        processes.raise_at_signals()
        group = processes.Group(settings.BASE_DIR, self._environment(host))
        try:
            self._prepare(no_demo)
            self._serve(group, host, port)
        except processes.Stopped:
            self._say("Stopping ...")
        finally:
            group.stop()

    def _prepare(self, no_demo: bool) -> None:
        if not os.environ.get("DATABASE_URL"):
            self._say("Starting PostgreSQL ...")
            embedded_postgres.start(settings.BASE_DIR)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Bringing the database up to date ...")
            call_command("migrate", interactive=False, verbosity=0)
        if static_files.collect_if_changed():
            self._say("Collected the static files.")
        has_demo = "load_demo" in get_commands()
        if has_demo and not no_demo and not Organization.objects.exists():
            self._say("Loading the demo ...")
            call_command("load_demo")
        connections.close_all()

    def _serve(self, group: processes.Group, host: str, port: int) -> None:
        granian = ["--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
        granian += ["--workers", WEB_WORKERS, "--blocking-threads", THREADS]
        # A worker that is told to stop while it still starts misses it: kill it after 5 s.
        granian += ["--respawn-failed-workers", "--workers-kill-timeout", "5"]
        granian += ["--log-level", "warning"]
        command = [sys.executable, "-m", "granian", *granian, settings.WSGI_ENTRY]
        group.start("web server", command)
        group.start("worker", [sys.executable, "manage.py", "worker"])
        self._wait_until_it_serves(group, host, port)
        self._say(self._welcome(host, port))
        name = group.wait()
        raise CommandError(f"The {name} ended by itself; its last words stand above.")

    def _wait_until_it_serves(self, group: processes.Group, host: str, port: int) -> None:
        address = f"{_address(host, port)}/healthz"
        deadline = time.monotonic() + SLOWEST_START
        while time.monotonic() < deadline:
            if name := group.ended():
                raise CommandError(f"The {name} did not start; its last words stand above.")
            try:
                with urllib.request.urlopen(address, timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise CommandError(f"Nothing answers at {address} after {SLOWEST_START:.0f} s.")

    def _welcome(self, host: str, port: int) -> str:
        lines = [
            "",
            f"  Console  {_address(host, port)}/",
            f"  API      {_address(host, port)}/api/v1",
        ]
        if access := demo_access.kept():
            lines += [
                f"  Sign in  {access.email}  {access.password}",
                f"  API key  {access.api_key}",
            ]
        return "\n".join([*lines, "", "Ctrl+C stops everything."])

    def _environment(self, host: str) -> dict[str, str]:
        """Let the children answer to the name that was asked for."""
        hosts = [*filter(None, os.environ.get("ALLOWED_HOSTS", "").split(","))]
        hosts.append("*" if host in ANY_ADDRESS else host)
        return os.environ | {"ALLOWED_HOSTS": ",".join(hosts), "PYTHONUNBUFFERED": "1"}

    def _refuse_a_taken_port(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} of {host} cannot be had ({error.strerror}); "
                    "take another with --port."
                ) from error

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ANY_ADDRESS else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
