"""benchmark NAME: measure a figure that the product promises, on this machine."""

from __future__ import annotations

from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing_admin.benchmarks import BENCHMARKS
from billing_admin.benchmarks.measuring import own_database


class Command(BaseCommand):
    """Run a benchmark."""

    help = "Measure in a database of its own. Ratios within one run bind; absolute figures depend on the machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name and the size."""
        parser.add_argument("name", choices=BENCHMARKS)
        parser.add_argument("--scale", type=float, default=1.0, help="a share of the full size")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, say what was found, and fail if a bar was not reached."""
        module, _, function = BENCHMARKS[options["name"]].partition(".")
        measure = getattr(import_module(f"billing_admin.benchmarks.{module}"), function)
        with own_database():
            is_reached = measure(self._say, scale=options["scale"])
        if not is_reached:
            raise CommandError("A bar was not reached.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
