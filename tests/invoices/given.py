"""Invoices for tests of pages, made by the workflows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from activity.actors import SYSTEM
from subscriptions.new import NewSubscription
from tests.factories import AddOnFactory, ChargeFactory, CustomerFactory, PlanFactory, TaxFactory
from usage.operations import ingest
from workflows.bill_due import bill_due
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice
from workflows.record_payment import record_payment
from workflows.start_subscription import start_subscription

NOW = datetime(2024, 3, 10, 12, tzinfo=UTC)


def sandbox(organization, at=NOW, tax=20):
    """Let an organization's clock stand at `at`, and tax everything."""
    organization.is_sandbox, organization.sandbox_now = True, at
    organization.save()
    if tax:
        TaxFactory(organization=organization, rate=tax, applied_to_organization=True)
    return organization


def a_customer(organization, **columns):
    return CustomerFactory(organization=organization, **{"currency": "EUR", **columns})


def one_off(customer, units=1, amount_cents=1000, at=NOW, name="Set-up"):
    """Invoice an add-on to a customer: 10.00 before taxes unless said otherwise."""
    add_on = AddOnFactory(organization=customer.organization, name=name, amount_cents=amount_cents)
    line = OneOffLine(add_on_code=add_on.code, units=Decimal(units))
    return create_one_off_invoice(customer, lines=[line], currency="EUR", actor=SYSTEM, at=at)


def paid(invoice, at=NOW):
    record_payment(
        invoice,
        amount_cents=invoice.total_due_amount_cents,
        reference="Wire 1",
        paid_at=None,
        actor=SYSTEM,
        at=at,
    )
    invoice.refresh_from_db()
    return invoice


def billed(customer, events=3, grace=0, external_id="sub"):
    """Bill February of a plan of 10.00 with an event at 1.00 each; a draft with `grace` days."""
    customer.invoice_grace_period = grace
    customer.save()
    plan = PlanFactory(organization=customer.organization, name="Scale")
    charge = ChargeFactory(plan=plan, billable_metric__name="Calls")
    begin = datetime(2024, 2, 1, tzinfo=UTC)
    start_subscription(
        customer, asked=NewSubscription(external_id=external_id, plan=plan), actor=SYSTEM, at=begin
    )
    for number in range(events):
        moment = begin + timedelta(days=number + 1)
        given = {
            "transaction_id": f"{external_id}-{number}",
            "external_subscription_id": external_id,
            "code": charge.billable_metric.code,
            "timestamp": moment.timestamp(),
        }
        ingest(customer.organization, given, at=moment, actor=SYSTEM)
    bill_due(customer.organization, at=datetime(2024, 3, 1, 0, 10, tzinfo=UTC))
    return customer.invoices.get()
