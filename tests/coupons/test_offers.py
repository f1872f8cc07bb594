"""Coupons on offer: their terms, what is locked, how they end."""

from datetime import timedelta
from decimal import Decimal

import pytest

from activity.actors import SYSTEM
from activity.models import JournalEntry
from billing.errors import Invalid, NotAllowed, NotFound
from coupons import operations
from coupons.models import Coupon
from coupons.operations import Limits
from tests.coupons.given import LATER, PERCENT, apply, create
from tests.factories import (
    AT,
    BillableMetricFactory,
    OrganizationFactory,
    PlanFactory,
)

pytestmark = pytest.mark.django_db


def test_a_coupon_keeps_only_the_terms_of_its_type():
    coupon = create(**PERCENT | {"amount_cents": 7, "frequency_duration": 3})

    assert coupon.percentage_rate == 10
    assert (coupon.amount_cents, coupon.amount_currency) == (None, None)
    assert coupon.frequency_duration is None
    assert coupon.reusable is True


@pytest.mark.parametrize(
    ("columns", "errors"),
    [
        ({"name": ""}, {"name": ["value_is_mandatory"]}),
        ({"name": "x" * 256}, {"name": ["value_is_too_long"]}),
        ({"code": None}, {"code": ["value_is_mandatory"]}),
        ({"code": " "}, {"code": ["value_is_mandatory"]}),
        ({"amount_cents": None}, {"amount_cents": ["value_is_mandatory"]}),
        ({"amount_cents": 0}, {"amount_cents": ["value_is_out_of_range"]}),
        ({"amount_currency": "XXX"}, {"amount_currency": ["value_is_invalid"]}),
        ({"coupon_type": "gift"}, {"coupon_type": ["value_is_invalid"]}),
        ({"frequency": "daily"}, {"frequency": ["value_is_invalid"]}),
        ({"frequency": "recurring"}, {"frequency_duration": ["value_is_mandatory"]}),
        (
            {"frequency": "recurring", "frequency_duration": 0},
            {"frequency_duration": ["value_is_out_of_range"]},
        ),
        (
            {"coupon_type": "percentage", "percentage_rate": Decimal(0)},
            {"percentage_rate": ["value_is_out_of_range"]},
        ),
        ({"expiration": "time_limit"}, {"expiration_at": ["invalid_date"]}),
        ({"expiration": "time_limit", "expiration_at": AT}, {"expiration_at": ["invalid_date"]}),
        ({"expiration": "some_day"}, {"expiration": ["value_is_invalid"]}),
    ],
)
def test_a_wrong_coupon_is_refused_by_field(columns, errors):
    with pytest.raises(Invalid) as refused:
        create(**columns)

    assert refused.value.errors == errors
    assert Coupon.objects.count() == 0


def test_a_code_is_free_again_after_the_deletion():
    organization = OrganizationFactory()
    coupon = create(organization)

    with pytest.raises(Invalid) as refused:
        create(organization)
    operations.delete(coupon, actor=SYSTEM, at=AT)
    create(organization)

    assert refused.value.errors == {"code": ["value_already_exist"]}
    assert Coupon.objects.kept().count() == 1


def test_a_coupon_is_limited_to_plans_or_to_metrics_not_to_both():
    organization = OrganizationFactory()
    plan, metric = (
        PlanFactory(organization=organization),
        BillableMetricFactory(organization=organization),
    )

    with pytest.raises(NotAllowed) as both:
        create(organization, Limits((plan.code,), (metric.code,)))
    with pytest.raises(NotFound) as unknown:
        create(organization, Limits(("nothing",)))
    with pytest.raises(NotFound) as foreign:
        create(limits=Limits((), (metric.code,)))

    assert both.value.code == "only_one_limitation_type_per_coupon_allowed"
    assert unknown.value.code == "plan_not_found"
    assert foreign.value.code == "billable_metric_not_found"
    assert Coupon.objects.count() == 0


def test_terms_are_locked_once_a_coupon_is_applied():
    coupon = create()
    apply(coupon)

    renamed = operations.update(
        coupon, columns={"name": "Better", "amount_cents": 500}, actor=SYSTEM, at=AT
    )
    with pytest.raises(Invalid) as refused:
        operations.update(coupon, columns={"amount_cents": 600}, actor=SYSTEM, at=AT)

    assert renamed.name == "Better"
    assert refused.value.errors == {"amount_cents": ["value_is_invalid"]}
    assert Coupon.objects.get().amount_cents == 500


def test_terms_change_freely_before_the_first_application():
    organization = OrganizationFactory()
    plan = PlanFactory(organization=organization)
    coupon = create(organization)

    operations.update(
        coupon,
        columns=PERCENT | {"code": "new"},
        limits=Limits((plan.code,)),
        actor=SYSTEM,
        at=AT,
    )

    coupon.refresh_from_db()
    assert (coupon.code, coupon.percentage_rate, coupon.amount_cents) == ("new", 10, None)
    assert list(coupon.plans.all()) == [plan]
    assert JournalEntry.objects.get(action="coupon.updated").after["plan_codes"] == [plan.code]


def test_an_expiration_in_the_past_may_stay_but_not_be_set():
    coupon = create(expiration="time_limit", expiration_at=LATER)
    later = LATER + timedelta(days=1)

    operations.update(coupon, columns={"name": "Old"}, actor=SYSTEM, at=later)
    with pytest.raises(Invalid) as refused:
        operations.update(
            coupon, columns={"expiration_at": LATER + timedelta(hours=1)}, actor=SYSTEM, at=later
        )

    assert refused.value.errors == {"expiration_at": ["invalid_date"]}
    assert Coupon.objects.get().name == "Old"
