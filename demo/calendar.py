"""The days of the demo, in the airports' own time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")


def new_york(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2013) -> datetime:
    """Return a moment by New York's clocks."""
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK)


OPENING = new_york(12, 3, 9, year=2012)
SIGNING = new_york(12, 10, 10, year=2012)
FIT_OUT = new_york(12, 17, 15, year=2012)
LATE_DECEMBER = new_york(12, 28, 11, year=2012)
FIRST_DAY = new_york(1, 1)
LAST_OF_JANUARY = new_york(1, 31, 23, 59)
FIRST_INVOICES = new_york(2, 2, 9)
AGREEMENTS = new_york(2, 4, 11)
TRANSFERS = new_york(2, 8, 16)
DEPARTURE_OF_MESA = new_york(2, 15, 10)
NEW_CONTRACT = new_york(2, 18, 10)
TODAY = new_york(2, 20, 12)
