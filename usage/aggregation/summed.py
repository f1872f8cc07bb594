"""Reading sums: roll-up, edges and tail in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from billing.periods.civil import local_day, midnight
from usage.aggregation.members import Members, Numbers, count_there, first_free
from usage.aggregation.raw import Span
from usage.aggregation.statement import MEMBERS_SQL, SEPARATOR, SUMS_SQL

EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
"""Where a history begins that has no beginning."""

_DAY = timedelta(days=1)
_NO_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Wanted:
    """Sums of the events of a span, and of those before it that are its history.

    `history_at` is where the history begins; None stands for none. Days are those of `zone`.
    """

    span: Span
    history_at: datetime | None
    aggregation_type: str
    field_name: str
    keys: tuple[str, ...]
    zone: ZoneInfo


@dataclass
class Sums:
    """What events amount to; `weighted` is value × microseconds since 1970.

    `members` has those of a unique count, cell by cell: one member may be in several that are billed as one.
    """

    events: int = 0
    events_before: int = 0
    total: Decimal = Decimal(0)
    total_before: Decimal = Decimal(0)
    highest: Decimal | None = None
    weighted: Decimal = Decimal(0)
    stated_cents: Decimal = Decimal(0)
    last: list[Decimal] | None = None
    members: list[Members] = field(default_factory=list)

    @property
    def there(self) -> int | None:
        """How many members are there in the end; None if only single events can tell."""
        return count_there(self.members)

    def add(self, other: Sums) -> None:
        """Take in the sums of other events."""
        self.events += other.events
        self.events_before += other.events_before
        self.total += other.total
        self.total_before += other.total_before
        self.highest = max(
            (v for v in (self.highest, other.highest) if v is not None), default=None
        )
        self.weighted += other.weighted
        self.stated_cents += other.stated_cents
        self.last = max(filter(None, (self.last, other.last)), default=None)
        self.members += other.members


Cell = tuple[tuple[str, str | None], ...]
"""The values of some keys, the wanted ones among them: ``(("cloud", "aws"), ("region", None))``."""


@lru_cache(maxsize=1024)
def whole_days(start_at: datetime, end_at: datetime, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the whole days in a span as ``[first, end)``, if it reaches from one day into another."""
    first, end = local_day(start_at, zone), local_day(end_at, zone)
    if midnight(first, zone) < start_at:
        first += _DAY
    return (first, end) if first <= end else None


def _row(
    n: int, wanted: Wanted, *, is_before: bool, start_at: datetime, end_at: datetime
) -> tuple[object, ...]:
    days = whole_days(start_at, end_at, wanted.zone)
    first, end = days or (_NO_DAY, _NO_DAY)
    return (
        n,
        is_before,
        wanted.span.source,
        wanted.span.organization_id,
        wanted.span.external_id,
        wanted.span.code,
        wanted.aggregation_type,
        wanted.field_name,
        SEPARATOR.join(wanted.keys),
        wanted.zone.key,
        start_at,
        midnight(first, wanted.zone) if days else end_at,
        midnight(end, wanted.zone) if days else end_at,
        end_at,
        first,
        end,
    )


def sums_of(wanted: Sequence[Wanted]) -> list[dict[Cell, Sums]]:
    """Return for each of `wanted` its sums by cell (one query). A cell without events is not there."""
    rows = [
        _row(n, each, is_before=is_before, start_at=lower_at, end_at=upper_at)
        for n, each in enumerate(wanted)
        for is_before, lower_at, upper_at in _spans(each)
        if lower_at < upper_at
    ]
    found: list[dict[Cell, Sums]] = [{} for _ in wanted]
    if not rows:
        return found
    has_members = any(each.aggregation_type == "unique_count_agg" for each in wanted)
    with connection.cursor() as cursor:
        sql = MEMBERS_SQL if has_members else SUMS_SQL
        cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        answers = [_Answer(*row) for row in cursor.fetchall()]
    numbers = _numbers(answers)
    for answer in answers:
        cell = tuple(zip(answer.keys, answer.cell, strict=True))
        found[answer.n][cell] = answer.sums(numbers.get(answer.n))
    return found


def _spans(wanted: Wanted) -> Iterator[tuple[bool, datetime, datetime]]:
    """Yield the period, and the history before it; which of them is before comes first."""
    start_at = wanted.span.start_at or EARLIEST
    yield False, start_at, wanted.span.end_at
    if wanted.history_at is not None:
        yield True, wanted.history_at, start_at


class _Answer(NamedTuple):
    """A row of the statement."""

    n: int
    cell: list[str | None]
    events: Decimal | None
    events_before: Decimal | None
    total: Decimal | None
    total_before: Decimal | None
    highest: Decimal | None
    weighted: Decimal | None
    stated_cents: Decimal | None
    last: list[Decimal] | None
    days: list[date] | None
    added: list[bytes] | None
    removed: list[bytes] | None
    keys: list[str]
    move_days: list[date] | None
    who: list[str] | None
    is_there: list[bool] | None

    def sums(self, numbers: Numbers | None) -> Sums:
        """Return the row as sums; absent ones are 0."""
        zero = Decimal(0)
        return Sums(
            int(self.events or 0),
            int(self.events_before or 0),
            self.total or zero,
            self.total_before or zero,
            self.highest,
            self.weighted or zero,
            self.stated_cents or zero,
            self.last,
            [] if numbers is None else [self._members(numbers)],
        )

    def _members(self, numbers: Numbers) -> Members:
        members = Members()
        for day, added, removed in zip(
            self.days or (), self.added or (), self.removed or (), strict=True
        ):
            members.set_bits(day, added, removed)
        for day, who, is_there in zip(
            self.move_days or (), self.who or (), self.is_there or (), strict=True
        ):
            members.move(day, numbers.of(who), is_there=is_there)
        return members


def _numbers(answers: Sequence[_Answer]) -> dict[int, Numbers]:
    """Return the numbers of members for each question that has any."""
    used: dict[int, tuple[list[bytes], list[str]]] = {}
    for answer in answers:
        if answer.added or answer.who:
            bits, who = used.setdefault(answer.n, ([], []))
            bits += (answer.added or []) + (answer.removed or [])
            who += answer.who or []
    return {n: Numbers(first_free(bits, who)) for n, (bits, who) in used.items()}
