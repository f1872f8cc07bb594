"""To which of the subscriptions with one external id an event belongs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from billing.periods.civil import floor_to_millisecond


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subscription that an event may belong to; `key` is whatever identifies it."""

    key: object
    started_at: datetime
    terminated_at: datetime | None = None


def attribute(candidates: Iterable[Candidate], at: datetime) -> Candidate | None:
    """Return the subscription that an event of the moment `at` belongs to, or None.

    It must have started by then, to the millisecond, and not have ended before; of several, an
    active one comes first and then the one that started last, so that the moment of an upgrade
    belongs to the new subscription.
    """
    moment = floor_to_millisecond(at)
    fitting = [
        candidate
        for candidate in candidates
        if floor_to_millisecond(candidate.started_at) <= moment
        and (candidate.terminated_at is None or moment <= candidate.terminated_at)
    ]
    if not fitting:
        return None
    return max(fitting, key=lambda one: (one.terminated_at is None, one.started_at))
