"""Handing a change of a plan on to the overrides made of it, where they still say what the plan said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from catalog.models import Charge, Plan
from catalog.operations import charges, plans
from catalog.operations.overrides import copy_charge
from persistence.saving import save_valid

HANDED_ON = ("properties", "filters", "min_amount_cents", "invoice_display_name", "tax_codes")
PRICES = ("properties", "filters")
Snapshot = Mapping[str, Any]


@transaction.atomic
def hand_on(plan: Plan, before: Snapshot, *, actor: Actor, at: datetime) -> None:
    """Make the change from `before` (plans.snapshot) to what `plan` is now in the overrides of it.

    Their amount follows if it was the plan's; a charge follows if its prices were the plan's; new charges are
    added, removed ones end.
    """
    after = plans.snapshot(plan)
    for child in plan.children.kept().select_related("organization").locked():
        was = plans.snapshot(child)
        if child.amount_cents == before["amount_cents"] != after["amount_cents"]:
            child.amount_cents = after["amount_cents"]
            save_valid(child, update_fields=["amount_cents"])
        for charge in child.charges.kept().select_related("billable_metric", "organization"):
            _follow(charge, before["charges"], after["charges"], at=at)
        for added in set(after["charges"]) - set(before["charges"]):
            copy_charge(Charge.objects.get(pk=added), child, at=at)
        plans.note(child, was, actor=actor, at=at)


def _follow(charge: Charge, before: Snapshot, after: Snapshot, *, at: datetime) -> None:
    parent = str(charge.parent_id)
    if parent not in before:
        return
    if parent not in after:
        charges.end(charge, at=at)
        return
    own, old, new = charges.described(charge), before[parent], after[parent]
    if all(own[name] == old[name] for name in PRICES):
        changed = {name: new[name] for name in HANDED_ON if new[name] != old[name]}
        if changed:
            charges.change(charge, changed, is_subscribed=True, at=at)
