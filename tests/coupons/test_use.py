"""Applied coupons: use, giving back and end."""

from datetime import timedelta

import pytest

from activity.actors import SYSTEM
from activity.models import JournalEntry
from billing.errors import NotFound
from coupons import operations
from coupons.models import AppliedCoupon
from tests.coupons.given import LATER, PERCENT, apply, create, use
from tests.factories import (
    CouponFactory,
    CustomerFactory,
    OrganizationFactory,
)

pytestmark = pytest.mark.django_db


def test_a_fixed_coupon_used_once_ends_when_all_of_it_is_taken():
    applied = apply(create())

    assert use(applied, 300).status == "active"
    ended = use(applied, 200, remaining_cents=200)

    assert (ended.status, ended.terminated_at, ended.is_exhausted) == ("terminated", LATER, True)


def test_a_percentage_coupon_used_once_ends_at_its_first_use():
    assert use(apply(create(**PERCENT)), 1).status == "terminated"


def test_a_recurring_coupon_counts_down_and_ends():
    applied = apply(create(frequency="recurring", frequency_duration=2))

    first = use(applied, 1)
    assert (first.status, first.frequency_duration_remaining) == ("active", 1)
    second = use(applied, 500)
    assert (second.status, second.frequency_duration_remaining) == ("terminated", 0)


def test_a_coupon_for_ever_stays():
    applied = apply(create(frequency="forever"))

    assert use(applied, 500).status == "active"


def test_a_voided_invoice_gives_its_use_back():
    applied = apply(create(frequency="recurring", frequency_duration=1))
    use(applied, 500)

    again = operations.reinstate(applied, actor=SYSTEM, at=LATER)

    assert (again.status, again.terminated_at) == ("active", None)
    assert again.frequency_duration_remaining == 1


def test_a_coupon_that_was_taken_off_is_not_given_back():
    applied = apply(create(frequency="recurring", frequency_duration=2))
    use(applied, 500)
    operations.remove(applied, actor=SYSTEM, at=LATER)

    again = operations.reinstate(applied, actor=SYSTEM, at=LATER)

    assert (again.status, again.frequency_duration_remaining) == ("terminated", 2)


def test_an_application_of_a_terminated_coupon_is_not_given_back():
    coupon = create()
    applied = apply(coupon)
    use(applied, 500)
    operations.terminate(coupon, actor=SYSTEM, at=LATER)

    assert operations.reinstate(applied, actor=SYSTEM, at=LATER).status == "terminated"


def test_deleting_a_coupon_ends_its_applications_terminating_does_not():
    organization = OrganizationFactory()
    deleted, terminated = create(organization), create(organization, code="other")
    of_deleted, of_terminated = apply(deleted), apply(terminated)

    operations.delete(deleted, actor=SYSTEM, at=LATER)
    operations.terminate(terminated, actor=SYSTEM, at=LATER)

    of_deleted.refresh_from_db()
    of_terminated.refresh_from_db()
    assert (of_deleted.status, of_terminated.status) == ("terminated", "active")
    with pytest.raises(NotFound):
        operations.delete(deleted, actor=SYSTEM, at=LATER)


def test_all_coupons_of_a_customer_end_with_it():
    coupon = create()
    customer = CustomerFactory(organization=coupon.organization)
    apply(coupon, customer)
    apply(coupon, customer)
    others = apply(coupon)

    ended = operations.terminate_all_of(customer, actor=SYSTEM, at=LATER)

    assert len(ended) == 2
    assert list(AppliedCoupon.objects.active()) == [others]


def test_expired_coupons_are_terminated_by_the_schedule():
    organization = OrganizationFactory()
    due = create(organization, expiration="time_limit", expiration_at=LATER)
    create(
        organization,
        code="later",
        expiration="time_limit",
        expiration_at=LATER + timedelta(days=1),
    )
    applied = apply(CouponFactory(organization=organization))

    assert operations.expire_due(organization, at=LATER) == 1
    assert operations.expire_due(organization, at=LATER) == 0

    due.refresh_from_db()
    applied.refresh_from_db()
    assert due.terminated_at == LATER
    assert applied.status == "active"


def test_every_change_stands_in_the_journal():
    coupon = create()
    applied = apply(coupon)
    use(applied, 500)
    operations.reinstate(applied, actor=SYSTEM, at=LATER)
    operations.remove(applied, actor=SYSTEM, at=LATER)
    operations.delete(coupon, actor=SYSTEM, at=LATER)

    assert list(JournalEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "coupon.created",
        "customer.updated",
        "applied_coupon.created",
        "applied_coupon.used",
        "applied_coupon.reinstated",
        "applied_coupon.terminated",
        "coupon.deleted",
    ]
