"""create_organization NAME [--sandbox] [--json]: an organization with its first API key."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from activity.actors import COMMAND
from organizations import clock
from workflows.create_organization import create_organization


class Command(BaseCommand):
    """Create an organization and print its id and API key."""

    help = "Create an organization and print its id and its API key (shown this once)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name and the switches."""
        parser.add_argument("name")
        parser.add_argument("--sandbox", action="store_true", help="give it a clock of its own")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create it."""
        made = create_organization(
            options["name"], actor=COMMAND, at=clock.now(), is_sandbox=options["sandbox"]
        )
        row = {"organization_id": str(made.organization.pk), "api_key": made.secret}
        if options["json"]:
            self.stdout.write(json.dumps(row))
        else:
            self.stdout.write(f"{made.organization}: id {made.organization.pk}, key {made.secret}")
