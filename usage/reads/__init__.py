"""What pages and the API show of events."""

from usage.reads.events import (
    after,
    events_behind,
    events_of,
    find_event,
    first_start,
    found_events,
)
from usage.reads.verdicts import Verdict, verdicts

__all__ = [
    "Verdict",
    "after",
    "events_behind",
    "events_of",
    "find_event",
    "first_start",
    "found_events",
    "verdicts",
]
