"""What changes the fixed charges of a plan: a number of units of an add-on, billed each period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from billing.errors import NotFound
from catalog.models import AddOn, FixedCharge, Plan
from catalog.operations import charge_properties
from catalog.operations.codes import free_code
from catalog.operations.tax_links import set_taxes
from persistence.columns import assign, check
from persistence.saving import save_valid

FREE = ("invoice_display_name", "units")
FROZEN_WHEN_SUBSCRIBED = ("code", "charge_model", "pay_in_advance", "prorated")
COLUMNS = (*FREE, *FROZEN_WHEN_SUBSCRIBED)
INCOMPATIBLE = "invalid_aggregation_type_or_charge_model"


def put(
    plan: Plan, items: Sequence[Mapping[str, Any]], *, is_subscribed: bool, at: datetime
) -> None:
    """Make `items` the fixed charges of a locked plan: matched by `id`, others added, missing ones ended.

    Running subscriptions keep the units they have; whoever calls this tells them of new units.
    """
    kept = {str(charge.pk): charge for charge in plan.fixed_charges.kept()}
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
            raise NotFound("fixed_charge")


def add(plan: Plan, values: Mapping[str, Any], *, at: datetime) -> FixedCharge:
    """Add a fixed charge to a locked plan; its add-on is named by `add_on_id` or `add_on_code`."""
    charge = FixedCharge(
        organization=plan.organization,
        plan=plan,
        add_on=_add_on(plan, values),
        created_at=at,
        updated_at=at,
    )
    assign(charge, values, COLUMNS)
    if not charge.code:
        taken = plan.fixed_charges.kept().values_list("code", flat=True)
        charge.code = free_code(charge.add_on.code, taken)
    _price(charge, values.get("properties"))
    save_valid(charge)
    set_taxes(charge, values.get("tax_codes"))
    return charge


def change(
    charge: FixedCharge, changes: Mapping[str, Any], *, is_subscribed: bool, at: datetime
) -> FixedCharge:
    """Change what `changes` names; in a subscribed plan only units, prices, name and taxes."""
    assign(charge, changes, FREE if is_subscribed else COLUMNS)
    _price(charge, changes.get("properties", charge.properties))
    charge.updated_at = at
    save_valid(charge, update_fields=[*COLUMNS, "properties", "updated_at"])
    if "tax_codes" in changes:
        set_taxes(charge, changes["tax_codes"])
    return charge


def end(charge: FixedCharge, *, at: datetime) -> None:
    """Hide a fixed charge; its fees stay."""
    charge.deleted_at = charge.updated_at = at
    save_valid(charge, update_fields=["deleted_at", "updated_at"])


def described(charge: FixedCharge) -> dict[str, Any]:
    """Return the fixed charge as the journal of its plan keeps it."""
    return {
        **{name: getattr(charge, name) for name in (*COLUMNS, "properties")},
        "add_on_id": str(charge.add_on_id),
        "tax_codes": sorted(charge.taxes.values_list("code", flat=True)),
    }


def _add_on(plan: Plan, values: Mapping[str, Any]) -> AddOn:
    rows = AddOn.objects.of(plan.organization).kept()
    try:
        if values.get("add_on_id"):
            rows = rows.filter(pk=values["add_on_id"])
        else:
            rows = rows.filter(code=values.get("add_on_code") or "")
    except (ValueError, TypeError, ValidationError) as error:
        raise NotFound("add_on") from error
    found = rows.first()
    if found is None:
        raise NotFound("add_on")
    return found


def _price(charge: FixedCharge, given: Mapping[str, Any] | None) -> None:
    model = charge.charge_model
    charge.properties = charge_properties.taken(model, given, may_group=False)
    together: dict[str, list[str]] = {}
    if charge.pay_in_advance and model == "volume":
        together["pay_in_advance"] = [INCOMPATIBLE]
    if charge.pay_in_advance and charge.prorated and model == "graduated":
        together["prorated"] = [INCOMPATIBLE]
    check(charge, COLUMNS, together, charge_properties.wrong(model, charge.properties))
