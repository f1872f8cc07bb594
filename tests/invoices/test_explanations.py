"""How amounts came about, in words: each kind of line has its steps, and leads to its events."""

from datetime import timedelta
from decimal import Decimal

import pytest

from activity.actors import SYSTEM
from billing.credits import NoteItem
from billing.pricing import Usage, price
from catalog.models import FixedCharge
from invoices.models import Fee
from invoices.rating.explain import explain_units
from invoices.reads.explanation import events_of_fee, steps_of
from subscriptions.new import NewSubscription
from tests.factories import ChargeFactory, PlanFactory
from tests.invoices.given import NOW, a_customer, one_off, sandbox
from usage.models import UsageEvent
from usage.operations import ingest
from workflows.bill_in_advance import bill_in_advance
from workflows.issue_credit_note import NewCreditNote, issue_credit_note
from workflows.move_credits import Moves
from workflows.open_wallet import open_wallet
from workflows.start_subscription import start_subscription

D = Decimal


def shown(explanation, **columns):
    given = {"amount_currency": "EUR", "units": D(0), "precise_unit_amount": D(0), **columns}
    rows = steps_of(Fee(explanation=explanation, **given))
    return [(row["label"], row.get("units"), row.get("amount") or None) for row in rows]


def test_usage_that_was_billed_at_once_says_what_its_event_added():
    step = {
        "step": "in_advance",
        "aggregation_type": "sum_agg",
        "field_name": "seats",
        "units_before": "4",
        "units_after": "7",
        "units": "3",
    }

    assert shown([step]) == [
        ("Sum of seats before this event", "4", None),
        ("With this event", "7", None),
        ("It adds", "3", None),
    ]


def test_a_fixed_charge_in_tiers_shows_each_tier():
    tiers = {
        "graduated_ranges": [
            {"from_value": 0, "to_value": 2, "per_unit_amount": "5", "flat_amount": "0"},
            {"from_value": 3, "to_value": None, "per_unit_amount": "3", "flat_amount": "1"},
        ]
    }
    priced = price("graduated", tiers, Usage(units=D(5), full_units=D(5)), "EUR")
    charge = FixedCharge(charge_model="graduated", properties=tiers)

    assert shown(explain_units(charge, D(5), D(5), priced), units=D(5)) == [
        ("Units", "5", None),
        ("Units 1 to 2", "2", "€10.00"),
        ("Units from 3 on", "3", "€9.00"),
        ("Flat amount of the tier", None, "€1.00"),
    ]


def test_units_that_are_added_within_a_period_say_how_many():
    step = {"step": "more_units", "before": "2", "units": "5"}

    assert shown([step], precise_amount_cents=D("150.5")) == [
        ("Units before", "2", None),
        ("Units from then on", "5", None),
        ("Added, for the rest of the period", "3", "€1.505"),
    ]


@pytest.mark.django_db
def test_each_line_and_item_leads_to_how_it_came_about(signed_in):
    customer = a_customer(sandbox(signed_in.organization))
    at_once, bought = billed_at_once(customer), purchase(customer)
    invoice = one_off(customer)
    item = NoteItem(invoice.fees.get().pk, D(100))
    asked = NewCreditNote(items=[item], credit_cents=120)
    note = issue_credit_note(invoice, asked=asked, actor=SYSTEM, at=NOW)

    page = signed_in.get(f"/credit-notes/{note.pk}/").content.decode()

    assert [event.transaction_id for event in events_of_fee(at_once)] == ["second"]
    assert f'href="/invoices/{invoice.pk}/fees/{item.fee}/"' in page
    steps = signed_in.get(f"/invoices/{bought.invoice_id}/fees/{bought.pk}/").context["steps"]
    assert [(row["units"], row["price"], row["amount"]) for row in steps] == [
        ("5", "€2.00", "€10.00")
    ]


def billed_at_once(customer):
    """Return the fee of the second of two events of a charge paid in advance."""
    plan = PlanFactory(organization=customer.organization)
    charge = ChargeFactory(plan=plan, pay_in_advance=True)
    row = start_subscription(
        customer, asked=NewSubscription(external_id="sub", plan=plan), actor=SYSTEM, at=NOW
    )
    for number, name in enumerate(("first", "second"), start=1):
        moment = NOW + timedelta(minutes=number)
        given = {
            "transaction_id": name,
            "external_subscription_id": "sub",
            "code": charge.billable_metric.code,
            "timestamp": moment.timestamp(),
        }
        ingest(customer.organization, given, at=moment, actor=SYSTEM)
        events = UsageEvent.objects.filter(transaction_id=name)
        bill_in_advance(customer.organization, {row: list(events)}, moment)
    fees = Fee.objects.select_related("subscription__organization", "charge__billable_metric")
    return fees.get(event_transaction_id="second")


def purchase(customer):
    """Return the fee of five credits at 2.00 each."""
    columns = {"rate_amount": D(2), "currency": "EUR", "name": "Prepaid"}
    open_wallet(customer, columns=columns, moves=Moves(paid=D(5)), actor=SYSTEM, at=NOW)
    return Fee.objects.get(fee_type="credit")
