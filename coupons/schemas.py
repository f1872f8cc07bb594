"""Coupons and applied coupons on the wire."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, NotRequired

from django.db.models import Prefetch, QuerySet
from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Instant, Integer, Number, decimal, instant
from coupons.models import AppliedCoupon, AppliedCouponRows, Coupon, CouponType, Frequency
from coupons.operations import Limits
from invoices.models import CouponCredit

GIVEN_BACK = frozenset({"voided", "closed", "deleted"})
"""What a coupon took off invoices in these states is left on it again."""


class LimitsIn(In):
    """The plans, or the metrics, to whose fees a coupon is limited."""

    plan_codes: list[str] | None = None
    billable_metric_codes: list[str] | None = None

    def limits(self) -> Limits:
        """Return what the domain takes."""
        return Limits(tuple(self.plan_codes or ()), tuple(self.billable_metric_codes or ()))


class CouponIn(In):
    """A coupon as a request gives it; rates in percent, amounts in minor units."""

    name: str | None = None
    code: str | None = None
    description: str | None = None
    coupon_type: str | None = None
    amount_cents: Integer | None = None
    amount_currency: str | None = None
    percentage_rate: Number | None = None
    frequency: str | None = None
    frequency_duration: Integer | None = None
    expiration: str | None = None
    expiration_at: Instant | None = None
    reusable: bool | None = None
    applies_to: LimitsIn | None = None

    def columns(self) -> dict[str, Any]:
        """Return the columns that the request names."""
        return {name: value for name, value in self.given().items() if name != "applies_to"}


class AppliedCouponIn(In):
    """The application of a coupon; what is absent or null is as the coupon says."""

    external_customer_id: str | None = None
    coupon_code: str | None = None
    amount_cents: Integer | None = None
    amount_currency: str | None = None
    percentage_rate: Number | None = None
    frequency: str | None = None
    frequency_duration: Integer | None = None

    def overrides(self) -> dict[str, Any]:
        """Return the terms that are not the coupon's own."""
        return self.model_dump(exclude={"external_customer_id", "coupon_code"}, exclude_none=True)


class CouponOut(TypedDict):
    """A coupon."""

    lago_id: str
    name: str
    code: str
    description: str | None
    coupon_type: str
    amount_cents: int | None
    amount_currency: str | None
    percentage_rate: str | None
    frequency: str
    frequency_duration: int | None
    reusable: bool
    limited_plans: bool
    limited_billable_metrics: bool
    plan_codes: list[str]
    billable_metric_codes: list[str]
    created_at: str | None
    expiration: str
    expiration_at: str | None
    terminated_at: str | None


class CreditOut(TypedDict):
    """What an applied coupon took off an invoice."""

    lago_id: str
    amount_cents: int
    amount_currency: str
    before_taxes: bool
    item: dict[str, str | None]
    invoice: dict[str, str]


class AppliedCouponOut(TypedDict):
    """A coupon on a customer; the credits stand in lists only."""

    lago_id: str
    lago_coupon_id: str
    coupon_code: str
    coupon_name: str
    coupon_description: str | None
    coupon_status: str
    coupon_deleted_at: str | None
    lago_customer_id: str
    external_customer_id: str
    status: str
    amount_cents: int | None
    amount_cents_remaining: int | None
    amount_currency: str | None
    percentage_rate: str | None
    frequency: str
    frequency_duration: int | None
    frequency_duration_remaining: int | None
    expiration_at: str | None
    created_at: str | None
    terminated_at: str | None
    credits: NotRequired[list[CreditOut]]


def with_limits(rows: QuerySet[Coupon]) -> QuerySet[Coupon]:
    """Read the plans and metrics along; two queries."""
    return rows.prefetch_related("plans", "billable_metrics")


