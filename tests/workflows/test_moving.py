"""A customer that moves to another timezone is billed without a gap and without an overlap."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from activity.actors import COMMAND
from billing.errors import Invalid
from invoices.models import BilledPeriod, BillingFailure, Fee, Invoice, InvoiceSubscription
from subscriptions.new import NewSubscription
from tests.factories import ChargeFactory, PlanFactory
from workflows.bill_due import bill_due
from workflows.edit_customer import edit_customer
from workflows.edit_organization import edit_organization
from workflows.end_subscription import end_subscription
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def start(customer, moment, **columns):
    plan = PlanFactory(organization=customer.organization, amount_cents=3100, **columns)
    ChargeFactory(plan=plan)
    asked = NewSubscription(external_id="sub", plan=plan)
    return start_subscription(customer, asked=asked, actor=COMMAND, at=moment)


def move(customer, zone, moment):
    return edit_customer(customer, {"timezone": zone}, actor=COMMAND, at=moment)


def bill(customer, moment):
    return bill_due(customer.organization, at=moment)


def billed_usage(subscription):
    rows = InvoiceSubscription.objects.filter(subscription=subscription).order_by("billed_at")
    return [(r.charges_start_at, r.charges_end_at) for r in rows]


def next_day(subscription):
    subscription.refresh_from_db()
    return subscription.next_billing_at


def test_a_day_that_comes_again_is_not_billed_again(customer):
    move(customer, "Asia/Tokyo", at("2024-01-01T00:00:00"))
    subscription = start(customer, at("2024-01-05T00:00:00"))
    bill(customer, at("2024-01-31T15:10:00"))

    move(customer, "America/Los_Angeles", at("2024-01-31T16:00:00"))
    bill(customer, at("2024-02-01T08:10:00"))
    moved_to = next_day(subscription)
    bill(customer, at("2024-03-01T08:10:00"))

    assert moved_to == at("2024-03-01T08:00:00")
    assert billed_usage(subscription) == [
        (at("2024-01-05T00:00:00"), at("2024-01-31T15:00:00")),
        (at("2024-01-31T15:00:00"), at("2024-03-01T08:00:00")),
    ]
    fees = Fee.objects.filter(subscription=subscription, fee_type="subscription")
    assert list(fees.order_by("created_at").values_list("amount_cents", flat=True)) == [2700, 3100]


def test_a_day_that_has_begun_there_is_billed_at_once(customer):
    move(customer, "America/Los_Angeles", at("2024-01-01T00:00:00"))
    subscription = start(customer, at("2024-01-05T12:00:00"))

    move(customer, "Asia/Tokyo", at("2024-01-31T15:30:00"))
    bill(customer, at("2024-01-31T15:40:00"))

    assert billed_usage(subscription) == [(at("2024-01-05T12:00:00"), at("2024-01-31T15:00:00"))]
    assert next_day(subscription) == at("2024-02-29T15:00:00")


def test_what_is_due_before_a_move_is_billed_by_the_old_days(customer):
    move(customer, "Asia/Tokyo", at("2024-01-01T00:00:00"))
    subscription = start(customer, at("2024-01-05T00:00:00"))

    move(customer, "America/Los_Angeles", at("2024-01-31T16:00:00"))

    [invoice] = Invoice.objects.all()
    assert billed_usage(subscription) == [(at("2024-01-05T00:00:00"), at("2024-01-31T15:00:00"))]
    assert (invoice.timezone, str(invoice.issuing_date)) == ("Asia/Tokyo", "2024-02-01")
    assert next_day(subscription) == at("2024-03-01T08:00:00")


def test_a_move_to_and_fro_changes_nothing(customer):
    subscription = start(customer, at("2024-01-05T00:00:00"))
    bill(customer, at("2024-02-01T00:10:00"))

    move(customer, "Asia/Tokyo", at("2024-02-01T06:00:00"))
    move(customer, "UTC", at("2024-02-01T07:00:00"))

    assert next_day(subscription) == at("2024-03-01T00:00:00")


def test_a_move_of_the_organization_moves_those_that_inherit(customer):
    subscription = start(customer, at("2024-01-05T00:00:00"))

    edit_organization(
        customer.organization,
        {"timezone": "America/New_York"},
        actor=COMMAND,
        at=at("2024-01-10T00:00:00"),
    )

    assert next_day(subscription) == at("2024-02-01T05:00:00")


def test_a_move_of_the_organization_leaves_those_with_a_timezone_of_their_own(customer):
    move(customer, "Asia/Tokyo", at("2024-01-01T00:00:00"))
    subscription = start(customer, at("2024-01-05T00:00:00"))

    edit_organization(
        customer.organization,
        {"timezone": "America/New_York"},
        actor=COMMAND,
        at=at("2024-01-10T00:00:00"),
    )

    assert next_day(subscription) == at("2024-01-31T15:00:00")


def test_a_refused_move_bills_nothing(customer):
    subscription = start(customer, at("2024-01-05T00:00:00"))

    with pytest.raises(Invalid):
        move(customer, "Mars/Olympus", at("2024-02-01T00:30:00"))

    assert not Invoice.objects.exists()
    assert next_day(subscription) == at("2024-02-01T00:00:00")


def test_a_customer_that_cannot_be_billed_may_move_all_the_same(customer, monkeypatch):
    subscription = start(customer, at("2024-01-05T00:00:00"))
    monkeypatch.setattr("workflows.bill_customers.issue_invoices", lambda *_, **__: 1 / 0)

    move(customer, "America/Los_Angeles", at("2024-02-01T00:30:00"))

    assert BillingFailure.objects.filter(customer=customer).count() == 1
    assert next_day(subscription) == at("2024-02-01T08:00:00")


def test_an_advance_plan_that_moves_is_not_paid_twice(customer):
    move(customer, "Asia/Tokyo", at("2024-01-01T00:00:00"))
    subscription = start(customer, at("2024-01-05T00:00:00"), pay_in_advance=True)
    bill(customer, at("2024-01-31T15:10:00"))

    move(customer, "America/Los_Angeles", at("2024-01-31T16:00:00"))
    bill(customer, at("2024-02-01T08:10:00"))
    bill(customer, at("2024-03-01T08:10:00"))
    end_subscription(subscription, actor=COMMAND, at=at("2024-03-15T12:00:00"))

    fees = Fee.objects.filter(subscription=subscription, fee_type="subscription")
    amounts = list(fees.order_by("created_at").values_list("amount_cents", flat=True))
    assert amounts == [2700, 3100, 3100]
    spans = billed_usage(subscription)[1:]
    assert [end for _, end in spans][:-1] == [begin for begin, _ in spans][1:]
    assert spans[-1][1] == at("2024-03-15T12:00:00.001000")


def test_months_of_usage_in_between_do_not_hide_how_far_an_advance_plan_is_paid(customer):
    move(customer, "America/Sao_Paulo", at("2024-07-01T03:00:00"))
    terms = {"interval": "semiannual", "pay_in_advance": True, "bill_charges_monthly": True}
    subscription = start(customer, at("2024-07-01T03:00:00"), **terms)
    move(customer, "Europe/Paris", at("2024-09-10T00:00:00"))
    for month in ("2024-10", "2024-11", "2024-12", "2025-01"):
        bill(customer, at(f"{month}-01T00:00:00"))

    assert not BillingFailure.objects.exists()
    periods = BilledPeriod.objects.filter(item=subscription.pk).order_by("period")
    assert [(row.period.lower, row.period.upper) for row in periods] == [
        (at("2024-07-01T03:00:00"), at("2025-01-01T03:00:00")),
        (at("2025-01-01T03:00:00"), at("2025-06-30T22:00:00")),
    ]
