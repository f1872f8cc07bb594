"""The flights of January and February 2013, loaded as the demo's clock comes to them."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from activity.actors import Actor
from organizations.models import Organization
from usage.files import read_flights
from workflows.import_usage import Progress, import_usage

DATA = Path(__file__).parent / "data"
FLIGHTS = DATA / "flights-2013-01-02.csv.gz"


def carriers() -> list[tuple[str, str]]:
    """Return code and name of each carrier, in the order of their codes."""
    with (DATA / "airlines.csv").open(encoding="utf-8", newline="") as lines:
        return sorted((row["carrier"], row["name"]) for row in csv.DictReader(lines))


def load_flights(
    organization: Organization,
    *,
    after: datetime,
    until: datetime,
    actor: Actor,
    progress: Progress | None = None,
) -> int:
    """Import what the flights scheduled after `after`, up to `until`, are billed for; return the events."""
    report = import_usage(
        organization,
        read_flights(_lines(after), until=until),
        at=until,
        actor=actor,
        progress=progress,
    )
    return report.stored


def _lines(after: datetime) -> Iterator[str]:
    """Yield the names of the columns and the lines after a moment, which stands first on each."""
    written = f"{after.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    with gzip.open(FLIGHTS, "rt", encoding="utf-8", newline="") as lines:
        yield next(lines)
        yield from (line for line in lines if line.partition(",")[0] > written)
