"""Change the charges of a plan one by one, and the drafts of its subscriptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from catalog.models import Charge, Plan
from catalog.operations import plans
from catalog.operations.cascade import hand_on
from workflows.edit_plan import is_subscribed
from workflows.flag_drafts import flag_drafts

Values = Mapping[str, Any]


@transaction.atomic
def add_charge(plan: Plan, values: Values, *, actor: Actor, at: datetime) -> Charge:
    """Add a charge to a plan, with ``cascade_updates`` to its overrides too.

    Raises Invalid, or NotFound for an unknown metric or tax.
    """

    def add() -> Charge:
        return plans.add_charge(plan, values, actor=actor, at=at)

    return _followed(plan, add, bool(values.get("cascade_updates")), actor=actor, at=at)


@transaction.atomic
def edit_charge(charge: Charge, changes: Values, *, actor: Actor, at: datetime) -> Charge:
    """Change a charge; in a subscribed plan only prices, filters, minimum, name and taxes.

    With ``cascade_updates`` the charges of overrides that have the same prices follow. Raises Invalid.
    """

    def change() -> Charge:
        frozen = is_subscribed(charge.plan)
        return plans.change_charge(charge, changes, is_subscribed=frozen, actor=actor, at=at)

    return _followed(charge.plan, change, bool(changes.get("cascade_updates")), actor=actor, at=at)


@transaction.atomic
def remove_charge(charge: Charge, *, actor: Actor, at: datetime, cascades: bool = False) -> Charge:
    """Take a charge out of its plan, and out of its overrides when it `cascades`; its fees stay."""

    def remove() -> Charge:
        return plans.remove_charge(charge, actor=actor, at=at)

    return _followed(charge.plan, remove, cascades, actor=actor, at=at)


def _followed(
    plan: Plan, work: Callable[[], Charge], cascades: bool, *, actor: Actor, at: datetime
) -> Charge:
    """Do `work`, hand it on to the overrides if asked, and flag the plan's drafts."""
    before = plans.snapshot(plan) if cascades else {}
    done = work()
    if cascades:
        hand_on(plan, before, actor=actor, at=at)
    flag_drafts(plan.organization, plan=plan, at=at)
    return done
