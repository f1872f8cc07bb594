"""What the airlines owe, worked out from the file of flights by Python's standard library alone.

Nothing here comes from the product: it is the other hand of `test_january.py`.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

FLIGHTS = Path(__file__).parents[2] / "demo" / "data" / "flights-2013-01-02.csv.gz"
NEW_YORK = ZoneInfo("America/New_York")
JANUARY = datetime(2013, 1, 1, tzinfo=NEW_YORK)
FEBRUARY = datetime(2013, 2, 1, tzinfo=NEW_YORK)
NOW = datetime(2013, 2, 20, 12, tzinfo=NEW_YORK)

MONTH = 5_000_00
PRICE = {"EWR": 60_00, "JFK": 75_00, "LGA": 65_00}
TAX = Fraction("8.875") / 100


class Flight(NamedTuple):
    """One scheduled departure; without a delay it was cancelled."""

    carrier: str
    origin: str
    tail: str
    miles: int
    delay: int | None


class Usage(NamedTuple):
    """What a carrier uses: units of each metric and what they cost in cents."""

    units: dict[str, int]
    cents: dict[str, int]
    by_airport: dict[str, tuple[int, int]]


def flown(since: datetime, until: datetime, *, closed: bool) -> dict[str, list[Flight]]:
    """Return the flights of each carrier scheduled from `since` to `until` (itself with `closed`)."""
    found: dict[str, list[Flight]] = defaultdict(list)
    with gzip.open(FLIGHTS, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["scheduled_at"])
            if since <= at and (at < until or (closed and at == until)):
                delay = row["departure_delay_minutes"]
                found[row["carrier"]].append(
                    Flight(
                        row["carrier"],
                        row["origin"],
                        row["tail_number"],
                        int(row["miles"]),
                        int(delay) if delay else None,
                    )
                )
    return found


def usage_of(flights: Iterable[Flight]) -> Usage:
    """Count what these flights use, and price it."""
    flights = list(flights)
    airports = Counter(flight.origin for flight in flights)
    by_airport = {code: (airports[code], airports[code] * PRICE[code]) for code in PRICE}
    miles = sum(flight.miles for flight in flights)
    aircraft = len({flight.tail for flight in flights} - {""})
    late = [flight.delay for flight in flights if flight.delay is not None and flight.delay > 0]
    cancelled = sum(flight.delay is None for flight in flights)
    rate = 200_00 if aircraft <= 50 else 150_00 if aircraft <= 200 else 100_00
    return Usage(
        units={
            "departures": len(flights),
            "miles": miles,
            "aircraft": aircraft,
            "worst_delay": max(late, default=0),
            "cancellations": cancelled,
        },
        cents={
            "departures": sum(cents for _, cents in by_airport.values()),
            "miles": ceil(Fraction(max(0, miles - 10_000), 1000)) * 12_00,
            "aircraft": aircraft * rate,
            "worst_delay": max(late, default=0) * 1_00,
            "cancellations": max(0, cancelled - 10) * 250_00,
        },
        by_airport=by_airport,
    )


def tax_on(cents: int) -> int:
    """Return the tax, to the nearest cent, a half upwards."""
    return floor(cents * TAX + Fraction(1, 2))
