"""What changes the charges of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from billing.errors import NotFound
from billing.pricing.compatibility import ChargeTerms, compatibility_errors
from catalog.models import BillableMetric, Charge, ChargeFilter, Plan
from catalog.operations import charge_filters, charge_properties
from catalog.operations.codes import free_code
from catalog.operations.tax_links import set_taxes
from persistence.columns import assign, check
from persistence.saving import save_valid

FREE = ("invoice_display_name", "min_amount_cents")
FROZEN_WHEN_SUBSCRIBED = (
    "code",
    "charge_model",
    "pay_in_advance",
    "invoiceable",
    "prorated",
    "regroup_paid_fees",
)
COLUMNS = (*FREE, *FROZEN_WHEN_SUBSCRIBED)


def put(
    plan: Plan, items: Sequence[Mapping[str, Any]], *, is_subscribed: bool, at: datetime
) -> None:
    """Make `items` the charges of a locked plan: matched by `id`, the others added, missing ones ended.

    Raises Invalid, or NotFound for an unknown metric, tax or id.
    """
    kept = {str(charge.pk): charge for charge in plan.charges.kept().select_related("plan")}
    wanted = {str(item["id"]) for item in items if item.get("id")}
    for key, charge in kept.items():
        if key not in wanted:
            end(charge, at=at)
    for item in items:
        if not item.get("id"):
            add(plan, item, at=at)
        elif str(item["id"]) in kept:
            change(kept[str(item["id"])], item, is_subscribed=is_subscribed, at=at)
        else:
            raise NotFound("charge")


def add(plan: Plan, values: Mapping[str, Any], *, at: datetime) -> Charge:
    """Add a charge to a locked plan; its code defaults to the metric's, made unique in the plan."""
    charge = Charge(
        organization=plan.organization,
        plan=plan,
        billable_metric=_metric(plan, values.get("billable_metric_id")),
        created_at=at,
        updated_at=at,
    )
    assign(charge, values, COLUMNS)
    if not charge.code:
        taken = plan.charges.kept().values_list("code", flat=True)
        charge.code = free_code(charge.billable_metric.code, taken)
    charge.properties = charge_properties.taken(charge.charge_model, values.get("properties"))
    _check(charge)
    save_valid(charge)
    charge_filters.put(charge, values.get("filters"), at=at)
    set_taxes(charge, values.get("tax_codes"))
    return charge


def change(
    charge: Charge, changes: Mapping[str, Any], *, is_subscribed: bool, at: datetime
) -> Charge:
    """Change what `changes` names; in a subscribed plan only prices, filters, minimum, name and taxes."""
    assign(charge, changes, FREE if is_subscribed else COLUMNS)
    if "properties" in changes or charge.charge_model != _stored_model(charge):
        given = changes.get("properties")
        charge.properties = charge_properties.taken(charge.charge_model, given)
    _check(charge)
    charge.updated_at = at
    save_valid(charge, update_fields=[*COLUMNS, "properties", "updated_at"])
    if "filters" in changes:
        charge_filters.put(charge, changes["filters"], at=at)
    if "tax_codes" in changes:
        set_taxes(charge, changes["tax_codes"])
    return charge


def end(charge: Charge, *, at: datetime) -> None:
    """Hide a charge and its filters; its fees stay."""
    ChargeFilter.objects.kept().filter(charge=charge).update(deleted_at=at, updated_at=at)
    charge.deleted_at = charge.updated_at = at
    save_valid(charge, update_fields=["deleted_at", "updated_at"])


def described(charge: Charge) -> dict[str, Any]:
    """Return the charge as the journal of its plan keeps it."""
    return {
        **{name: getattr(charge, name) for name in (*COLUMNS, "properties")},
        "billable_metric_id": str(charge.billable_metric_id),
        "filters": charge_filters.described(charge),
        "tax_codes": sorted(charge.taxes.values_list("code", flat=True)),
    }


def _metric(plan: Plan, metric_id: Any) -> BillableMetric:
    rows = BillableMetric.objects.of(plan.organization).kept()
    try:
        found = rows.filter(pk=metric_id).first() if metric_id else None
    except (ValueError, TypeError, ValidationError) as error:
        raise NotFound("billable_metric") from error
    if found is None:
        raise NotFound("billable_metric")
    return found


def _stored_model(charge: Charge) -> str:
    return Charge.objects.values_list("charge_model", flat=True).get(pk=charge.pk)


def _check(charge: Charge) -> None:
    metric = charge.billable_metric
    together = compatibility_errors(
        ChargeTerms(
            model=charge.charge_model,
            aggregation_type=metric.aggregation_type,
            recurring=metric.recurring,
            pay_in_advance=charge.pay_in_advance,
            invoiceable=charge.invoiceable,
            prorated=charge.prorated,
            min_amount_cents=_integer(charge.min_amount_cents),
            regroup_paid_fees=charge.regroup_paid_fees,
        )
    )
    prices = charge_properties.wrong(charge.charge_model, charge.properties)
    check(charge, COLUMNS, together, prices)


def _integer(value: Any) -> int:
    return value if isinstance(value, int) else 0
