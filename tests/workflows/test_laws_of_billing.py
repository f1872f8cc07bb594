"""What holds for every invoice, whatever was asked for, where it is not obvious. Amounts in minor units."""

from datetime import UTC, datetime

import pytest

from customers.models import Customer
from tests.workflows.sandbox import Sandbox, amounts
from tests.workflows.test_worked_examples_of_documents import coupon
from workflows.bill_due import bill_due
from workflows.schedule import run_all

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("last", [1, 9, 17, 29, 31])
def test_what_is_kept_of_an_advance_plan_is_the_days_that_were_used(last):
    box = Sandbox("2024-01-01T00:00")
    box.subscribe(box.plan(9999, pay_in_advance=True))
    box.at(f"2024-01-{last:02d}T15:00")
    box.end()

    given_back = sum(note["sub_total_excluding_taxes_amount_cents"] for note in box.notes())
    assert box.totals("fees_amount_cents") == [9999, 0]
    assert 9999 - given_back == round(9999 * last / 31)


@pytest.mark.parametrize("day", [2, 12, 29])
def test_an_upgrade_bills_each_day_of_the_period_once(day):
    box = Sandbox("2024-04-01T00:00")
    box.subscribe(box.plan(3000))
    box.at(f"2024-04-{day:02d}T10:00")
    box.subscribe(box.plan(6000))
    box.at("2024-05-01T06:00")

    old, new = (amounts(invoice, "subscription")[0] for invoice in box.invoices())
    assert (old // 100, new // 200) == (day - 1, 31 - day)


def test_the_billing_day_is_billed_once_however_often_it_is_run():
    box = Sandbox("2024-04-10T00:00", timezone="America/New_York")
    box.subscribe(box.plan(3000))
    box.at("2024-05-01T06:00")
    assert len(box.invoices()) == 1

    for hour in range(7, 12):
        moment = datetime(2024, 5, 1, hour, tzinfo=UTC)
        bill_due(box.organization, at=moment)
        run_all(box.organization, at=moment)

    assert len(box.invoices()) == 1


def test_a_customer_that_is_made_again_has_a_number_and_a_history_of_its_own():
    box = Sandbox("2024-04-01T00:00")
    seats = box.metric("sum_agg", recurring=True)
    plan = box.plan(1000, box.charge(seats, amount="1"))
    box.subscribe(plan)
    box.use(seats, amount=5)
    box.at("2024-04-10T00:00")
    first = Customer.objects.get()

    box.ask("delete", "/customers/cust")
    box.ask("delete", "/customers/cust", status=404)
    box.customer("cust", currency=None)
    box.subscribe(plan)

    again = Customer.objects.kept().get()
    assert again.sequential_id == first.sequential_id + 1
    assert box.usage() == 0
    sent = {"transaction_id": "t1", "external_subscription_id": "sub", "code": seats}
    refused = box.ask("post", "/events", {"event": sent}, status=422)
    assert refused["error_details"] == {"transaction_id": ["value_already_exist"]}


def test_a_coupon_that_is_used_once_pays_its_amount_exactly_and_then_ends():
    box = Sandbox("2024-04-01T00:00")
    box.subscribe(box.plan(400))
    coupon(box, 1000)
    for month in ("05", "06", "07", "08"):
        box.at(f"2024-{month}-01T06:00")

    assert box.totals("coupons_amount_cents") == [400, 400, 200, 0]
    listed = box.ask("get", "/applied_coupons?external_customer_id=cust")["applied_coupons"]
    assert [row["status"] for row in listed] == ["terminated"]


def test_an_invoice_of_nothing_is_made_numbered_and_paid():
    box = Sandbox("2024-04-01T00:00")
    box.subscribe(box.plan(0))
    box.at("2024-05-01T06:00")

    [invoice] = box.invoices()
    assert (invoice["status"], invoice["payment_status"]) == ("finalized", "succeeded")
    assert (invoice["sequential_id"], invoice["total_amount_cents"]) == (1, 0)


def test_paid_fees_of_their_own_are_put_together_with_the_taxes_they_had():
    box = Sandbox("2024-06-01T00:00", tax="20")
    seats = box.metric("sum_agg", recurring=True)
    ahead = {"pay_in_advance": True, "invoiceable": False, "prorated": True}
    charge = box.charge(seats, amount="30.12", regroup_paid_fees="invoice", **ahead)
    box.subscribe(box.plan(0, charge))
    for day in (11, 12, 13):
        box.at(f"2024-06-{day}T10:00")
        box.use(seats, amount=1)
    fees = box.fees()
    for fee in fees:
        box.ask("put", f"/fees/{fee['lago_id']}", {"fee": {"payment_status": "succeeded"}})

    box.at("2024-07-01T06:00")

    assert [fee["amount_cents"] for fee in fees] == [2008, 1908, 1807]
    [together] = box.invoices(invoice_type="advance_charges")
    assert together["fees_amount_cents"] == 2008 + 1908 + 1807
    assert together["taxes_amount_cents"] == 402 + 382 + 361
    assert together["payment_status"] == "succeeded"


@pytest.mark.parametrize(
    ("interval", "start", "bounds"),
    [
        ("monthly", "2024-01-31", ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]),
        ("yearly", "2024-02-29", ["2025-02-28"]),
        ("quarterly", "2024-01-31", ["2024-04-30", "2024-07-31"]),
    ],
)
def test_18_short_months_do_not_drag_the_anchor(interval, start, bounds):
    box = Sandbox(f"{start}T00:00")
    box.subscribe(box.plan(1000, interval=interval), billing_time="anniversary")
    for day in bounds:
        box.at(f"{day}T06:00")

    assert [invoice["issuing_date"] for invoice in box.invoices()] == bounds
