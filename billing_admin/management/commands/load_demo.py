"""load_demo: three airports and their sixteen carriers, two months of real flights."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from billing_admin import demo_access
from billing_admin.demo_access import DemoAccess
from demo.story import NAME, OWNER, load
from organizations.models import Operator, Organization

BYTES = 12
"""Of randomness in the password, which becomes 16 letters and digits."""


class Command(BaseCommand):
    """Load the demo."""

    help = (
        "Load the demo: a sandbox that bills sixteen airlines for real flights. Not in production."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it wholly or not at all, and keep how to sign in."""
        if settings.SECURE:
            raise CommandError("The demo is not for production: unset PRODUCTION to load it.")
        is_there = Organization.objects.filter(name=NAME, is_sandbox=True).exists()
        if is_there or Operator.objects.filter(email=OWNER).exists():
            raise CommandError("The demo is in this database already.")
        self.begun, password = time.monotonic(), secrets.token_urlsafe(BYTES)
        demo = load(password=password, say=self._say)
        demo_access.keep(DemoAccess(demo.owner.email, password, demo.api_key))
        self._say("done")

    def _say(self, what: str) -> None:
        self.stdout.write(f"  {time.monotonic() - self.begun:4.1f} s  {what}")
        self.stdout.flush()
