"""create_operator EMAIL --organization ID: somebody who may sign in to the console."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from activity.actors import COMMAND
from billing.errors import Invalid
from organizations import clock
from organizations.models import Organization
from organizations.permissions import Role
from workflows.admit_support import admit_support
from workflows.change_member import admit_member


class Command(BaseCommand):
    """Let somebody in: the first owner of an organization, who then invites the others."""

    help = (
        "Make somebody a member of an organization and print the password of a new operator (shown this"
        " once). Further members are best invited in the console, under Settings."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, the organization and the role."""
        parser.add_argument("email")
        parser.add_argument("--organization", required=True, type=UUID, help="its id")
        parser.add_argument("--role", choices=Role.values, default=Role.OWNER.value)
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--support", action="store_true", help="also let them into the admin, as support staff"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Admit them, wholly or not at all."""
        organization = Organization.objects.filter(pk=options["organization"]).first()
        if organization is None:
            raise CommandError("There is no organization with this id.")
        try:
            with transaction.atomic():
                admitted = admit_member(
                    organization,
                    email=options["email"],
                    name=options["name"],
                    role=options["role"],
                    actor=COMMAND,
                    at=clock.now(organization),
                )
                if options["support"]:
                    admit_support(admitted.membership.operator)
        except Invalid as refusal:
            raise CommandError(f"{refusal.message} {refusal.errors}") from refusal
        self.stdout.write(
            f"{admitted.membership.operator.email} is {options['role']} of {organization}."
            + (f" Password: {admitted.password}" if admitted.password else "")
        )
