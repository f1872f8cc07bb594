"""The filters of a charge: other prices for events whose properties match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from billing.errors import Invalid
from catalog.models import Charge, ChargeFilter
from catalog.operations import charge_properties, metric_filters
from persistence.columns import assign, check
from persistence.saving import save_valid

Values = dict[str, list[str]]


def put(charge: Charge, items: Sequence[Mapping[str, Any]] | None, *, at: datetime) -> None:
    """Make `items` ([{values, properties, invoice_display_name}]) the filters of `charge`.

    A filter of the same values and price goes on; one with another price is a new one. Raises Invalid.
    """
    old = list(charge.filters.kept().order_by("created_at", "pk"))
    going_on = set()
    declared = metric_filters.described(charge.billable_metric) if items else {}
    for item in items or []:
        fresh = read(charge, item, declared, at=at)
        same = next((row for row in old if row.pk not in going_on and _are_same(row, fresh)), None)
        if same is None:
            save_valid(fresh)
            continue
        going_on.add(same.pk)
        if same.invoice_display_name != fresh.invoice_display_name:
            same.invoice_display_name, same.updated_at = fresh.invoice_display_name, at
            save_valid(same, update_fields=["invoice_display_name", "updated_at"])
    gone = [row.pk for row in old if row.pk not in going_on]
    ChargeFilter.objects.filter(pk__in=gone).update(deleted_at=at, updated_at=at)


def read(
    charge: Charge,
    item: Mapping[str, Any],
    declared: Mapping[str, list[str]],
    *,
    at: datetime,
) -> ChargeFilter:
    """Return a filter of `charge` that is not stored yet; raises Invalid (`values`, `properties`)."""
    row = ChargeFilter(
        organization=charge.organization, charge=charge, created_at=at, updated_at=at
    )
    return change(row, {"values": None, **item}, declared)


def change(
    row: ChargeFilter, changes: Mapping[str, Any], declared: Mapping[str, list[str]]
) -> ChargeFilter:
    """Take `changes` into `row` without storing it; raises Invalid."""
    charge = row.charge
    assign(row, changes, ["invoice_display_name"])
    if "values" in changes:
        row.values = _values(changes["values"], declared)
    if "properties" in changes or not row.properties:
        row.properties = charge_properties.taken(charge.charge_model, changes.get("properties"))
    wrong = charge_properties.wrong(charge.charge_model, row.properties)
    check(row, ["invoice_display_name"], wrong)
    return row


def described(charge: Charge) -> list[dict[str, Any]]:
    """Return the filters as the journal keeps them."""
    rows = charge.filters.kept().order_by("created_at", "pk")
    return [dict(row) for row in rows.values("values", "properties", "invoice_display_name")]


def _values(given: Any, declared: Mapping[str, list[str]]) -> Values:
    if not isinstance(given, Mapping) or not given:
        raise Invalid({"values": ["value_is_mandatory"]}, "A filter names properties and values.")
    if not all(isinstance(chosen, list) and chosen for chosen in given.values()):
        raise Invalid({"values": ["value_is_mandatory"]}, "A filter names values of each key.")
    values = {str(key): [str(value) for value in chosen] for key, chosen in given.items()}
    if not metric_filters.fit(declared, values):
        raise Invalid({"values": ["value_is_invalid"]}, "The metric does not have these filters.")
    return values


def _are_same(one: ChargeFilter, other: ChargeFilter) -> bool:
    return bool(one.values == other.values and one.properties == other.properties)
