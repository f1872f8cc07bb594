"""Fixed charges in the database: at the start, per period, and when units are added."""

from decimal import Decimal

from activity.actors import COMMAND
from catalog.models import FixedCharge
from tests.factories import AddOnFactory
from tests.workflows.test_billing import at, invoices, plan, start
from workflows.advance_clock import advance_clock
from workflows.bill_more_units import bill_more_units


def fixed_charge(customer, bought, **columns):
    add_on = AddOnFactory(organization=customer.organization)
    return FixedCharge.objects.create(
        organization=customer.organization,
        plan=bought,
        add_on=add_on,
        code=add_on.code,
        charge_model="standard",
        created_at=at("2024-01-01T00:00:00"),
        updated_at=at("2024-01-01T00:00:00"),
        **{"properties": {"amount": "10"}, "units": Decimal(1), **columns},
    )


def test_prorated_arrears_pay_the_days_of_the_first_period(db, customer):
    advance_clock(customer.organization, to=at("2024-01-19T00:00:00"), actor=COMMAND)
    bought = plan(customer, amount_cents=0)
    fixed_charge(customer, bought, prorated=True)
    start(customer, bought, at("2024-01-19T00:00:00"))

    advance_clock(customer.organization, to=at("2024-03-02T00:00:00"), actor=COMMAND)

    assert [i.fees_amount_cents for i in invoices(customer)] == [419, 1000]


def test_units_added_in_mid_period_pay_the_rest_of_it(db, customer):
    bought = plan(customer, amount_cents=0)
    charge = fixed_charge(customer, bought, pay_in_advance=True, prorated=True, units=Decimal(2))
    start(customer, bought, at("2024-01-01T00:00:00"))
    charge.units = Decimal(5)

    bill_more_units(charge, before=Decimal(2), actor=COMMAND, at=at("2024-01-21T08:00:00"))

    first, more = invoices(customer)
    assert first.fees_amount_cents == 2000
    assert more.fees_amount_cents == 1065  # 3 × 10.00 × 11/31
    assert more.fees.get().units == 3


def test_fewer_units_give_nothing_back(db, customer):
    bought = plan(customer, amount_cents=0)
    charge = fixed_charge(customer, bought, pay_in_advance=True, units=Decimal(2))
    start(customer, bought, at("2024-01-01T00:00:00"))
    charge.units = Decimal(1)

    made = bill_more_units(charge, before=Decimal(2), actor=COMMAND, at=at("2024-01-21T08:00:00"))

    assert made == []
    assert len(invoices(customer)) == 1
