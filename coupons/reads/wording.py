"""Coupons in words: what they take off, how often, and what is left of them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console import formats
from coupons.models import AppliedCoupon, Coupon, CouponType, Frequency


def reduction(row: Coupon | AppliedCoupon) -> str:
    """Say what a coupon takes off: ``10%`` or ``€5.00``."""
    if row.coupon_type == CouponType.PERCENTAGE:
        return formats.rate(row.percentage_rate) if row.percentage_rate is not None else ""
    return formats.money(row.amount_cents or 0, row.amount_currency or "")


def how_often(row: Coupon | AppliedCoupon) -> str:
    """Say how often a coupon works: ``once``, ``for 3 periods``, ``forever``."""
    if row.frequency == Frequency.ONCE:
        return _("once")
    if row.frequency == Frequency.FOREVER:
        return _("forever")
    count = row.frequency_duration or 0
    return ngettext("for %(count)d period", "for %(count)d periods", count) % {"count": count}


def terms(row: Coupon | AppliedCoupon) -> str:
    """Say both: ``10% off for 3 periods``."""
    return _("%(reduction)s off %(how_often)s") % {
        "reduction": reduction(row),
        "how_often": how_often(row),
    }


def remaining(applied: AppliedCoupon, taken_cents: int) -> str:
    """Say what is left of an applied coupon that can be used up; empty for others."""
    if applied.frequency == Frequency.RECURRING:
        left = applied.frequency_duration_remaining or 0
        return ngettext("%(count)d period left", "%(count)d periods left", left) % {"count": left}
    if applied.frequency == Frequency.ONCE and applied.coupon_type == CouponType.FIXED_AMOUNT:
        left = max(0, (applied.amount_cents or 0) - taken_cents)
        return _("%(amount)s left") % {"amount": formats.money(left, applied.amount_currency or "")}
    return ""
