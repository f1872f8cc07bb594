"""Shapes of the organization and of its clock on the wire."""

from __future__ import annotations

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Instant, instant
from organizations import clock
from organizations.models import Organization


class ClockIn(In):
    """The moment to which a sandbox's clock moves."""

    now: Instant


class ClockOut(TypedDict):
    """What time it is in a sandbox."""

    now: str | None


def clock_out(organization: Organization) -> ClockOut:
    """Tell the time of a sandbox."""
    return {"now": instant(clock.now(organization))}
