"""The filters of a metric: the properties by which charges may price, and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from billing.errors import Invalid
from catalog.models import BillableMetric, BillableMetricFilter, ChargeFilter

ALL_VALUES = "__ALL_FILTER_VALUES__"
LONGEST = 255


def put(metric: BillableMetric, items: Sequence[Mapping[str, Any]] | None, *, at: datetime) -> None:
    """Make `items` ([{key, values}]) the filters of `metric`; charges' filters that no longer fit end.

    Raises Invalid (`filters`) for a missing or repeated key, and for a key without values.
    """
    wanted = _read(items or [])
    kept = {row.key: row for row in metric.filters.order_by("pk")}
    metric.filters.exclude(key__in=wanted).delete()
    for key, values in wanted.items():
        row = kept.get(key)
        if row is None:
            row = BillableMetricFilter(
                organization=metric.organization, billable_metric=metric, key=key, created_at=at
            )
        if row.values != values:
            row.values = values
            row.save()
    _end_what_no_longer_fits(metric, wanted, at=at)


def described(metric: BillableMetric) -> dict[str, list[str]]:
    """Return the filters as {key: [value, …]}."""
    return dict(metric.filters.order_by("pk").values_list("key", "values"))


def fit(declared: Mapping[str, list[str]], values: Mapping[str, Sequence[str]]) -> bool:
    """Say whether `values` of a charge's filter name only declared keys and their values."""
    return all(
        key in declared and set(chosen) <= {*declared[key], ALL_VALUES}
        for key, chosen in values.items()
    )


def _read(items: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}
    for item in items:
        key = str(item.get("key") or "").strip()
        values = [str(value) for value in item.get("values") or []]
        if not key or not values:
            raise Invalid({"filters": ["value_is_mandatory"]}, "A filter has a key and values.")
        if key in wanted:
            raise Invalid({"filters": ["value_already_exist"]}, "Two filters have the same key.")
        if any(len(text) > LONGEST for text in (key, *values)):
            raise Invalid({"filters": ["value_is_too_long"]}, "A key or value is too long.")
        wanted[key] = list(dict.fromkeys(values))
    return wanted


def _end_what_no_longer_fits(
    metric: BillableMetric, declared: Mapping[str, list[str]], *, at: datetime
) -> None:
    rows = ChargeFilter.objects.kept().filter(charge__billable_metric=metric)
    gone = [row.pk for row in rows if not fit(declared, row.values)]
    ChargeFilter.objects.filter(pk__in=gone).update(deleted_at=at, updated_at=at)
