"""Worked examples of longer periods, minimums, trials and fixed charges. Amounts in minor units."""

import pytest

from tests.workflows.sandbox import Sandbox, amounts

pytestmark = pytest.mark.django_db


def test_15_an_upgrade_to_a_year():
    box = Sandbox("2023-06-29T00:00")
    box.subscribe(box.plan(1000, pay_in_advance=True), billing_time="anniversary")
    box.at("2023-09-28T10:00")
    yearly = box.plan(12000, interval="yearly", pay_in_advance=True)
    box.subscribe(yearly)

    assert box.note_totals() == [32]
    assert box.totals("fees_amount_cents")[-1] == 9016


def test_16_a_downgrade_to_a_year():
    box = Sandbox("2023-07-19T00:00")
    box.subscribe(box.plan(12900, pay_in_advance=True), billing_time="anniversary")
    box.at("2023-11-09T10:00")
    box.subscribe(box.plan(118800, interval="yearly", pay_in_advance=True))
    box.at("2023-11-19T10:00")

    assert box.totals("fees_amount_cents")[-1] == 78875
    assert box.notes() == []


def test_17_a_part_of_a_calendar_quarter():
    box = Sandbox("2024-05-20T00:00")
    box.subscribe(box.plan(91000, interval="quarterly"))
    box.at("2024-06-20T10:00")
    box.end()

    assert box.totals() == [32000]


def test_21_a_spending_minimum_is_prorated_to_the_end():
    box = Sandbox("2023-01-08T08:00", tax="20")
    calls = box.metric()
    charge = box.charge(calls, amount="8", min_amount_cents=1000)
    box.subscribe(box.plan(5000, charge, pay_in_advance=True))
    box.at("2023-02-25T06:00")
    box.use(calls)
    box.end()

    last = box.invoices()[-1]
    assert amounts(last, "charge") == [93, 800]
    assert sorted(fee["taxes_amount_cents"] for fee in last["fees"]) == [19, 160]
    assert (last["fees_amount_cents"], last["taxes_amount_cents"]) == (893, 179)
    assert (box.note_totals(), last["total_amount_cents"]) == ([643], 429)


@pytest.mark.parametrize(
    ("interval", "start", "end", "true_up"),
    [
        ("monthly", "2024-02-05T00:00", "2024-03-01T06:00", 775_862),
        ("monthly", "2023-02-04T00:00", "2023-03-01T06:00", 803_571),
        ("weekly", "2023-02-01T00:00", "2023-02-06T06:00", 642_857),
    ],
)
def test_34_a_commitment_is_prorated_in_the_first_period(interval, start, end, true_up):
    box = Sandbox(start)
    commitment = {"amount_cents": 1_000_000}
    box.subscribe(box.plan(100_000, interval=interval, minimum_commitment=commitment))
    box.at(end)

    assert amounts(box.invoices()[0], "commitment") == [true_up]


def test_34_a_commitment_counts_all_usage_of_its_period():
    box = Sandbox("2024-02-05T00:00")
    calls, seats = box.metric(), box.metric("sum_agg", recurring=True)
    once = box.charge(calls, amount="10")
    ahead = box.charge(calls, amount="10", pay_in_advance=True)
    alive = box.charge(seats, amount="10", pay_in_advance=True)
    plan = box.plan(10_000, once, ahead, alive, minimum_commitment={"amount_cents": 1_000_000})
    box.subscribe(plan, billing_time="anniversary")
    box.use(calls)
    box.use(seats, amount=1)
    box.at("2024-03-05T06:00")
    box.at("2024-04-05T06:00")

    found = [
        amounts(invoice, "commitment") for invoice in box.invoices(invoice_type="subscription")
    ]
    assert [each for each in found if each] == [[987_000], [989_000]]


def test_34_a_commitment_without_usage():
    box = Sandbox("2024-02-05T00:00")
    plan = box.plan(10_000, minimum_commitment={"amount_cents": 1_000_000})
    box.subscribe(plan, billing_time="anniversary")
    box.at("2024-03-05T06:00")

    assert amounts(box.invoices()[0], "commitment") == [990_000]


def test_35_a_trial_ends_in_the_first_month():
    box = Sandbox("2024-03-05T12:00")
    box.subscribe(box.plan(5_000_000, pay_in_advance=True, trial_period=10))
    box.at("2024-03-15T13:00")

    assert box.totals() == [2_741_935]


