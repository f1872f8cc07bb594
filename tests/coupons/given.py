"""Coupons made, applied and used in tests, in few words."""

from datetime import timedelta
from decimal import Decimal

from activity.actors import SYSTEM
from coupons import operations
from coupons.operations import Limits
from tests.factories import AT, CustomerFactory, OrganizationFactory

FIXED = {
    "name": "Five off",
    "code": "five",
    "coupon_type": "fixed_amount",
    "amount_cents": 500,
    "amount_currency": "EUR",
    "frequency": "once",
    "expiration": "no_expiration",
}
PERCENT = FIXED | {
    "code": "ten",
    "coupon_type": "percentage",
    "percentage_rate": Decimal(10),
    "amount_cents": None,
    "amount_currency": None,
}
LATER = AT + timedelta(days=1)


def create(organization=None, limits=None, **columns):
    organization = organization or OrganizationFactory()
    return operations.create(
        organization, columns=FIXED | columns, limits=limits, actor=SYSTEM, at=AT
    )


def apply(coupon, customer=None, **overrides):
    customer = customer or CustomerFactory(organization=coupon.organization)
    return operations.apply(coupon, customer=customer, overrides=overrides, actor=SYSTEM, at=LATER)


def use(applied, amount_cents, remaining_cents=None):
    return operations.use(
        applied, amount_cents=amount_cents, remaining_cents=remaining_cents, actor=SYSTEM, at=LATER
    )


def limited_to_plan(organization, plan, **columns):
    return create(organization, Limits(plan_codes=(plan.code,)), **columns)
