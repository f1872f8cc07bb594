"""Plans made for one subscription: a copy of a plan in which some terms are other ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction

from activity import journal
from activity.actors import Actor
from billing.errors import NotFound
from catalog.models import Charge, Plan
from catalog.operations import charges, fixed_charges, plan_terms, plans
from persistence.columns import assign, check
from persistence.ids import new_id
from persistence.saving import save_valid

COLUMNS = (
    "name",
    "invoice_display_name",
    "description",
    "amount_cents",
    "trial_period",
)
Item = Mapping[str, Any]


@transaction.atomic
def override_plan(plan: Plan, overrides: Item, *, actor: Actor, at: datetime) -> Plan:
    """Return a plan whose terms are those of `plan` with `overrides`, for one subscription.

    A plan that others may choose is copied into a child of it; a child is changed as it stands. `overrides` holds
    members of a plan; charges and fixed charges are matched by the `id` that they have in `plan` (or in its
    parent), and those that are not named stay as they are. Raises Invalid, or NotFound for an unknown id.
    """
    plan = plans.lock_kept(plan)
    before = {} if plan.parent_id is None else plans.snapshot(plan)
    child: Plan = plan if plan.parent_id else _copy(plan, at=at)
    assign(child, overrides, COLUMNS)
    check(child, plans.COLUMNS)
    child.updated_at = at
    save_valid(child)
    for name, part in (("charges", charges), ("fixed_charges", fixed_charges)):
        _override(getattr(child, name).kept(), overrides.get(name) or [], part, at=at)
    parts = {
        name: overrides[name]
        for name in ("minimum_commitment", "usage_thresholds", "tax_codes")
        if name in overrides
    }
    plans.put_parts(child, parts, is_subscribed=True, at=at)
    old, new = journal.changes(before, plans.snapshot(child))
    journal.record(child, "plan.overridden", actor=actor, at=at, before=old, after=new)
    return child


def _override(
    rows: models.QuerySet[Any], items: Sequence[Item], part: Any, *, at: datetime
) -> None:
    """Change those of `rows` that `items` name by their own id or by their parent's."""
    known = list(rows)
    for item in items:
        wanted = str(item.get("id"))
        found = next((one for one in known if wanted in (str(one.pk), str(one.parent_id))), None)
        if found is None:
            raise NotFound("charge" if part is charges else "fixed_charge")
        part.change(found, item, is_subscribed=True, at=at)


def _copy(plan: Plan, *, at: datetime) -> Plan:
    """Copy a plan with all its parts into a child that shares its code."""
    child: Plan = _twin(plan, at=at, parent=plan)
    for charge in plan.charges.kept().order_by("created_at", "pk"):
        copy_charge(charge, child, at=at)
    for fixed in plan.fixed_charges.kept().order_by("created_at", "pk"):
        _twin(fixed, at=at, plan=child, parent=fixed)
    for threshold in plan.usage_thresholds.kept():
        _twin(threshold, at=at, plan=child)
    commitment = plan_terms.commitment_of(plan)
    if commitment is not None:
        _twin(commitment, at=at, plan=child)
    return child


def copy_charge(charge: Charge, child: Plan, *, at: datetime) -> None:
    """Copy a charge of a plan with its filters into an override of the plan."""
    copied = _twin(charge, at=at, plan=child, parent=charge)
    for one in charge.filters.kept().order_by("created_at", "pk"):
        _twin(one, at=at, charge=copied)


def _twin(row: Any, *, at: datetime, **columns: Any) -> Any:
    """Store a copy of `row` with other `columns`, and with the same taxes."""
    taken = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "created_at", "updated_at")
    }
    twin = save_valid(
        row._meta.model(id=new_id(), created_at=at, updated_at=at, **{**taken, **columns})
    )
    if hasattr(row, "taxes"):
        twin.taxes.set(row.taxes.all())
    return twin
