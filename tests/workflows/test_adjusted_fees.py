"""Lines of drafts that an operator adjusts: what is billed, what stays, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from activity.actors import SYSTEM, Actor
from activity.models import JournalEntry
from billing.errors import Invalid, NotAllowed, NotFound
from invoices.models import AdjustedFee, Fee, Invoice
from tests.factories import OrganizationFactory
from tests.invoices.given import NOW, a_customer, billed, one_off, sandbox
from usage.operations import ingest
from workflows.adjust_fee import adjust_fee, undo_adjustment
from workflows.finalize_invoice import finalize_invoice
from workflows.refresh_invoice import refresh_invoice

pytestmark = pytest.mark.django_db

ANNA = Actor("operator", "1", "anna@example.com", "console")
BY = {"actor": ANNA, "at": NOW}


@pytest.fixture
def customer():
    return a_customer(sandbox(OrganizationFactory()))


@pytest.fixture
def draft(customer):
    """A plan of 10.00 and three calls of 1.00 each, taxed with 20 %: 15.60."""
    return billed(customer, grace=30)


def line(invoice, fee_type="charge"):
    return Fee.objects.get(invoice=invoice, fee_type=fee_type, true_up_parent=None)


def total(invoice):
    invoice.refresh_from_db()
    return invoice.total_amount_cents


def use_once_more(customer, fee):
    given = {
        "transaction_id": "late",
        "external_subscription_id": "sub",
        "code": fee.item_code,
        "timestamp": (fee.period.upper - timedelta(hours=1)).timestamp(),
    }
    ingest(customer.organization, given, at=NOW, actor=SYSTEM)


def test_units_of_usage_are_priced_by_the_charge_model(draft):
    adjusted = adjust_fee(line(draft), units=Decimal(5), **BY)

    assert (adjusted.units, adjusted.amount_cents) == (5, 500)
    assert total(draft) == 1800
    entry = JournalEntry.objects.get(action="fee.adjusted")
    assert entry.actor_label == "anna@example.com"
    assert (entry.before["amount_cents"], entry.after["amount_cents"]) == (300, 500)


def test_units_and_price_are_multiplied_and_a_price_alone_takes_the_usage(customer, draft):
    adjust_fee(line(draft), unit_amount=Decimal("0.005"), **BY)
    first = total(draft)
    use_once_more(customer, line(draft))

    refresh_invoice(draft, **BY)

    assert first == round(1.2 * (1000 + 2))
    fee = line(draft)
    assert (fee.units, fee.amount_cents, fee.precise_amount_cents) == (4, 2, 2)


def test_units_of_a_subscription_fee_multiply_it_and_a_name_changes_nothing_else(draft):
    adjust_fee(line(draft, "subscription"), units=Decimal("1.5"), **BY)
    named = adjust_fee(line(draft), invoice_display_name="Calls, as agreed", **BY)

    assert line(draft, "subscription").amount_cents == 1500
    assert (named.shown_name, named.amount_cents) == ("Calls, as agreed", 300)
    assert total(draft) == 2160


def test_what_is_adjusted_stays_through_refreshes_and_the_finalization(customer, draft):
    adjust_fee(line(draft), units=Decimal(0), **BY)
    use_once_more(customer, line(draft))
    refresh_invoice(draft, **BY)
    refresh_invoice(draft, **BY)

    final = finalize_invoice(draft, **BY)

    fee = line(final)
    assert (final.status, final.total_amount_cents) == ("finalized", 1200)
    assert (fee.units, fee.amount_cents, fee.adjustment["units_before"]) == (0, 0, "4")
    assert fee.adjustment["by"] == "anna@example.com"


def test_an_adjusted_line_counts_towards_the_spending_minimum(draft):
    charge = line(draft).charge
    charge.min_amount_cents = 800
    charge.save()

    adjust_fee(line(draft), units=Decimal(6), **BY)

    amounts = Fee.objects.filter(invoice=draft, charge=charge).values_list(
        "amount_cents", flat=True
    )
    assert sorted(amounts) == [200, 600]


def test_undoing_restores_what_is_worked_out(draft):
    adjust_fee(line(draft), units=Decimal(9), unit_amount=Decimal(2), **BY)

    restored = undo_adjustment(line(draft), **BY)

    assert (restored.units, restored.amount_cents, restored.adjustment) == (3, 300, None)
    assert total(draft) == 1560
    assert not AdjustedFee.objects.exists()
    assert JournalEntry.objects.filter(action="fee.adjustment_undone").count() == 1


def refusal(fee, **given):
    before = Invoice.objects.get(pk=fee.invoice_id).updated_at, AdjustedFee.objects.count()
    with pytest.raises((Invalid, NotAllowed, NotFound)) as refused:
        adjust_fee(fee, **given, **BY)
    assert (
        Invoice.objects.get(pk=fee.invoice_id).updated_at,
        AdjustedFee.objects.count(),
    ) == before
    return refused.value


def test_a_line_is_adjusted_once(draft):
    adjust_fee(line(draft), units=Decimal(5), **BY)

    refused = refusal(line(draft), units=Decimal(6))

    assert refused.errors == {"adjusted_fee": ["already_exists"]}
    assert line(draft).amount_cents == 500


def test_units_alone_are_refused_where_the_model_needs_single_events(draft):
    charge = line(draft).charge
    charge.charge_model, charge.properties = "percentage", {"rate": "5"}
    charge.save()

    refused = refusal(line(draft), units=Decimal(6))

    assert refused.errors == {"charge": ["invalid_charge_model"]}


def test_only_lines_of_drafts_that_stand_for_themselves_are_adjusted(customer, draft):
    charge = line(draft).charge
    charge.min_amount_cents = 800
    charge.save()
    refresh_invoice(draft, **BY)
    true_up = Fee.objects.get(invoice=draft, true_up_parent__isnull=False)
    final = one_off(customer)

    assert refusal(true_up, units=Decimal(1)).errors == {"fee_type": ["value_is_invalid"]}
    assert refusal(line(draft)).errors == {"base": ["value_is_mandatory"]}
    assert refusal(line(final, "add_on"), units=Decimal(1)).errors == {
        "fee_type": ["value_is_invalid"]
    }
    finalize_invoice(draft, **BY)
    assert refusal(line(draft), units=Decimal(1)).code == "invalid_status"
    with pytest.raises(NotAllowed):
        undo_adjustment(line(draft), **BY)


def test_what_is_not_adjusted_cannot_be_undone(draft):
    with pytest.raises(NotFound) as refused:
        undo_adjustment(line(draft), **BY)

    assert refused.value.code == "adjusted_fee_not_found"
