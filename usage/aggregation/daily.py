"""What was used day by day, for charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from billing.aggregation import ChargePeriod
from billing.exact import exact
from billing.periods.civil import local_day, midnight
from catalog.models import Charge
from subscriptions.models import Subscription
from usage.aggregation.amounts import amount
from usage.aggregation.history import since
from usage.aggregation.measure import Measure, measures
from usage.aggregation.raw import Span
from usage.aggregation.summed import Cell, Sums, Wanted, sums_of


@dataclass(frozen=True)
class DayUsage:
    """The events of a local day that a charge counts, and the units that this day alone amounts to.

    Those of a weighted sum are what the day added to its level.
    """

    day: date
    events_count: int
    units: Decimal


@dataclass(frozen=True)
class DaysAsked:
    """The charges of a subscription whose days in a period are asked for."""

    subscription: Subscription
    charges: Sequence[Charge]
    period: ChargePeriod


def usage_by_day(
    subscription: Subscription, charges: Sequence[Charge], period: ChargePeriod
) -> dict[Charge, list[DayUsage]]:
    """Return for each charge every local day that the period touches, in order (one query for the sums).

    The parts of days at the ends of the period count as far as they lie inside.
    """
    return usages_by_day([DaysAsked(subscription, charges, period)])[0]


def usages_by_day(asked: Sequence[DaysAsked]) -> list[dict[Charge, list[DayUsage]]]:
    """Return `usage_by_day` for each subscription and period, with as many queries as for one."""
    known = measures([charge for each in asked for charge in each.charges])
    begins = since([each.subscription for each in asked])
    cut = [_days(each.period) for each in asked]
    wanted = [
        _wanted(each, known[charge], day, begins.get(each.subscription.pk, each.period.start_at))
        for each, days in zip(asked, cut, strict=True)
        for charge in dict.fromkeys(each.charges)
        for day in days
    ]
    sums = iter(sums_of(wanted))
    return [
        {
            charge: [_day(known[charge], day, _whole(next(sums))) for day in days]
            for charge in dict.fromkeys(each.charges)
        }
        for each, days in zip(asked, cut, strict=True)
    ]


def _wanted(asked: DaysAsked, measure: Measure, day: ChargePeriod, begins_at: datetime) -> Wanted:
    return Wanted(
        Span(
            asked.subscription.organization_id,
            asked.subscription.external_id,
            measure.code,
            max(day.start_at, begins_at),
            day.end_at,
        ),
        None,
        measure.metric.aggregation_type,
        measure.metric.field_name or "",
        (),
        asked.period.zone,
    )


@exact
def _whole(cells: Mapping[Cell, Sums]) -> Sums:
    whole = Sums()
    for sums in cells.values():
        whole.add(sums)
    return whole


def _days(period: ChargePeriod) -> list[ChargePeriod]:
    """Cut a period into the local days that it touches."""
    found, start_at = [], period.start_at
    while start_at < period.end_at:
        next_day = midnight(local_day(start_at, period.zone) + timedelta(days=1), period.zone)
        end_at = min(next_day, period.end_at)
        found.append(ChargePeriod(start_at, end_at, 1, period.zone))
        start_at = end_at
    return found


@exact
def _day(measure: Measure, period: ChargePeriod, sums: Sums) -> DayUsage:
    metric = replace(measure.metric, is_recurring=False, rounding_function=None)
    units = amount(metric, sums, period)
    is_level = metric.aggregation_type == "weighted_sum_agg"
    return DayUsage(
        local_day(period.start_at, period.zone),
        sums.events,
        units.total_aggregated_units if is_level else units.units,
    )
