"""Sum up new events by day, and do what follows from them in organizations that live in real time."""

from __future__ import annotations

from datetime import datetime

from usage.cursor import due
from usage.rollup import catch_up
from workflows.consume_usage import consume_usage


def roll_up_usage(*, at: datetime) -> int:
    """Roll up all events that are safe, consume them, and return how many were consumed.

    The worker calls this every few seconds. Each step and each organization commits by itself; an organization
    that fails keeps its events for the next time and does not hold the others up. Raises an ExceptionGroup of
    the failures at the end.
    """
    catch_up()
    total, failures = 0, []
    for organization, up_to in due():
        try:
            total += consume_usage(organization, at=at, up_to=up_to)
        except Exception as failure:
            failure.add_note(f"organization {organization.pk}")
            failures.append(failure)
    if failures:
        raise ExceptionGroup("what follows from usage failed", failures)
    return total