def coupon_out(coupon: Coupon) -> CouponOut:
    """Show a coupon that was read `with_limits`."""
    plans = sorted(plan.code for plan in coupon.plans.all())
    metrics = sorted(metric.code for metric in coupon.billable_metrics.all())
    return {
        "lago_id": str(coupon.pk),
        "name": coupon.name,
        "code": coupon.code,
        "description": coupon.description,
        "coupon_type": coupon.coupon_type,
        "amount_cents": coupon.amount_cents,
        "amount_currency": coupon.amount_currency,
        "percentage_rate": decimal(coupon.percentage_rate),
        "frequency": coupon.frequency,
        "frequency_duration": coupon.frequency_duration,
        "reusable": coupon.reusable,
        "limited_plans": bool(plans),
        "limited_billable_metrics": bool(metrics),
        "plan_codes": plans,
        "billable_metric_codes": metrics,
        "created_at": instant(coupon.created_at),
        "expiration": coupon.expiration,
        "expiration_at": instant(coupon.expiration_at),
        "terminated_at": instant(coupon.terminated_at),
    }


def with_credits(rows: AppliedCouponRows[AppliedCoupon]) -> QuerySet[AppliedCoupon]:
    """Read coupon, customer and credits along; one query more."""
    credits = CouponCredit.objects.select_related("invoice").order_by("created_at", "pk")
    return rows.select_related("coupon", "customer").prefetch_related(Prefetch("credits", credits))


def applied_coupons_out(rows: Sequence[AppliedCoupon]) -> list[AppliedCouponOut]:
    """Show applied coupons that were read `with_credits`, with them."""
    return [
        {**applied_coupon_out(row), "credits": [_credit_out(row, one) for one in row.credits.all()]}
        for row in rows
    ]


def applied_coupon_out(applied: AppliedCoupon) -> AppliedCouponOut:
    """Show one applied coupon that was read `with_credits`."""
    coupon, customer = applied.coupon, applied.customer
    return {
        "lago_id": str(applied.pk),
        "lago_coupon_id": str(coupon.pk),
        "coupon_code": coupon.code,
        "coupon_name": coupon.name,
        "coupon_description": coupon.description,
        "coupon_status": "terminated" if coupon.terminated_at else "active",
        "coupon_deleted_at": instant(coupon.deleted_at),
        "lago_customer_id": str(customer.pk),
        "external_customer_id": customer.external_id,
        "status": applied.status,
        "amount_cents": applied.amount_cents,
        "amount_cents_remaining": _remaining(applied),
        "amount_currency": applied.amount_currency,
        "percentage_rate": decimal(applied.percentage_rate),
        "frequency": applied.frequency,
        "frequency_duration": applied.frequency_duration,
        "frequency_duration_remaining": applied.frequency_duration_remaining,
        "expiration_at": instant(coupon.expiration_at),
        "created_at": instant(applied.created_at),
        "terminated_at": instant(applied.terminated_at),
    }


def _remaining(applied: AppliedCoupon) -> int | None:
    """What is left of a fixed coupon that works once; other coupons hold no sum."""
    is_sum = applied.coupon_type == CouponType.FIXED_AMOUNT and applied.frequency == Frequency.ONCE
    if not is_sum:
        return None
    taken = sum(
        credit.amount_cents
        for credit in applied.credits.all()
        if credit.invoice.status not in GIVEN_BACK
    )
    return max(0, (applied.amount_cents or 0) - taken)


def _credit_out(applied: AppliedCoupon, credit: CouponCredit) -> CreditOut:
    return {
        "lago_id": str(credit.pk),
        "amount_cents": credit.amount_cents,
        "amount_currency": credit.invoice.currency,
        "before_taxes": True,
        "item": {
            "lago_item_id": str(applied.coupon_id),
            "type": "coupon",
            "code": applied.coupon.code,
            "name": applied.coupon.name,
            "description": applied.coupon.description,
        },
        "invoice": {
            "lago_id": str(credit.invoice_id),
            "payment_status": credit.invoice.payment_status,
        },
    }


def shown_applied_coupon(applied_id: uuid.UUID) -> AppliedCouponOut:
    """Read one applied coupon again and show it."""
    return applied_coupon_out(with_credits(AppliedCoupon.objects.filter(pk=applied_id)).get())
