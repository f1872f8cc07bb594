"""What changes a subscription; what it costs is for workflows to settle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import Actor
from catalog.models import FixedCharge
from persistence.saving import create_all, save_valid
from subscriptions.lifecycle import SUBSCRIPTION, Status
from subscriptions.models import FixedChargeUnits, Subscription
from subscriptions.terms import next_billing


@transaction.atomic
def add(subscription: Subscription, *, actor: Actor, at: datetime) -> Subscription:
    """Store a new subscription, pending or active; an active one is given its next billing day.

    `subscription` is unsaved and comes with its customer (locked by the caller), organization and plan. Raises
    Invalid ``external_id: [value_already_exist]`` when an active subscription has the same external id.
    """
    subscription.created_at = subscription.updated_at = at
    if subscription.status == Status.ACTIVE:
        subscription.next_billing_at = next_billing(subscription)
    save_valid(subscription)
    _count_units(subscription, at)
    journal.record(
        subscription,
        "subscription.created",
        actor=actor,
        at=at,
        after=journal.snapshot(subscription),
    )
    if subscription.status == Status.ACTIVE:
        journal.announce(subscription, "subscription.started", at=at)
    return subscription


def _count_units(subscription: Subscription, at: datetime) -> None:
    """Note how many units of each fixed charge the subscription begins with."""
    begins_at = subscription.started_at or subscription.subscription_at
    charges = FixedCharge.objects.kept().filter(plan_id=subscription.plan_id)
    create_all(
        [
            FixedChargeUnits(
                organization_id=subscription.organization_id,
                subscription=subscription,
                fixed_charge=charge,
                units=charge.units,
                effective_at=min(begins_at, at),
                created_at=at,
            )
            for charge in charges.order_by("pk")
        ]
    )


@transaction.atomic
def count_units_anew(
    charge: FixedCharge, *, is_immediate: bool, at: datetime
) -> list[FixedChargeUnits]:
    """Have the running subscriptions of the charge's plan count its units, now or from their next period on."""
    running = Subscription.objects.filter(plan_id=charge.plan_id).filter(
        status__in=[Status.ACTIVE, Status.PENDING]
    )
    return create_all(
        [
            FixedChargeUnits(
                organization_id=charge.organization_id,
                subscription=subscription,
                fixed_charge=charge,
                units=charge.units,
                effective_at=at if is_immediate else subscription.next_billing_at or at,
                created_at=at,
            )
            for subscription in running.order_by("pk")
        ]
    )


def note_alert(subscription: Subscription, *, at: datetime) -> None:
    """Note that the coming end of a subscription has been announced on the local day of `at`."""
    subscription.alerted_on = subscription.customer.local_date(at)
    save_valid(subscription, update_fields=["alerted_on"])


@transaction.atomic
def activate(
    subscription: Subscription, *, started_at: datetime, actor: Actor, at: datetime
) -> Subscription:
    """Let a pending subscription run from `started_at` on. Raises NotAllowed if it is not pending."""
    SUBSCRIPTION.require(subscription.status, Status.ACTIVE)
    subscription.status, subscription.started_at = Status.ACTIVE, started_at
    subscription.next_billing_at = next_billing(subscription)
    return _changed(
        subscription,
        "subscription.started",
        ["status", "started_at", "next_billing_at"],
        actor=actor,
        at=at,
        announces=True,
    )


@transaction.atomic
def terminate(
    subscription: Subscription,
    *,
    terminated_at: datetime,
    actor: Actor,
    at: datetime,
    options: Mapping[str, str] | None = None,
) -> Subscription:
    """End an active subscription; `options` are the on_termination_* columns asked for.

    Raises NotAllowed if it is not active.
    """
    SUBSCRIPTION.require(subscription.status, Status.TERMINATED)
    subscription.status, subscription.terminated_at = Status.TERMINATED, terminated_at
    subscription.next_billing_at = None
    for name, value in (options or {}).items():
        setattr(subscription, name, value)
    fields = ["status", "terminated_at", "next_billing_at", *(options or {})]
    return _changed(
        subscription, "subscription.terminated", fields, actor=actor, at=at, announces=True
    )


@transaction.atomic
def cancel(subscription: Subscription, *, actor: Actor, at: datetime) -> Subscription:
    """Cancel a subscription that has not begun; nothing is billed. Raises NotAllowed otherwise."""
    SUBSCRIPTION.require(subscription.status, Status.CANCELED)
    subscription.status, subscription.canceled_at = Status.CANCELED, at
    return _changed(
        subscription,
        "subscription.canceled",
        ["status", "canceled_at"],
        actor=actor,
        at=at,
        announces=True,
    )


@transaction.atomic
def update(
    subscription: Subscription, *, columns: Mapping[str, Any], actor: Actor, at: datetime
) -> Subscription:
    """Change columns of an open subscription; the next billing day follows a changed end."""
    before = journal.snapshot(subscription)
    for name, value in columns.items():
        setattr(subscription, name, value)
    fields = list(columns)
    if subscription.is_active and "ending_at" in columns:
        last = _last_billed_on(subscription, at)
        subscription.next_billing_at = next_billing(subscription, after=last)
        fields.append("next_billing_at")
    return _changed(
        subscription,
        "subscription.updated",
        fields,
        actor=actor,
        at=at,
        before=before,
        announces=True,
    )


def _last_billed_on(subscription: Subscription, at: datetime) -> date | None:
    """The last local day that needs no billing any more: today, unless today is still due."""
    today = subscription.customer.local_date(at)
    due = subscription.next_billing_at
    if due is not None and due <= at:
        return subscription.customer.local_date(due).fromordinal(
            subscription.customer.local_date(due).toordinal() - 1
        )
    started = subscription.started_at
    return today if started is not None and started <= at else None


def note_billed(subscriptions: Sequence[Subscription], *, at: datetime) -> None:
    """Set the next billing day of subscriptions whose due day has just been billed; one statement."""
    for subscription in subscriptions:
        assert subscription.next_billing_at is not None
        day = subscription.customer.local_date(subscription.next_billing_at)
        subscription.next_billing_at = next_billing(subscription, after=day)
        subscription.updated_at = at
    Subscription.objects.bulk_update(subscriptions, ["next_billing_at", "updated_at"])


@transaction.atomic
def end_trial(
    subscription: Subscription, *, trial_ended_at: datetime, actor: Actor, at: datetime
) -> Subscription:
    """Note that the free trial is over."""
    subscription.trial_ended_at = trial_ended_at
    changed = _changed(
        subscription, "subscription.trial_ended", ["trial_ended_at"], actor=actor, at=at
    )
    journal.announce(subscription, "subscription.trial_ended", at=at)
    return changed


@transaction.atomic
def pass_over_trial(
    subscription: Subscription, *, trial_ended_at: datetime, at: datetime
) -> Subscription:
    """Note that a subscription has no trial of its own, since that of its external id was over; nobody is told."""
    subscription.trial_ended_at, subscription.updated_at = trial_ended_at, at
    return save_valid(subscription, update_fields=["trial_ended_at", "updated_at"])


def _changed(
    subscription: Subscription,
    action: str,
    fields: Sequence[str],
    *,
    actor: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    announces: bool = False,
) -> Subscription:
    subscription.updated_at = at
    save_valid(subscription, update_fields=[*fields, "updated_at"])
    after = journal.snapshot(subscription)
    if before is None:
        old, new = None, {name: after[name] for name in fields if name in after}
    else:
        old, new = journal.changes(before, after)
    journal.record(subscription, action, actor=actor, at=at, before=old, after=new)
    if announces:
        journal.announce(subscription, action, at=at)
    return subscription
