"""A billing run that comes late leaves no period out, whatever happens before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from activity.actors import COMMAND
from invoices.models import Fee, Invoice, InvoiceSubscription
from organizations.idempotency import claim, forget_old_answers, keep
from organizations.models import IdempotentAnswer
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import ChargeFactory, PlanFactory
from workflows.bill_due import bill_due
from workflows.delete_customer import delete_customer
from workflows.delete_plan import delete_plan
from workflows.end_due import end_due
from workflows.end_subscription import end_subscription
from workflows.schedule import run_all
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def plan(customer, amount_cents, **columns):
    made = PlanFactory(organization=customer.organization, amount_cents=amount_cents, **columns)
    ChargeFactory(plan=made)
    return made


def start(customer, plan, moment, external_id="sub", **asked):
    return start_subscription(
        customer,
        asked=NewSubscription(external_id=external_id, plan=plan, **asked),
        actor=COMMAND,
        at=moment,
    )


def subscription_fees():
    """The invoices' subscription fees in order, with the day on which each invoice was billed."""
    fees = Fee.objects.filter(fee_type="subscription")
    fees = fees.order_by("invoice__billed_at", "subscription__created_at", "amount_cents")
    return [(f.amount_cents, f.invoice.billed_at.date().isoformat()) for f in fees]


def usage_of(subscription):
    rows = InvoiceSubscription.objects.filter(subscription=subscription).order_by(
        "charges_start_at"
    )
    return [(r.charges_start_at, r.charges_end_at) for r in rows]


def test_an_end_bills_the_periods_that_a_late_run_has_left(customer):
    subscription = start(customer, plan(customer, 3100), at("2024-01-01T00:00:00"))

    end_subscription(subscription, actor=COMMAND, at=at("2024-03-10T12:00:00"))

    assert subscription_fees() == [
        (3100, "2024-02-01"),
        (3100, "2024-03-01"),
        (1000, "2024-03-10"),
    ]
    assert [end for _, end in usage_of(subscription)] == [
        at("2024-02-01T00:00:00"),
        at("2024-03-01T00:00:00"),
        at("2024-03-10T12:00:00.001000"),
    ]


def test_an_end_within_a_day_of_the_period_bills_that_period_whole_and_no_day_more(customer):
    subscription = start(customer, plan(customer, 3100), at("2024-01-01T00:00:00"))

    end_subscription(subscription, actor=COMMAND, at=at("2024-03-01T09:00:00"))

    assert subscription_fees() == [(3100, "2024-02-01"), (3100, "2024-03-01")]
    assert Invoice.objects.count() == 2


def test_the_end_of_a_yearly_plan_bills_the_month_of_charges_that_is_due(customer):
    yearly = plan(customer, 36600, interval="yearly", bill_charges_monthly=True)
    subscription = start(customer, yearly, at("2024-01-01T00:00:00"))
    bill_due(customer.organization, at=at("2024-02-01T00:10:00"))

    end_subscription(subscription, actor=COMMAND, at=at("2024-03-01T09:00:00"))

    assert usage_of(subscription) == [
        (at("2024-01-01T00:00:00"), at("2024-02-01T00:00:00")),
        (at("2024-02-01T00:00:00"), at("2024-03-01T00:00:00")),
        (at("2024-03-01T00:00:00"), at("2024-03-01T09:00:00.001000")),
    ]
    assert subscription_fees() == [(6100, "2024-03-01")]


def test_an_upgrade_bills_the_period_that_a_late_run_has_left(customer):
    start(customer, plan(customer, 2900), at("2024-01-01T00:00:00"))

    start(customer, plan(customer, 5800, pay_in_advance=True), at("2024-02-11T00:00:00"))

    assert subscription_fees() == [
        (2900, "2024-02-01"),
        (1000, "2024-02-11"),
        (3800, "2024-02-11"),
    ]


def test_an_upgrade_after_a_downgrade_that_is_due_replaces_the_cheaper_plan(customer):
    organization = customer.organization
    dear, cheap = plan(customer, 3100), plan(customer, 1450)
    first = start(customer, dear, at("2024-01-01T00:00:00"))
    start(customer, cheap, at("2024-01-10T00:00:00"))

    third = start(customer, plan(customer, 2900), at("2024-02-11T00:00:00"))
    bill_due(organization, at=at("2024-03-01T00:10:00"))

    first.refresh_from_db()
    second = third.previous_subscription
    assert (first.terminated_at, second.plan) == (at("2024-02-01T00:00:00"), cheap)
    assert (second.status, third.status) == ("terminated", "active")
    assert subscription_fees() == [
        (3100, "2024-02-01"),
        (500, "2024-02-11"),
        (1900, "2024-03-01"),
    ]


def test_asking_for_the_plan_that_has_just_taken_over_changes_nothing(customer):
    cheap = plan(customer, 1450)
    start(customer, plan(customer, 3100), at("2024-01-01T00:00:00"))
    start(customer, cheap, at("2024-01-10T00:00:00"))

    running = start(customer, cheap, at("2024-02-11T00:00:00"))

    assert (running.plan, running.status) == (cheap, "active")
    assert Subscription.objects.count() == 2


