"""backup FILE: Write the whole database to one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from billing_admin import dumps


class Command(BaseCommand):
    """Write the whole database to one file."""

    help = "Write the whole database to one file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *words: Any, file: Path, **options: Any) -> None:
        """Do it, or say why not."""
        try:
            dumps.backup(connection.settings_dict, file)
        except dumps.DumpError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Done: {file}")
