"""Moments, civil days and the half-open period between two moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A span of time: `start` is inside, `end` is outside; both are aware UTC moments.

    Raises ValueError if a moment is naive or the end lies before the start. It may be empty.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs aware moments")
        if self.end < self.start:
            raise ValueError(f"a period cannot end at {self.end} before it starts at {self.start}")

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @property
    def is_empty(self) -> bool:
        """Whether no moment lies inside."""
        return self.start == self.end


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the civil day of `moment` in `zone`."""
    return moment.astimezone(zone).date()


@lru_cache(maxsize=8192)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment (UTC) at which the civil `day` begins in `zone`.

    Where the clock jumps over midnight, that is the moment of the jump; where midnight comes
    twice, it is the first.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


def days(period: Period, zone: ZoneInfo) -> int:
    """Count the civil days in `zone` that `period` touches; a part of a day counts as a day.

    This is the only way in which days are counted to price a period: a change of the clock never
    adds or removes one. An empty period touches none.
    """
    if period.is_empty:
        return 0
    last = local_day(period.end - timedelta(microseconds=1), zone)
    return (last - local_day(period.start, zone)).days + 1


def inclusive_end(period: Period) -> datetime:
    """Return the last millisecond inside, the end that is shown on the wire (`…59.999Z`).

    An empty period has none; its start stands in.
    """
    return max(period.end - MILLISECOND, period.start)


def floor_to_millisecond(moment: datetime) -> datetime:
    """Cut `moment` to the precision in which events are stamped."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
