"""What changes coupons that are applied to customers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from activity import journal
from activity.actors import Actor
from billing.errors import NotAllowed, NotFound, Sentence
from coupons.models import AppliedCoupon, Coupon, Frequency, Status
from coupons.operations import terms
from coupons.operations.ending import end, end_all
from customers.models import Customer
from customers.operations import assign_currency, lock_kept
from persistence.saving import save_valid

OVERRIDES = frozenset(terms.TERMS) - {"coupon_type"}


@transaction.atomic
def apply(
    coupon: Coupon,
    *,
    customer: Customer,
    overrides: Mapping[str, Any] | None = None,
    actor: Actor,
    at: datetime,
) -> AppliedCoupon:
    """Apply `coupon` to `customer`, with its terms or with `overrides` of them (None: not overridden).

    Raises NotFound when the customer or the coupon is gone, terminated or expired; NotAllowed
    (``plan_overlapping``) when another limited coupon of the customer takes off the same fees; Invalid when the
    coupon may be used once and was, when the currency is not the customer's, or by field.
    """
    customer = lock_kept(customer.pk)
    coupon = _offered(coupon, at)
    applied = _with_terms(coupon, customer, overrides or {}, at)
    _refuse_overlap(coupon, customer)
    if applied.amount_currency:
        assign_currency(customer, applied.amount_currency, actor=actor, at=at)
    save_valid(applied)
    journal.record(
        applied, "applied_coupon.created", actor=actor, at=at, after=journal.snapshot(applied)
    )
    return applied


@transaction.atomic
def remove(applied: AppliedCoupon, *, actor: Actor, at: datetime) -> AppliedCoupon:
    """Take a coupon off a customer: it is terminated; one that has ended stays as it is."""
    Customer.objects.locked().get(pk=applied.customer_id)
    applied = _locked(applied)
    if applied.status == Status.ACTIVE:
        end(applied, actor=actor, at=at)
    return applied


@transaction.atomic
def use(
    applied: AppliedCoupon,
    *,
    amount_cents: int,
    remaining_cents: int | None = None,
    actor: Actor,
    at: datetime,
) -> AppliedCoupon:
    """Note that an invoice has taken `amount_cents` (more than 0) off by this coupon.

    Used once: terminated, a fixed one only when nothing of it is left; `remaining_cents` is what was left of it
    before this invoice (None: all). Recurring: one period less, terminated after the last. Forever: stays. A
    coupon that ended meanwhile counts the use and stays ended. The caller holds the customer's lock.
    """
    applied = _locked(applied)
    is_exhausted = False
    if applied.frequency == Frequency.RECURRING:
        left = max(0, (applied.frequency_duration_remaining or 0) - 1)
        applied.frequency_duration_remaining = left
        is_exhausted = left == 0
    elif applied.frequency == Frequency.ONCE:
        held = applied.amount_cents if remaining_cents is None else remaining_cents
        is_exhausted = applied.amount_cents is None or amount_cents >= (held or 0)
    if is_exhausted and applied.status == Status.ACTIVE:
        applied.status, applied.is_exhausted, applied.terminated_at = Status.TERMINATED, True, at
    _save_use(applied, "applied_coupon.used", {"amount_cents": amount_cents}, actor=actor, at=at)
    return applied


@transaction.atomic
def reinstate(applied: AppliedCoupon, *, actor: Actor, at: datetime) -> AppliedCoupon:
    """Give back the use that a voided invoice made of the coupon.

    Recurring: one period more. One that had ended because it was used up works again, unless its coupon is
    terminated or deleted, or its customer deleted; one that was taken off stays ended.
    """
    applied = _locked(applied)
    if applied.frequency == Frequency.RECURRING:
        remaining = (applied.frequency_duration_remaining or 0) + 1
        applied.frequency_duration_remaining = min(remaining, applied.frequency_duration or 0)
    coupon = applied.coupon
    is_offered = coupon.deleted_at is None and coupon.terminated_at is None
    if applied.is_exhausted and is_offered and not applied.customer.is_deleted:
        applied.status, applied.is_exhausted, applied.terminated_at = Status.ACTIVE, False, None
    _save_use(applied, "applied_coupon.reinstated", {}, actor=actor, at=at)
    return applied


@transaction.atomic
def terminate_all_of(customer: Customer, *, actor: Actor, at: datetime) -> list[AppliedCoupon]:
    """End every active coupon of a customer and return them; the caller holds the customer's lock."""
    return end_all(AppliedCoupon.objects.filter(customer=customer), actor=actor, at=at)


def lock_active(customer: Customer) -> list[AppliedCoupon]:
    """Lock and return the customer's active coupons with coupon, oldest first, for an invoice to use."""
    rows = AppliedCoupon.objects.filter(customer=customer).active().select_related("coupon")
    return sorted(rows.locked(), key=lambda applied: (applied.created_at, applied.pk))


def _locked(applied: AppliedCoupon) -> AppliedCoupon:
    return AppliedCoupon.objects.select_related("coupon", "customer").locked().get(pk=applied.pk)


def _offered(coupon: Coupon, at: datetime) -> Coupon:
    """Lock the coupon, so that it neither ends nor is applied elsewhere meanwhile."""
    found = Coupon.objects.offered().locked().filter(pk=coupon.pk).first()
    if found is None or (found.expiration_at and found.expiration_at <= at):
        raise NotFound("coupon", "This coupon is no longer offered.")
    return found


def _with_terms(
    coupon: Coupon, customer: Customer, overrides: Mapping[str, Any], at: datetime
) -> AppliedCoupon:
    unknown = set(overrides) - OVERRIDES
    if unknown:
        raise TypeError(f"an applied coupon has no {', '.join(sorted(unknown))} to override")
    own = {name: getattr(coupon, name) for name in terms.TERMS}
    given = {name: value for name, value in overrides.items() if value is not None}
    applied = AppliedCoupon(
        organization_id=coupon.organization_id,
        coupon=coupon,
        customer=customer,
        is_single_use=not coupon.reusable,
        created_at=at,
        updated_at=at,
        **(own | given),
    )
    terms.tidy(applied)
    terms.require_valid(applied)
    applied.frequency_duration_remaining = applied.frequency_duration
    return applied


def _refuse_overlap(coupon: Coupon, customer: Customer) -> None:
    plans = list(coupon.plans.values_list("pk", flat=True))
    metrics = list(coupon.billable_metrics.values_list("pk", flat=True))
    if not plans and not metrics:
        return
    same_fees = (
        Q(plans__in=plans)
        | Q(billable_metrics__in=metrics)
        | Q(plans__charges__billable_metric__in=metrics, plans__charges__deleted_at=None)
        | Q(billable_metrics__charges__plan__in=plans, billable_metrics__charges__deleted_at=None)
    )
    active = AppliedCoupon.objects.filter(customer=customer).active().values("coupon")
    other = Coupon.objects.filter(same_fees, pk__in=active).order_by("pk").first()
    if other is not None:
        raise NotAllowed(
            "plan_overlapping",
            Sentence("The coupon {name} already takes off the same fees.", name=other.name),
        )


def _save_use(
    applied: AppliedCoupon, action: str, facts: dict[str, Any], *, actor: Actor, at: datetime
) -> None:
    applied.updated_at = at
    save_valid(applied)
    journal.record(
        applied,
        action,
        actor=actor,
        at=at,
        after=facts
        | {
            "status": applied.status,
            "frequency_duration_remaining": applied.frequency_duration_remaining,
        },
    )
