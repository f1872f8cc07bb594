"""import_events FILE --organization ID: load a file of usage at bulk speed."""

from __future__ import annotations

import gzip
import io
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from activity.actors import COMMAND
from organizations import clock
from organizations.models import Organization
from usage.files import READERS, UnreadableFile
from workflows.import_usage import ImportReport, import_usage

WIDTH = 40  # characters of the progress bar


class Command(BaseCommand):
    """Import usage."""

    help = (
        "Load events from a CSV file (transaction_id, external_subscription_id, code, timestamp, properties as"
        " JSON) or from a file of flights. May be repeated: what is there already is passed over."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the organization and the format."""
        parser.add_argument("file", type=Path, help="the file, also packed with gzip (.gz)")
        parser.add_argument("--organization", required=True, type=UUID, help="its id")
        parser.add_argument("--format", choices=sorted(READERS), default="csv")
        parser.add_argument(
            "--until",
            type=datetime.fromisoformat,
            help="flights only: the last moment to load (ISO 8601), else the organization's clock",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and report."""
        organization = Organization.objects.filter(pk=options["organization"]).first()
        if organization is None:
            raise CommandError("There is no organization with this id.")
        at = clock.now(organization)
        until = options["until"] or at
        more = {"until": until if until.tzinfo else until.replace(tzinfo=UTC)}
        try:
            with _opened(options["file"]) as (lines, raw, size):
                report = import_usage(
                    organization,
                    READERS[options["format"]](
                        lines, **(more if options["format"] == "flights" else {})
                    ),
                    at=at,
                    actor=COMMAND,
                    progress=lambda done: self._show(done, raw.tell() / size),
                )
        except (OSError, UnicodeDecodeError, UnreadableFile) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self._report(report)

    def _show(self, done: int, share: float) -> None:
        if sys.stderr.isatty():
            bar = ("█" * round(share * WIDTH)).ljust(WIDTH, "·")
            self.stderr.write(f"\r{bar} {share:4.0%} {done:,} events", ending="")

    def _report(self, report: ImportReport) -> None:
        if sys.stderr.isatty():
            self.stderr.write("")
        self.stdout.write(
            f"{report.stored:,} events stored, {report.known:,} were there already,"
            f" {report.rejected:,} lines rejected."
        )
        for each in report.reasons:
            self.stdout.write(f"  line {each.line}: {each.why}")
        if report.rejected > len(report.reasons):
            self.stdout.write(f"  … and {report.rejected - len(report.reasons):,} more.")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[str], IO[bytes], int]]:
    """Open a file, packed or not; its raw stream tells how far it has been read."""
    with ExitStack() as opened:
        raw = opened.enter_context(path.open("rb"))
        unpacked = opened.enter_context(gzip.open(raw)) if path.suffix == ".gz" else raw
        text = io.TextIOWrapper(unpacked, encoding="utf-8", newline="")
        yield text, raw, path.stat().st_size or 1
