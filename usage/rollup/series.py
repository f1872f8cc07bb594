"""Which series new events belong to, and by what keys and days each is to be summed up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from catalog.models import BillableMetric, Charge, ChargeFilter
from organizations.models import Organization
from subscriptions.models import Subscription
from usage.aggregation.measure import group_keys
from usage.models import UsageSeries

Owner = tuple[UUID, str]
Metric = tuple[UUID, str]

_ARRIVED = """
SELECT DISTINCT organization_id, source, external_subscription_id, code
FROM usage_usageevent WHERE seq > %s AND seq <= %s
"""


@dataclass(frozen=True)
class Arrived:
    """A subscription and code that new events came for."""

    organization_id: UUID
    source: int
    external_id: str
    code: str

    @property
    def owner(self) -> Owner:
        """What names the subscription."""
        return self.organization_id, self.external_id

    @property
    def metric(self) -> Metric:
        """What names the metric."""
        return self.organization_id, self.code


@dataclass(frozen=True)
class Shape:
    """By which keys and in whose days a series is summed up."""

    zone: str
    aggregation_type: str
    field_name: str
    keys: tuple[str, ...]

    def fits(self, series: UsageSeries) -> bool:
        """Say whether what a series holds serves whoever needs this shape."""
        return (
            (self.zone, self.aggregation_type, self.field_name)
            == (series.zone, series.aggregation_type, series.field_name)
        ) and set(self.keys) <= set(series.keys)


def arrived(after: int, up_to: int) -> list[Arrived]:
    """Return what the events with numbers above `after`, up to `up_to`, came for."""
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVED, [after, up_to])
        return [Arrived(*row) for row in cursor.fetchall()]


def ready(found: Sequence[Arrived]) -> tuple[list[UsageSeries], list[UsageSeries]]:
    """Return the series of what arrived: those that fit, and those that must be summed up from the start.

    The latter are new, or have just been given another shape. Codes that no metric has are left out: nobody
    asks for them, and their events are read one by one if somebody does later.
    """
    shapes = _shapes(found)
    known = _known(found)
    fitting, changed, made = [], [], []
    for each in found:
        shape, series = shapes.get(each), known.get(each)
        if shape is None:
            continue
        if series is None:
            made.append(_series(each, shape))
        elif shape.fits(series):
            fitting.append(series)
        else:
            changed.append(_reshaped(series, shape))
    UsageSeries.objects.bulk_update(
        changed, ["zone", "aggregation_type", "field_name", "keys"], batch_size=1000
    )
    return fitting, [*changed, *UsageSeries.objects.bulk_create(made, batch_size=5000)]


def _known(found: Iterable[Arrived]) -> dict[Arrived, UsageSeries]:
    rows = UsageSeries.objects.filter(source__in={each.source for each in found})
    return {
        Arrived(row.organization_id, row.source, row.external_subscription_id, row.code): row
        for row in rows
    }


def _series(arrived: Arrived, shape: Shape) -> UsageSeries:
    row = UsageSeries(
        organization_id=arrived.organization_id,
        source=arrived.source,
        external_subscription_id=arrived.external_id,
        code=arrived.code,
    )
    return _reshaped(row, shape)


def _reshaped(series: UsageSeries, shape: Shape) -> UsageSeries:
    series.zone = shape.zone
    series.aggregation_type = shape.aggregation_type
    series.field_name = shape.field_name
    series.keys = list(shape.keys)
    return series


def _shapes(found: Sequence[Arrived]) -> dict[Arrived, Shape]:
    metrics = _metrics({each.metric for each in found})
    keys = _keys(metrics.values())
    zones = _zones({each.owner for each in found if each.metric in metrics})
    shapes = {}
    for each in found:
        metric = metrics.get(each.metric)
        if metric is not None:
            zone = zones[each.owner]
            kind, field_name = metric.aggregation_type, metric.field_name or ""
            shapes[each] = Shape(zone, kind, field_name, keys[metric.pk])
    return shapes


def _metrics(wanted: set[Metric]) -> dict[Metric, BillableMetric]:
    rows = BillableMetric.objects.kept().filter(
        organization_id__in={organization_id for organization_id, _ in wanted},
        code__in={code for _, code in wanted},
    )
    return {(row.organization_id, row.code): row for row in rows.prefetch_related("filters")}


def _keys(metrics: Iterable[BillableMetric]) -> dict[UUID, tuple[str, ...]]:
    """Return the properties that fees of each metric are told apart by: filters, and groups in any plan."""
    found = {metric.pk: {each.key for each in metric.filters.all()} for metric in metrics}
    priced = [
        *Charge.objects.kept()
        .filter(billable_metric_id__in=found)
        .values_list(
            "billable_metric_id", "properties__pricing_group_keys", "properties__grouped_by"
        )
        .distinct(),
        *ChargeFilter.objects.kept()
        .filter(charge__deleted_at=None, charge__billable_metric_id__in=found)
        .values_list(
            "charge__billable_metric_id", "properties__pricing_group_keys", "properties__grouped_by"
        )
        .distinct(),
    ]
    for metric_id, *named in priced:
        for keys in named:
            found[metric_id].update(group_keys({"pricing_group_keys": keys}))
    return {metric_id: tuple(sorted(keys)) for metric_id, keys in found.items()}


def _zones(owners: set[Owner]) -> Mapping[Owner, str]:
    """Return the zone of whoever has each external id: the active subscription, else the one that began last."""
    rows = (
        Subscription.objects.filter(
            organization_id__in={organization_id for organization_id, _ in owners},
            external_id__in={external_id for _, external_id in owners},
        )
        .select_related("customer", "organization")
        .order_by("started_at", "pk")
    )
    found: dict[Owner, Subscription] = {}
    for row in rows:
        before = found.get((row.organization_id, row.external_id))
        if before is None or row.is_active or not before.is_active:
            found[row.organization_id, row.external_id] = row
    own = Organization.objects.in_bulk({organization_id for organization_id, _ in owners})
    zones = {}
    for owner in owners:
        subscription = found.get(owner)
        zones[owner] = (
            own[owner[0]].timezone
            if subscription is None
            else subscription.customer.timezone or subscription.organization.timezone
        )
    usable = {zone for zone in set(zones.values()) if _is_known(zone)}
    return {owner: zone if zone in usable else "UTC" for owner, zone in zones.items()}


@cache
def _is_known(zone: str) -> bool:
    """Say whether PostgreSQL knows a zone; the days of one that it does not are read event by event."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 'epoch'::timestamptz AT TIME ZONE %s", [zone])
    except DatabaseError:
        return False
    return True
