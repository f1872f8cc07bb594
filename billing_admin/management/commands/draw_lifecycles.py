"""draw_lifecycles: write docs/lifecycles.md from the tables in code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from billing_admin.lifecycles import DOCUMENT, document


class Command(BaseCommand):
    """Write the document; a test asks that it is up to date."""

    help = "Write docs/lifecycles.md from the lifecycle tables of all apps."

    def handle(self, *words: Any, **options: Any) -> None:
        """Write, and say where."""
        DOCUMENT.write_text(document())
        self.stdout.write(str(DOCUMENT))
