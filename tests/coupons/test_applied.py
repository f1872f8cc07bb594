"""Coupons applied to customers: the checks."""

import pytest

from activity.actors import SYSTEM
from billing.errors import Invalid, NotAllowed, NotFound
from coupons import operations
from coupons.models import AppliedCoupon
from coupons.operations import Limits
from tests.coupons.given import LATER, PERCENT, apply, create, limited_to_plan
from tests.factories import (
    AT,
    BillableMetricFactory,
    ChargeFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
)

pytestmark = pytest.mark.django_db


def test_applying_copies_the_terms_and_assigns_the_currency():
    coupon = create()
    customer = CustomerFactory(organization=coupon.organization, currency=None)

    applied = apply(coupon, customer)

    customer.refresh_from_db()
    assert (applied.amount_cents, applied.amount_currency, applied.frequency) == (
        500,
        "EUR",
        "once",
    )
    assert customer.currency == "EUR"


def test_applying_takes_overrides():
    applied = apply(create(), amount_cents=200, frequency="recurring", frequency_duration=3)

    assert (applied.amount_cents, applied.frequency, applied.frequency_duration) == (
        200,
        "recurring",
        3,
    )
    assert applied.frequency_duration_remaining == 3


def test_a_percentage_coupon_neither_sets_nor_needs_a_currency():
    coupon = create(**PERCENT)
    customer = CustomerFactory(organization=coupon.organization, currency=None)

    apply(coupon, customer)

    customer.refresh_from_db()
    assert customer.currency is None


def test_a_fixed_coupon_in_another_currency_is_refused():
    coupon = create()
    customer = CustomerFactory(organization=coupon.organization, currency="USD")

    with pytest.raises(Invalid) as refused:
        apply(coupon, customer)

    assert refused.value.errors == {"currency": ["currencies_does_not_match"]}
    assert AppliedCoupon.objects.count() == 0


def test_a_coupon_that_may_be_used_once_is_refused_even_after_it_was_taken_off():
    coupon = create(reusable=False)
    customer = CustomerFactory(organization=coupon.organization)
    operations.remove(apply(coupon, customer), actor=SYSTEM, at=LATER)

    with pytest.raises(Invalid) as refused:
        apply(coupon, customer)

    assert refused.value.errors == {"coupon": ["coupon_is_not_reusable"]}
    assert AppliedCoupon.objects.count() == 1


def test_a_reusable_coupon_may_be_applied_twice():
    coupon = create()
    customer = CustomerFactory(organization=coupon.organization)

    apply(coupon, customer)
    apply(coupon, customer)

    assert AppliedCoupon.objects.active().count() == 2


@pytest.mark.parametrize("ending", ["terminated", "deleted", "expired"])
def test_a_coupon_that_has_ended_is_not_found(ending):
    coupon = create(expiration="time_limit", expiration_at=LATER)
    if ending != "expired":
        end = operations.terminate if ending == "terminated" else operations.delete
        end(coupon, actor=SYSTEM, at=AT)

    with pytest.raises(NotFound) as refused:
        apply(coupon)

    assert refused.value.code == "coupon_not_found"
    assert AppliedCoupon.objects.count() == 0


def test_a_deleted_customer_is_not_found():
    coupon = create()
    customer = CustomerFactory(organization=coupon.organization, deleted_at=AT)

    with pytest.raises(NotFound) as refused:
        apply(coupon, customer)

    assert refused.value.code == "customer_not_found"


@pytest.mark.parametrize("other", ["plan", "metric", "charge"])
def test_limited_coupons_must_not_overlap(other):
    organization = OrganizationFactory()
    plan, metric = (
        PlanFactory(organization=organization),
        BillableMetricFactory(organization=organization),
    )
    if other == "charge":
        ChargeFactory(plan=plan, billable_metric=metric)
    to_plan, to_metric = Limits((plan.code,)), Limits((), (metric.code,))
    first, second = {
        "plan": (to_plan, to_plan),
        "metric": (to_metric, to_metric),
        "charge": (to_metric, to_plan),
    }[other]
    customer = CustomerFactory(organization=organization)
    held = apply(create(organization, first, code="first"), customer)
    coupon = create(organization, second, code="second")

    with pytest.raises(NotAllowed) as refused:
        apply(coupon, customer)
    count = AppliedCoupon.objects.count()
    operations.remove(held, actor=SYSTEM, at=LATER)
    apply(coupon, customer)

    assert refused.value.code == "plan_overlapping"
    assert count == 1


def test_limited_coupons_of_different_fees_live_side_by_side():
    organization = OrganizationFactory()
    customer = CustomerFactory(organization=organization)
    charge = ChargeFactory(plan=PlanFactory(organization=organization))
    charge.deleted_at = AT
    charge.save()

    apply(limited_to_plan(organization, charge.plan, code="a"), customer)
    metric_limit = Limits((), (charge.billable_metric.code,))
    apply(create(organization, metric_limit, code="b"), customer)
    apply(create(organization, code="c"), customer)

    assert AppliedCoupon.objects.active().count() == 3
