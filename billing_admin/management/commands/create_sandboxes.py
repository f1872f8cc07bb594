"""create_sandboxes N: fresh sandbox organizations, one JSON object a line."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from activity.actors import COMMAND
from organizations import clock
from workflows.create_organization import create_organization


class Command(BaseCommand):
    """Create sandboxes and print their ids and API keys."""

    help = "Create N sandbox organizations; print organization_id and api_key, one object a line."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the number."""
        parser.add_argument("number", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Create them; they inherit the defaults of a new organization, in UTC and without taxes."""
        for number in range(1, options["number"] + 1):
            made = create_organization(
                f"Sandbox {number}", actor=COMMAND, at=clock.now(), is_sandbox=True
            )
            row = {"organization_id": str(made.organization.pk), "api_key": made.secret}
            self.stdout.write(json.dumps(row))