def test_a_deletion_ends_the_plan_that_was_due_to_take_over(customer):
    dear, cheap = plan(customer, 3100), plan(customer, 1450)
    start(customer, dear, at("2024-01-01T00:00:00"))
    start(customer, cheap, at("2024-01-10T00:00:00"))

    delete_customer(customer, actor=COMMAND, at=at("2024-02-10T12:00:00"))

    assert subscription_fees() == [(3100, "2024-02-01"), (500, "2024-02-10")]
    assert set(Subscription.objects.values_list("status", flat=True)) == {"terminated"}


def test_deleting_a_plan_spares_who_was_due_to_leave_it(customer):
    dear, cheap = plan(customer, 3100), plan(customer, 1450)
    first = start(customer, dear, at("2024-01-01T00:00:00"))
    start(customer, cheap, at("2024-01-10T00:00:00"))

    delete_plan(dear, actor=COMMAND, at=at("2024-02-10T12:00:00"))

    first.refresh_from_db()
    assert (first.status, first.terminated_at) == ("terminated", at("2024-02-01T00:00:00"))
    assert Subscription.objects.get(plan=cheap).status == "active"
    assert subscription_fees() == [(3100, "2024-02-01")]


def test_deleting_a_plan_ends_who_was_due_to_come_to_it(customer):
    dear, cheap = plan(customer, 3100), plan(customer, 1450)
    start(customer, dear, at("2024-01-01T00:00:00"))
    start(customer, cheap, at("2024-01-10T00:00:00"))

    delete_plan(cheap, actor=COMMAND, at=at("2024-02-10T12:00:00"))

    assert set(Subscription.objects.values_list("status", flat=True)) == {"terminated"}
    assert subscription_fees() == [(3100, "2024-02-01"), (500, "2024-02-10")]


def test_two_ends_of_one_customer_after_a_change_of_plan_that_was_missed(customer):
    """The first end bills what is due, and with it the second subscription has changed its plan already."""
    last = at("2024-02-10T12:00:00")
    start(customer, plan(customer, 3100), at("2024-01-01T00:00:00"), "one", ending_at=last)
    start(customer, plan(customer, 3100), at("2024-01-01T00:00:00"), "two", ending_at=last)
    start(customer, plan(customer, 1450), at("2024-01-10T00:00:00"), "two", ending_at=last)

    first_run = end_due(customer.organization, at=at("2024-02-10T13:00:00"))
    second_run = end_due(customer.organization, at=at("2024-02-10T14:00:00"))

    assert first_run + second_run == 2  # which of them goes first decides on how many are left
    assert set(Subscription.objects.values_list("status", flat=True)) == {"terminated"}
    assert subscription_fees() == [
        (3100, "2024-02-01"),
        (3100, "2024-02-01"),
        (1069, "2024-02-10"),
        (500, "2024-02-10"),
    ]


def test_an_end_whose_day_was_missed_is_made_good_for_that_day(customer):
    subscription = start(
        customer,
        plan(customer, 3100),
        at("2024-01-01T00:00:00"),
        ending_at=at("2024-02-10T12:00:00"),
    )

    assert end_due(customer.organization, at=at("2024-04-03T00:05:00")) == 1

    subscription.refresh_from_db()
    assert subscription.terminated_at == at("2024-02-10T12:00:00")
    assert subscription_fees() == [(3100, "2024-02-01"), (1069, "2024-02-10")]


def test_a_downgrade_of_a_yearly_plan_waits_through_its_months_of_charges(customer):
    organization = customer.organization
    yearly = plan(customer, 36500, interval="yearly", bill_charges_monthly=True)
    running = start(customer, yearly, at("2023-01-01T00:00:00"))
    start(customer, plan(customer, 1000), at("2023-03-10T00:00:00"))

    bill_due(organization, at=at("2023-12-01T00:10:00"))
    running.refresh_from_db()
    in_december = running.status
    bill_due(organization, at=at("2024-01-01T00:10:00"))

    running.refresh_from_db()
    assert (in_december, running.status) == ("active", "terminated")
    assert running.terminated_at == at("2024-01-01T00:00:00")
    assert subscription_fees() == [(36500, "2024-01-01")]
    assert len(usage_of(running)) == 12


def test_answers_under_a_key_are_forgotten_after_two_days_by_the_schedule(customer):
    organization, now = customer.organization, at("2024-03-10T00:00:00")
    for key, age in (("old", 49), ("young", 47)):
        claimed = claim(organization, key, fingerprint="f", at=now - timedelta(hours=age))
        keep(claimed, status=200, body="{}", content_type="application/json")
    claim(organization, "under way", fingerprint="f", at=now - timedelta(hours=49))

    run_all(organization, at=now)

    kept = IdempotentAnswer.objects.values_list("key", flat=True)
    assert sorted(kept) == ["under way", "young"]
    assert forget_old_answers(organization, at=now) == 0
