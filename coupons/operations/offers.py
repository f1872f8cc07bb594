"""What changes the coupons that may be applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import SYSTEM, Actor
from billing.errors import Invalid, NotAllowed, NotFound
from catalog.models import BillableMetric, Plan
from coupons.models import AppliedCoupon, Coupon, Expiration
from coupons.operations import terms
from coupons.operations.ending import end_all
from customers.models import Customer
from organizations.models import Organization
from persistence import columns as columns_of
from persistence.saving import save_valid

LOCKED_COLUMNS = frozenset({"code", "reusable", *terms.TERMS})
"""What an applied coupon was promised; fixed from the first application on."""

COLUMNS = LOCKED_COLUMNS | {"name", "description", "expiration", "expiration_at"}


@dataclass(frozen=True, slots=True)
class Limits:
    """Codes of the plans, or of the metrics, to whose fees a coupon is limited; both empty: no limit."""

    plan_codes: tuple[str, ...] = ()
    billable_metric_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Targets:
    plans: list[Plan]
    metrics: list[BillableMetric]


@transaction.atomic
def create(
    organization: Organization,
    *,
    columns: Mapping[str, Any],
    limits: Limits | None = None,
    actor: Actor,
    at: datetime,
) -> Coupon:
    """Create a coupon from `columns` of the model.

    Raises Invalid by field, NotFound for a plan or metric that `limits` names, and NotAllowed when both kinds
    of limits are given.
    """
    targets = _find(organization, limits or Limits())
    coupon = Coupon(organization=organization, created_at=at, updated_at=at)
    _assign(coupon, columns)
    _require_valid(coupon, at, expiration_is_new=True)
    save_valid(coupon)
    _limit(coupon, targets)
    journal.record(coupon, "coupon.created", actor=actor, at=at, after=_snapshot(coupon, targets))
    return coupon


@transaction.atomic
def update(
    coupon: Coupon,
    *,
    columns: Mapping[str, Any],
    limits: Limits | None = None,
    actor: Actor,
    at: datetime,
) -> Coupon:
    """Change the given `columns`, and the limits unless they are None; returns the coupon.

    Once it has been applied, Invalid refuses a change of LOCKED_COLUMNS or of the limits.
    """
    coupon = _locked(coupon)
    old_targets = _Targets(list(coupon.plans.all()), list(coupon.billable_metrics.all()))
    targets = old_targets if limits is None else _find(coupon.organization, limits)
    before, expiration_at = _snapshot(coupon, old_targets), coupon.expiration_at
    _assign(coupon, columns)
    after = _snapshot(coupon, targets)
    old, new = journal.changes(before, after)
    _require_unlocked(coupon, new)
    _require_valid(coupon, at, expiration_is_new=coupon.expiration_at != expiration_at)
    coupon.updated_at = at
    save_valid(coupon)
    _limit(coupon, targets)
    journal.record(coupon, "coupon.updated", actor=actor, at=at, before=old, after=new)
    return coupon


@transaction.atomic
def terminate(coupon: Coupon, *, actor: Actor, at: datetime) -> Coupon:
    """End the offer: no more applications; those that exist go on. A terminated coupon stays as it is."""
    coupon = _locked(coupon)
    if coupon.terminated_at is None:
        coupon.terminated_at = coupon.updated_at = at
        save_valid(coupon, update_fields=["terminated_at", "updated_at"])
        journal.record(coupon, "coupon.terminated", actor=actor, at=at)
    return coupon


@transaction.atomic
def delete(coupon: Coupon, *, actor: Actor, at: datetime) -> Coupon:
    """Delete a coupon and end all its active applications; its code is free again."""
    holders = AppliedCoupon.objects.filter(coupon=coupon).active().values("customer")
    list(Customer.objects.filter(pk__in=holders).locked().values_list("pk", flat=True))
    coupon = _locked(coupon)
    coupon.deleted_at = coupon.updated_at = at
    save_valid(coupon, update_fields=["deleted_at", "updated_at"])
    journal.record(coupon, "coupon.deleted", actor=actor, at=at)
    end_all(AppliedCoupon.objects.filter(coupon=coupon), actor=actor, at=at)
    return coupon


def expire_due(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """Terminate the coupons whose time limit has passed by `at`; returns how many."""
    due = list(Coupon.objects.of(organization).expired(at).order_by("pk"))
    for coupon in due:
        terminate(coupon, actor=actor, at=at)
    return len(due)


def _locked(coupon: Coupon) -> Coupon:
    found = (
        Coupon.objects.kept().select_related("organization").locked().filter(pk=coupon.pk).first()
    )
    if found is None:
        raise NotFound("coupon", "This coupon has been deleted.")
    return found


def _find(organization: Organization, limits: Limits) -> _Targets:
    if limits.plan_codes and limits.billable_metric_codes:
        raise NotAllowed(
            "only_one_limitation_type_per_coupon_allowed",
            "Limit a coupon to plans or to billable metrics, not to both.",
        )
    plans = Plan.objects.of(organization).offered().filter(code__in=limits.plan_codes)
    metrics = BillableMetric.objects.of(organization).kept()
    targets = _Targets(list(plans), list(metrics.filter(code__in=limits.billable_metric_codes)))
    if len(targets.plans) != len(set(limits.plan_codes)):
        raise NotFound("plan", "A plan that the coupon names does not exist.")
    if len(targets.metrics) != len(set(limits.billable_metric_codes)):
        raise NotFound("billable_metric", "A metric that the coupon names does not exist.")
    return targets


def _assign(coupon: Coupon, columns: Mapping[str, Any]) -> None:
    unknown = set(columns) - COLUMNS
    if unknown:
        raise TypeError(f"a coupon has no {', '.join(sorted(unknown))}")
    columns_of.assign(coupon, columns, COLUMNS)
    if coupon.expiration == Expiration.NO_EXPIRATION:
        coupon.expiration_at = None
    terms.tidy(coupon)


def _require_valid(coupon: Coupon, at: datetime, *, expiration_is_new: bool) -> None:
    errors: terms.Errors = {}
    if coupon.expiration == Expiration.TIME_LIMIT:
        moment = coupon.expiration_at
        if moment is None or (expiration_is_new and moment <= at):
            errors["expiration_at"] = ["invalid_date"]
    terms.require_valid(coupon, COLUMNS, errors)


def _require_unlocked(coupon: Coupon, new: Mapping[str, Any]) -> None:
    locked = sorted(set(new) & (LOCKED_COLUMNS | {"plan_codes", "billable_metric_codes"}))
    if locked and coupon.applied_coupons.exists():
        raise Invalid(
            {field: ["value_is_invalid"] for field in locked},
            "This coupon has been applied to a customer: its terms are locked.",
        )


def _limit(coupon: Coupon, targets: _Targets) -> None:
    coupon.plans.set(targets.plans)
    coupon.billable_metrics.set(targets.metrics)


def _snapshot(coupon: Coupon, targets: _Targets) -> dict[str, Any]:
    return journal.snapshot(coupon) | {
        "plan_codes": sorted(plan.code for plan in targets.plans),
        "billable_metric_codes": sorted(metric.code for metric in targets.metrics),
    }
