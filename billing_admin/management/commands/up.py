"""Start the whole product on this machine: database, console, API and worker, with demo data."""

from __future__ import annotations

import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from billing_admin import demo_access, embedded_postgres, serving, static_files
from organizations.models import Organization


class Command(BaseCommand):
    """The first of the two commands that a stranger needs.

    It brings database, static files and demo up to date, and then gives its place to
    `billing_admin.serving`, which needs a quarter of the memory.
    """

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and whether the demo is wanted."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *words: Any, host: str, port: int, no_demo: bool, **options: Any) -> None:
        """Prepare, and serve until Ctrl+C."""
        if settings.SECURE:
            raise CommandError(
                "`up` is for one machine without PRODUCTION=1; "
                "docs/running-in-production.md tells how production is started."
            )
        self._refuse_a_taken_port(host, port)
        try:
            self._prepare(wants_demo=not no_demo)
        except KeyboardInterrupt:
            raise CommandError("Stopped before anything was served.") from None
        os.environ[serving.WELCOME] = "".join(f"  {line}\n" for line in self._sign_in())
        os.chdir(settings.BASE_DIR)
        command = [sys.executable, "-m", serving.__name__, host, str(port)]
        os.execv(sys.executable, command)

    def _prepare(self, *, wants_demo: bool) -> None:
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
        if has_demo and wants_demo and not Organization.objects.exists():
            self._say("Loading the demo ...")
            call_command("load_demo")
        connections.close_all()

    def _sign_in(self) -> list[str]:
        access = demo_access.kept()
        if access is None:
            return []
        return [f"Sign in  {access.email}  {access.password}", f"API key  {access.api_key}"]

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
