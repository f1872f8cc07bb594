"""Weighted sum: the average level of a running total over the full period.

Source: docs/billing-policy.md, section "Aggregations".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from billing.aggregation.events import Aggregated
from billing.aggregation.reading import Reading, stated_cents
from billing.aggregation.rounding import rounded
from billing.money import ceil_to

PLACES = 20
"""Weighted sums are rounded up to so many decimals."""

_INSTANT = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def weighted_sum(reading: Reading) -> Aggregated:
    """Weigh each level by the time it lasted, out of the full period.

    A recurring metric starts at the level brought in. The full period counts even when only a
    part of it is billed.
    """
    inside = reading.numbered(reading.inside)
    level, since = reading.carry(), reading.period.start_at
    weighed = Fraction(0)
    for event, value in inside:
        weighed += _weight(level, since, event.at)
        level, since = level + value, event.at
    weighed += _weight(level, since, reading.period.end_at)
    units = ceil_to(weighed / (reading.period.full_days * (_DAY // _INSTANT)), PLACES)
    return Aggregated(
        units=rounded(units, reading.metric),
        events_count=len(inside),
        values=tuple(value for _, value in inside),
        precise_total_amount_cents=stated_cents(event for event, _ in inside),
        total_aggregated_units=level,
    )


def _weight(level: Decimal, start_at: datetime, end_at: datetime) -> Fraction:
    return Fraction(level) * ((end_at - start_at) // _INSTANT)
