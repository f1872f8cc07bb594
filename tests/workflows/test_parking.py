"""A customer that fails is parked alone, whatever job it is; what others do goes on."""

from datetime import UTC, datetime

import pytest

from activity.actors import COMMAND
from activity.models import OutboxMessage
from invoices.models import BillingFailure, Invoice
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import CustomerFactory, PlanFactory
from workflows import activate_due, bill_customers, bill_due, end_due, end_trials
from workflows.advance_clock import advance_clock
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db

BEGUN = datetime(2024, 3, 1, 8, tzinfo=UTC)


def on(day, hour=12):
    return datetime(2024, 3, day, hour, tzinfo=UTC)


def start(customer, external_id="sub", at=BEGUN, trial=None, **asked):
    plan = PlanFactory(
        organization=customer.organization,
        amount_cents=asked.pop("amount_cents", 3100),
        pay_in_advance=True,
        trial_period=trial,
    )
    wanted = NewSubscription(external_id=external_id, plan=plan, **asked)
    return start_subscription(customer, asked=wanted, actor=COMMAND, at=at)


@pytest.fixture
def other(customer):
    return CustomerFactory(
        organization=customer.organization, currency="EUR", sequential_id=customer.sequential_id + 1
    )


def break_for(monkeypatch, module, customer):
    """Let invoices of one customer fail."""
    works = module.issue_invoices

    def broken(invoicings, **words):
        if any(each.customer.pk == customer.pk for each in invoicings):
            raise RuntimeError("There is no paper.")
        return works(invoicings, **words)

    monkeypatch.setattr(module, "issue_invoices", broken)


def test_a_trial_that_cannot_end_keeps_no_other_from_ending(customer, other, monkeypatch):
    bad, good = (start(one, f"sub-{one.pk}", trial=5) for one in (customer, other))
    break_for(monkeypatch, end_trials, customer)

    end_trials.end_trials(customer.organization, at=on(7))

    [failure] = BillingFailure.objects.all()
    assert (failure.customer, failure.message) == (customer, "There is no paper.")
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.trial_ended_at, good.trial_ended_at) == (None, on(6, 8))
    assert set(Invoice.objects.values_list("customer_id", flat=True)) == {other.pk}


def test_what_was_parked_is_done_later_and_is_resolved_then(customer, monkeypatch):
    start(customer, trial=5)
    with monkeypatch.context() as patch:
        break_for(patch, end_trials, customer)
        end_trials.end_trials(customer.organization, at=on(7))

    end_trials.end_trials(customer.organization, at=on(8))

    assert BillingFailure.objects.get().resolved_at == on(8)
    assert Invoice.objects.get().fees_amount_cents == 2600


def test_a_failure_is_resolved_when_a_whole_block_is_billed(customer, monkeypatch):
    start(customer)
    with monkeypatch.context() as patch:
        break_for(patch, bill_customers, customer)
        bill_due.bill_due(customer.organization, at=datetime(2024, 4, 1, 1, tzinfo=UTC))
    assert BillingFailure.objects.get().resolved_at is None

    bill_due.bill_due(customer.organization, at=datetime(2024, 4, 1, 2, tzinfo=UTC))

    assert BillingFailure.objects.get().resolved_at == datetime(2024, 4, 1, 2, tzinfo=UTC)


def test_a_subscription_that_cannot_end_keeps_no_other_from_ending(customer, other, monkeypatch):
    for one in (customer, other):
        start(one, f"sub-{one.pk}", ending_at=on(20))
    works = end_due.end_subscription

    def broken(row, **words):
        if row.customer_id == customer.pk:
            raise RuntimeError("There is no paper.")
        return works(row, **words)

    monkeypatch.setattr(end_due, "end_subscription", broken)

    end_due.end_due(customer.organization, at=on(20))

    assert BillingFailure.objects.get().customer == customer
    assert {s.customer: s.status for s in Subscription.objects.all()} == {
        customer: "active",
        other: "terminated",
    }


def test_a_subscription_that_cannot_begin_keeps_no_other_from_beginning(
    customer, other, monkeypatch
):
    for one in (customer, other):
        start(one, f"sub-{one.pk}", subscription_at=on(20))
    works = activate_due.invoice_start

    def broken(rows, **words):
        if rows[0].customer_id == customer.pk:
            raise RuntimeError("There is no paper.")
        return works(rows, **words)

    monkeypatch.setattr(activate_due, "invoice_start", broken)

    activate_due.activate_due(customer.organization, at=on(20))

    assert BillingFailure.objects.get().customer == customer
    assert {s.customer: s.status for s in Subscription.objects.all()} == {
        customer: "pending",
        other: "active",
    }


def test_a_trial_that_was_over_before_an_upgrade_bills_nothing_again(customer):
    organization = advance_clock(customer.organization, to=BEGUN, actor=COMMAND)
    start(customer)
    advance_clock(organization, to=on(20), actor=COMMAND)
    dearer = start(customer, at=on(20), trial=5, amount_cents=6200)

    advance_clock(organization, to=on(25), actor=COMMAND)

    assert [i.fees_amount_cents for i in Invoice.objects.order_by("created_at", "pk")] == [
        3100,
        2400,
    ]
    dearer.refresh_from_db()
    assert dearer.trial_ended_at == on(6, 8)
    assert not OutboxMessage.objects.filter(kind="subscription.trial_ended").exists()
    assert not BillingFailure.objects.exists()
