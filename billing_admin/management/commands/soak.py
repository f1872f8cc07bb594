"""soak NAME: a long run with a seed, in a database of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Run a soak with pytest; ends with the status of the run."""

    help = "Run a long, seeded test in a database of its own; --list names them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name, and what may differ from the full run."""
        parser.add_argument("name", nargs="?", help="which one")
        parser.add_argument("--list", action="store_true", help="name the soaks")
        parser.add_argument("--count", type=int, help="how many, instead of the full number")
        parser.add_argument("--seed", type=int, help="begin with this seed")

    def handle(self, *words: Any, **options: Any) -> None:
        """List, or run one."""
        from tests.soak.table import SEED, SOAKS

        if options["list"] or not options["name"]:
            for name, soak in SOAKS.items():
                self.stdout.write(f"{name:16} {soak.sentence} ({soak.full} {soak.unit}).")
            return
        if options["name"] not in SOAKS:
            raise CommandError(f"There is no such soak; there are {', '.join(SOAKS)}.")
        soak = SOAKS[options["name"]]
        chosen = {
            "SOAK_COUNT": str(options["count"] or soak.full),
            "SOAK_SEED": str(options["seed"] or SEED),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        pytest = [sys.executable, "-m", "pytest", "-s", "--durations=0", "--durations-min=1"]
        status = subprocess.call(
            [*pytest, soak.path], cwd=settings.BASE_DIR, env={**os.environ, **chosen}
        )
        if status:
            sys.exit(status)
