"""check_invariants: ask the database whether everything still adds up."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing_admin import invariants


class Command(BaseCommand):
    """Print what does not add up; ends with status 1 if anything does not."""

    help = "Ask the database whether everything still adds up; ends with status 1 if it does not."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the organization."""
        parser.add_argument("--organization", type=uuid.UUID, help="ask of this one alone (its id)")

    def handle(self, *words: Any, **options: Any) -> None:
        """Ask, and say what was found."""
        asked = [*invariants.INVARIANTS, *invariants.tenancy()]
        found = list(invariants.breaches(asked, organization_id=options["organization"]))
        for breach in found:
            self.stderr.write(f"{breach.sentence} {breach.row}: {breach.what}")
        if found:
            raise CommandError(f"{len(found)} rows break what must hold.")
        self.stdout.write(f"{len(asked)} invariants hold.")
