"""A charge as the aggregation sees it: its filters, its groups, its metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects

from billing.aggregation import Metric, best_filter
from catalog.models import BillableMetric, Charge, ChargeFilter


@dataclass(frozen=True)
class Part:
    """What of a charge has a price of its own: a filter, or what matches none of them."""

    charge_filter: ChargeFilter | None
    properties: Mapping[str, object]

    @property
    def charge_filter_id(self) -> UUID | None:
        """The filter's id, None for the rest."""
        return None if self.charge_filter is None else self.charge_filter.pk

    @property
    def keys(self) -> tuple[str, ...]:
        """The properties of events by which fees are told apart."""
        return group_keys(self.properties)


def group_keys(properties: Mapping[str, object]) -> tuple[str, ...]:
    """Return the pricing group keys in `properties`; older plans call them ``grouped_by``."""
    keys = properties.get("pricing_group_keys") or properties.get("grouped_by") or ()
    return tuple(str(key) for key in keys) if isinstance(keys, list | tuple) else ()


class Measure:
    """A charge as the aggregation sees it. Its filters come oldest first."""

    def __init__(self, charge: Charge) -> None:
        self.charge = charge
        self.filters: list[ChargeFilter] = charge.kept_filters  # type: ignore[attr-defined]
        self.parts = [Part(each, each.properties) for each in self.filters]
        self.parts.append(Part(None, charge.properties))
        self.metric = metric_of(charge.billable_metric)
        self.code: str = charge.billable_metric.code
        self._values = [each.values for each in self.filters]
        self._declared = {each.key: each.values for each in charge.billable_metric.filters.all()}

    @property
    def keys(self) -> tuple[str, ...]:
        """The properties that decide on filter and group."""
        named = dict.fromkeys(key for values in self._values for key in values)
        for part in self.parts:
            named.update(dict.fromkeys(part.keys))
        return tuple(named)

    def part_of(self, properties: Mapping[str, object]) -> int:
        """Return the index of the part that an event with `properties` belongs to."""
        found = best_filter(properties, self._values, self._declared) if self._values else None
        return len(self.filters) if found is None else found


def metric_of(metric: BillableMetric) -> Metric:
    """Return a billable metric as the core takes it."""
    return Metric(
        metric.aggregation_type,
        metric.field_name,
        metric.recurring,
        metric.rounding_function,
        metric.rounding_precision,
    )


def measures(charges: Sequence[Charge]) -> dict[Charge, Measure]:
    """Return each charge's measure, reading filters and metrics that were not read yet (4 queries)."""
    distinct = list(dict.fromkeys(charges))
    kept = ChargeFilter.objects.kept().order_by("created_at", "pk")
    prefetch_related_objects(
        distinct, Prefetch("filters", kept, to_attr="kept_filters"), "billable_metric__filters"
    )
    return {charge: Measure(charge) for charge in distinct}
