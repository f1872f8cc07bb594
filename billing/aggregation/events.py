"""What an aggregation reads and answers: events, metrics, periods and totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.pricing.usage import ZERO, Usage

UTC_ZONE = ZoneInfo("UTC")

Group = tuple[tuple[str, str | None], ...]
"""The values that a group of events shares: ``(("region", "eu"), ("cloud", None))``."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something a customer did. `order` tells events of the same moment apart."""

    at: datetime
    properties: Mapping[str, object]
    transaction_id: str = ""
    order: int = 0
    precise_total_amount_cents: Decimal | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """How events become units. Types and rounding functions are named as in the API.

    `rounding_precision` may be negative; None stands for whole units.
    """

    aggregation_type: str
    field_name: str | None = None
    is_recurring: bool = False
    rounding_function: str | None = None
    rounding_precision: int | None = None


@dataclass(frozen=True, slots=True)
class ChargePeriod:
    """The span that is billed, ``[start_at, end_at)``, inside a full period of `full_days` days.

    Days are civil days of `zone`. A period cut short by a start or an end has fewer days than
    `full_days`; the price of a day is always that of the full period. `carried_days` are those for which a
    sum pays what was brought into the period, if they are not all days: after an upgrade its day belongs
    to the new plan.
    """

    start_at: datetime
    end_at: datetime
    full_days: int
    zone: ZoneInfo = UTC_ZONE
    carried_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Aggregated(Usage):
    """The usage that some events amount to, ready to be priced.

    `units` are prorated when asked so, `full_units` never; both are rounded as the metric says.
    `total_aggregated_units` is the level reached at the end, which recurring metrics carry on. `events_count` is
    how many events are priced; `all_events` is how many there were, where a unique count has let some count as one.
    """

    total_aggregated_units: Decimal = ZERO
    all_events: int | None = None

    @property
    def shown_events(self) -> int:
        """How many events there were, as a fee shows them."""
        return self.events_count if self.all_events is None else self.all_events


@dataclass(frozen=True, kw_only=True)
class Advance:
    """What one event adds to a period that is paid in advance.

    The fee is the price of `after` less the price of `before`. `billable_units` are the units
    paid for the first time (prorated when asked so); `applied_units` are those the event moved,
    never below zero. `is_counted` is false for an event without the property of the metric, which
    makes no fee.
    """

    before: Usage
    after: Usage
    billable_units: Decimal
    applied_units: Decimal
    is_counted: bool = True

    @property
    def units(self) -> Decimal:
        """The units that the fee shows."""
        return self.billable_units if self.billable_units > 0 else self.applied_units
