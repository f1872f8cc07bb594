"""Charts of usage, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.aggregation import ChargePeriod
from billing.periods import Period, days
from catalog.models import Charge
from console import charts, formats
from subscriptions.models import Subscription
from usage.aggregation.daily import DaysAsked, usages_by_day


@dataclass(frozen=True)
class Drawing:
    """What is to be drawn: the charges of a subscription in a period of which some days have begun."""

    subscription: Subscription
    charges: tuple[Charge, ...]
    period: Period
    elapsed_days: int

    @property
    def asked(self) -> DaysAsked:
        """The days of the period, of each metric once."""
        zone = self.subscription.customer.zone
        span = ChargePeriod(self.period.start, self.period.end, days(self.period, zone), zone)
        distinct = {charge.billable_metric_id: charge for charge in self.charges}
        return DaysAsked(self.subscription, tuple(distinct.values()), span)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.charges or self.period.is_empty


def charts_of(drawings: Sequence[Drawing]) -> list[charts.Chart | None]:
    """Draw the events of each day, all metrics together; None where there is nothing; 5 queries for any number."""
    drawn = [one for one in drawings if not one.is_blank]
    usages = iter(usages_by_day([one.asked for one in drawn]) if drawn else ())
    found: list[charts.Chart | None] = []
    for one in drawings:
        if one.is_blank:
            found.append(None)
            continue
        counts: dict[date, int] = defaultdict(int)
        for own in next(usages).values():
            for day in own:
                counts[day.day] += day.events_count
        found.append(_events(sorted(counts.items()), one.elapsed_days))
    return found


def _events(counts: Sequence[tuple[date, int]], elapsed_days: int) -> charts.Chart:
    points = [
        charts.Point(
            str(day.day), count, f"{formats.day(day)}: {_written(count)}", index >= elapsed_days
        )
        for index, (day, count) in enumerate(counts)
    ]
    return charts.bars(points, label=_("Events per day"), height=150)


def _written(count: int) -> str:
    return ngettext("%(count)s event", "%(count)s events", count) % {"count": formats.units(count)}


def units_chart(drawing: Drawing, label: str) -> charts.Chart | None:
    """Draw the units of each day of one charge, over all filters and groups; 5 queries."""
    if drawing.is_blank:
        return None
    [own] = usages_by_day([drawing.asked])[0].values()
    points = [
        charts.Point(
            str(one.day.day),
            one.units,
            f"{formats.day(one.day)}: {formats.units(one.units)}",
            index >= drawing.elapsed_days,
        )
        for index, one in enumerate(own)
    ]
    return charts.bars(points, label=label, height=150)
