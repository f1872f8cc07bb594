"""fuzz_api: thousands of made-up requests, in a database of its own; none may be a fault of the server."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Have schemathesis make up requests from an OpenAPI document; ends with the status of the run."""

    help = (
        "Send made-up requests to the API in a database of its own; none may be answered with 5xx."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the document, how many requests, and the seed."""
        parser.add_argument("--document", help="an OpenAPI file, instead of the API's own")
        parser.add_argument("--count", type=int, default=10_000, help="how many requests")
        parser.add_argument("--seed", type=int, default=1, help="begin with this seed")

    def handle(self, *words: Any, **options: Any) -> None:
        """Run it with pytest, which brings the database."""
        if find_spec("schemathesis") is None:
            raise CommandError("This needs what developers need: see CONTRIBUTING.md, Set up.")
        document = options["document"] and Path(options["document"]).resolve()
        if document and not document.is_file():
            raise CommandError(f"There is no file {document}.")
        chosen = {
            "FUZZ_DOCUMENT": str(document or ""),
            "FUZZ_COUNT": str(options["count"]),
            "FUZZ_SEED": str(options["seed"]),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        pytest = [sys.executable, "-m", "pytest", "-s", "tests/fuzz/run.py"]
        status = subprocess.call(pytest, cwd=settings.BASE_DIR, env={**os.environ, **chosen})
        if status:
            sys.exit(status)
