"""From sums to units: what `billing.aggregation.aggregate` answers, without the single events.

`billing.aggregation` is the reference that this follows type by type; a property test holds both together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from billing.aggregation import Aggregated, ChargePeriod, Metric
from billing.aggregation.rounding import rounded
from billing.aggregation.weighted_sum import PLACES
from billing.exact import exact
from billing.money import ceil_to
from billing.pricing.usage import ZERO
from usage.aggregation.summed import Sums

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1) // _MICROSECOND
_ONE = Decimal(1)


@exact
def amount(
    metric: Metric, sums: Sums, period: ChargePeriod, *, has_values: bool = False
) -> Aggregated:
    """Return the usage that `sums` stand for.

    What each event was worth is told only if `has_values` asks for it, and only by a count or unique count, to
    which each is worth one.
    """
    found = _AMOUNTS[metric.aggregation_type](metric, sums, period)
    return replace(found, values=(_ONE,) * found.events_count) if has_values else found


def _count(metric: Metric, sums: Sums, period: ChargePeriod) -> Aggregated:
    return Aggregated(
        units=rounded(Decimal(sums.events), metric),
        events_count=sums.events,
        precise_total_amount_cents=sums.stated_cents,
        is_count=True,
        total_aggregated_units=Decimal(sums.events),
    )


def _sum(metric: Metric, sums: Sums, period: ChargePeriod) -> Aggregated:
    total = sums.total_before + sums.total
    return Aggregated(
        units=rounded(total, metric),
        full_units=rounded(total, metric),
        events_count=sums.events_before + sums.events,
        precise_total_amount_cents=sums.stated_cents,
        total_aggregated_units=total,
    )


def _max(metric: Metric, sums: Sums, period: ChargePeriod) -> Aggregated:
    return _single(metric, sums, ZERO if sums.highest is None else sums.highest)


def _latest(metric: Metric, sums: Sums, period: ChargePeriod) -> Aggregated:
    return _single(metric, sums, max(ZERO, sums.last[2]) if sums.last else ZERO)


def _single(metric: Metric, sums: Sums, units: Decimal) -> Aggregated:
    return Aggregated(
        units=rounded(units, metric),
        events_count=sums.events,
        precise_total_amount_cents=sums.stated_cents,
        total_aggregated_units=units,
    )


def _unique_count(metric: Metric, sums: Sums, period: ChargePeriod) -> Aggregated:
    full = Decimal(sums.there or 0)
    return Aggregated(
        units=rounded(full, metric),
        full_units=rounded(full, metric),
        events_count=int(full),
        precise_total_amount_cents=sums.stated_cents,
        is_count=True,
        total_aggregated_units=full,
        all_events=sums.events_before + sums.events,
    )


def _weighted_sum(metric: Metric, sums: Sums, period: ChargePeriod) -> Aggregated:
    """Each value counts from its moment to the end: Σ value × (end − moment), and what was brought in."""
    start, end = ((at - _EPOCH) // _MICROSECOND for at in (period.start_at, period.end_at))
    weighed = sums.total * end - sums.weighted + sums.total_before * (end - start)
    units = ceil_to(Fraction(weighed) / (period.full_days * _DAY), PLACES)
    return Aggregated(
        units=rounded(units, metric),
        events_count=sums.events,
        precise_total_amount_cents=sums.stated_cents,
        total_aggregated_units=sums.total_before + sums.total,
    )


_AMOUNTS: Mapping[str, Callable[[Metric, Sums, ChargePeriod], Aggregated]] = {
    "count_agg": _count,
    "sum_agg": _sum,
    "max_agg": _max,
    "latest_agg": _latest,
    "unique_count_agg": _unique_count,
    "weighted_sum_agg": _weighted_sum,
}
