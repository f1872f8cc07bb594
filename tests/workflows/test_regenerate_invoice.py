"""Voided invoices that are made anew: what is billed, how it is tied, what is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from activity.actors import SYSTEM, Actor
from billing.errors import Invalid, NotAllowed, NotFound
from invoices.models import AdjustedFee, BilledPeriod, Fee, Invoice
from tests.factories import OrganizationFactory
from tests.invoices.given import NOW, a_customer, billed, one_off, sandbox
from workflows.delete_customer import delete_customer
from workflows.regenerate_invoice import LineChange, regenerate_invoice
from workflows.void_invoice import void_invoice

pytestmark = pytest.mark.django_db

BY = {"actor": Actor("operator", "1", "anna@example.com", "console"), "at": NOW}
LATER = {**BY, "at": NOW + timedelta(days=1)}


@pytest.fixture
def customer():
    return a_customer(sandbox(OrganizationFactory()))


@pytest.fixture
def voided(customer):
    """February of a plan of 10.00 and three calls of 1.00 each, taxed with 20 %: 15.60, voided."""
    return void_invoice(billed(customer), **BY)


def lines(invoice):
    rows = Fee.objects.filter(invoice=invoice).order_by("fee_type")
    return [(row.fee_type, row.units, row.amount_cents) for row in rows]


def test_the_same_periods_are_billed_again_and_the_invoices_are_tied(voided):
    fresh = regenerate_invoice(voided, **LATER)

    assert fresh.voided_invoice == voided
    assert (fresh.status, fresh.total_amount_cents) == ("finalized", 1560)
    assert (fresh.issuing_date, fresh.billed_at) == (date(2024, 3, 11), voided.billed_at)
    assert lines(fresh) == lines(voided)
    assert [row.period for row in fresh.invoice_subscriptions.all()] == [
        row.period for row in voided.invoice_subscriptions.all()
    ]
    assert BilledPeriod.objects.filter(invoice=fresh, is_released=False).count() == 2
    voided.refresh_from_db()
    assert (voided.status, voided.total_due_amount_cents) == ("voided", 0)


def test_lines_are_adjusted_on_the_way(voided):
    usage = Fee.objects.get(invoice=voided, fee_type="charge")
    change = LineChange(units=Decimal(10), invoice_display_name="Calls, as agreed")

    fresh = regenerate_invoice(voided, changes={usage.pk: change}, **LATER)

    line = Fee.objects.get(invoice=fresh, fee_type="charge")
    assert (line.units, line.amount_cents, line.shown_name) == (10, 1000, "Calls, as agreed")
    assert (line.adjustment["units_before"], line.adjustment["by"]) == ("3", "anna@example.com")
    assert AdjustedFee.objects.get().invoice == fresh
    assert fresh.total_amount_cents == 2400


def test_a_one_off_invoice_is_copied_with_its_taxes(customer):
    voided = void_invoice(one_off(customer, units=3), **BY)
    [fee] = voided.fees.all()

    fresh = regenerate_invoice(voided, changes={fee.pk: LineChange(units=Decimal(2))}, **LATER)

    assert lines(fresh) == [("add_on", 2, 2000)]
    assert (fresh.invoice_type, fresh.total_amount_cents) == ("one_off", 2400)
    assert fresh.fees.get().explanation[-1]["unit_amount"] == "10"


def test_a_regenerated_invoice_that_is_voided_too_may_be_regenerated(voided):
    again = void_invoice(regenerate_invoice(voided, **BY), **BY)

    third = regenerate_invoice(again, **LATER)

    assert third.voided_invoice == again
    assert Invoice.objects.filter(status="finalized").count() == 1


def refused(invoice, error=NotAllowed, **given):
    count = Invoice.objects.count()
    with pytest.raises(error) as caught:
        regenerate_invoice(invoice, **given, **LATER)
    assert Invoice.objects.count() == count
    return caught.value.code


def test_only_what_is_voided_and_not_regenerated_is_regenerated(customer, voided):
    fresh = regenerate_invoice(voided, **BY)

    assert refused(fresh) == "invalid_status"
    assert refused(voided) == "already_regenerated"


def test_nothing_is_regenerated_for_a_deleted_customer(customer, voided):
    delete_customer(customer, actor=SYSTEM, at=NOW)

    assert refused(voided) == "customer_deleted"


def test_what_happens_once_is_not_regenerated(voided):
    voided.invoice_subscriptions.update(invoicing_reason="in_advance_charge")

    assert refused(voided) == "invalid_type"


def test_lines_of_others_and_impossible_changes_are_refused(customer, voided):
    other = one_off(customer).fees.get()
    usage = Fee.objects.get(invoice=voided, fee_type="charge")

    assert refused(voided, NotFound, changes={other.pk: LineChange(units=Decimal(1))}) == (
        "fee_not_found"
    )
    assert refused(voided, Invalid, changes={usage.pk: LineChange(units=Decimal(-1))}) == (
        "value_is_out_of_range"
    )
