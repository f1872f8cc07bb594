"""What pages and the API show of events."""

from usage.reads.events import (
    after,
    events_behind,
    events_of,
    find_event,
    first_start,
)
from usage.reads.explorer import MOST, explore
from usage.reads.verdicts import Verdict, verdicts

__all__ = [
    "MOST",
    "Verdict",
    "after",
    "events_behind",
    "events_of",
    "explore",
    "find_event",
    "first_start",
    "verdicts",
]