def test_35_an_upgrade_keeps_the_trials_clock_and_takes_the_new_length():
    box = Sandbox("2024-03-05T12:00")
    box.subscribe(box.plan(5_000_000, pay_in_advance=True, trial_period=10))
    box.at("2024-03-08T12:00")
    box.subscribe(box.plan(10_000_000, pay_in_advance=True, trial_period=13))
    box.at("2024-03-18T13:00")

    assert box.totals()[-1] == 4_516_129


@pytest.mark.parametrize(
    ("zone", "start", "trial", "end", "amount"),
    [
        ("UTC", "2024-03-05T12:12", 45, "2024-04-19T13:12", 2_000_000),
        ("Asia/Tokyo", "2024-03-31T20:00", 1, "2024-04-01T21:00", 4_833_333),
    ],
)
def test_35_a_trial_that_ends_in_another_month(zone, start, trial, end, amount):
    box = Sandbox(start, timezone=zone)
    box.subscribe(box.plan(5_000_000, pay_in_advance=True, trial_period=trial))
    box.at(end)

    assert amounts(box.invoices()[-1], "subscription") == [amount]


def test_42_a_deletion_finalizes_all_drafts():
    box = Sandbox("2022-12-15T00:00", grace=30)
    box.subscribe(box.plan(1000, pay_in_advance=True))
    coupon = {"name": "C", "code": "c", "coupon_type": "fixed_amount", "frequency": "once"}
    coupon |= {"amount_cents": 123, "amount_currency": "EUR", "expiration": "no_expiration"}
    box.ask("post", "/coupons", {"coupon": coupon})
    applied = {"external_customer_id": "cust", "coupon_code": "c"}
    box.ask("post", "/applied_coupons", {"applied_coupon": applied})
    wallet = {"external_customer_id": "cust", "rate_amount": "1", "currency": "EUR"}
    wallet |= {"granted_credits": "10", "paid_credits": "10"}
    made = box.ask("post", "/wallets", {"wallet": wallet})["wallet"]
    box.at("2023-01-10T00:00")
    box.subscribe(box.plan(500, pay_in_advance=True))
    box.at("2023-01-20T00:00")

    box.ask("delete", "/customers/cust")

    periodic = box.invoices(invoice_type="subscription")
    assert [invoice["status"] for invoice in periodic] == ["finalized"] * 3
    found = box.ask("get", f"/wallets/{made['lago_id']}")["wallet"]
    assert (found["status"], found["balance_cents"]) == ("terminated", 0)
    states = box.ask("get", "/subscriptions?external_customer_id=cust&status[]=canceled")
    assert len(states["subscriptions"]) == 1
    box.ask("get", "/customers/cust", status=404)


@pytest.mark.parametrize(
    ("ending_at", "in_advance", "fees"),
    [
        ("2022-09-06T00:00:00Z", False, [67]),
        ("2022-10-05T00:00:00Z", False, [1000]),
        ("2022-10-05T00:00:00Z", True, [1000, 0]),
    ],
)
def test_43_an_end_on_the_next_day_and_on_the_billing_day(ending_at, in_advance, fees):
    box = Sandbox("2022-09-05T00:00")
    plan = box.plan(1000, pay_in_advance=in_advance)
    box.subscribe(plan, billing_time="anniversary", ending_at=ending_at)
    box.at("2022-10-07T00:00")

    assert box.totals("fees_amount_cents") == fees
    assert box.notes() == []


def fixed(code: str, amount: str) -> dict:
    return {
        "add_on_code": code,
        "units": "1",
        "charge_model": "standard",
        "properties": {"amount": amount},
        "prorated": True,
        "pay_in_advance": True,
    }


def test_44_fixed_charges_are_prorated_in_the_first_period():
    box = Sandbox("2024-03-19T00:00")
    for code in ("one", "two"):
        add_on = {"name": code, "code": code, "amount_cents": 0, "amount_currency": "EUR"}
        box.ask("post", "/add_ons", {"add_on": add_on})
    dear = box.plan(0, fixed_charges=[fixed("one", "10"), fixed("two", "15")])
    box.subscribe(dear)
    assert amounts(box.invoices()[0], "fixed_charge") == [419, 629]

    box.at("2024-04-01T06:00")
    assert amounts(box.invoices()[-1], "fixed_charge") == [1000, 1500]
