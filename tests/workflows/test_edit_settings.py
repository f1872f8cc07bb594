"""What follows for drafts when settings of their customer or organization change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from activity.actors import COMMAND
from invoices.models import Invoice
from subscriptions.new import NewSubscription
from tests.factories import AT, CustomerFactory, PlanFactory, TaxFactory
from workflows.delete_tax import delete_tax
from workflows.edit_customer import edit_customer
from workflows.edit_organization import edit_organization
from workflows.edit_tax import edit_tax
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db
LATER = datetime(2024, 1, 3, tzinfo=UTC)


@pytest.fixture
def customer():
    """A customer with a draft of 1 January, which waits for five days."""
    customer = CustomerFactory(invoice_grace_period=5, net_payment_term=10)
    plan = PlanFactory(organization=customer.organization, pay_in_advance=True)
    asked = NewSubscription(external_id="one", plan=plan)
    start_subscription(customer, asked=asked, actor=COMMAND, at=AT)
    return customer


def edit(customer, **changes):
    return edit_customer(customer, changes, actor=COMMAND, at=LATER)


def dates():
    draft = Invoice.objects.get()
    return (
        draft.status,
        draft.issuing_date.day,
        draft.expected_finalization_date.day,
        draft.payment_due_date,
        draft.net_payment_term,
    )


def test_a_longer_grace_period_moves_drafts(customer):
    assert dates() == ("draft", 6, 6, date(2024, 1, 16), 10)

    edit(customer, invoice_grace_period=8)

    assert dates() == ("draft", 9, 9, date(2024, 1, 19), 10)


def test_a_grace_period_that_is_over_finalizes_drafts_at_once(customer):
    edit(customer, invoice_grace_period=1)

    assert dates() == ("finalized", 3, 2, date(2024, 1, 13), 10)


def test_a_new_payment_term_moves_the_due_date_of_drafts(customer):
    edit(customer, net_payment_term=30)

    assert dates() == ("draft", 6, 6, date(2024, 2, 5), 30)


def test_a_finalized_invoice_keeps_its_dates(customer):
    edit(customer, invoice_grace_period=0)
    before = dates()

    edit(customer, net_payment_term=30)

    assert dates() == before


def test_customers_that_inherit_follow_their_organization(customer):
    edit(customer, net_payment_term=None)
    assert dates()[3:] == (date(2024, 1, 6), 0)

    edit_organization(
        customer.organization,
        {"net_payment_term": 20, "invoice_grace_period": 9},
        actor=COMMAND,
        at=LATER,
    )

    assert dates() == ("draft", 6, 6, date(2024, 1, 26), 20)


def test_drafts_are_computed_anew_after_a_change_of_taxes(customer):
    tax = TaxFactory(organization=customer.organization)

    def is_flagged():
        was = Invoice.objects.get().ready_to_be_refreshed
        Invoice.objects.update(ready_to_be_refreshed=False)
        return was

    edit(customer, tax_codes=[tax.code])
    assert is_flagged()
    edit_tax(tax, {"rate": 7}, actor=COMMAND, at=LATER)
    assert is_flagged()
    edit(customer, name="No tax")
    assert not is_flagged()
    delete_tax(tax, actor=COMMAND, at=LATER)
    assert is_flagged()
