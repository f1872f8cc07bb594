"""How applied coupons end."""

from __future__ import annotations

from datetime import datetime

from activity import journal
from activity.actors import Actor
from coupons.models import AppliedCoupon, AppliedCouponRows, Status
from persistence.saving import save_valid


def end(applied: AppliedCoupon, *, actor: Actor, at: datetime) -> None:
    """Terminate one active applied coupon that the caller has locked."""
    applied.status = Status.TERMINATED
    applied.terminated_at = applied.updated_at = at
    save_valid(applied, update_fields=["status", "terminated_at", "updated_at"])
    journal.record(applied, "applied_coupon.terminated", actor=actor, at=at)


def end_all(
    rows: AppliedCouponRows[AppliedCoupon], *, actor: Actor, at: datetime
) -> list[AppliedCoupon]:
    """Terminate the active ones among `rows` and return them."""
    active = list(rows.active().select_related("coupon").locked())
    for applied in active:
        end(applied, actor=actor, at=at)
    return active
