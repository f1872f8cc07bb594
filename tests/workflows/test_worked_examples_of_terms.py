"""Worked examples of plans in time: starts, trials, ends, changes. Amounts in minor units."""

import pytest

from tests.workflows.sandbox import Sandbox, amounts

pytestmark = pytest.mark.django_db


def test_01_a_trial_ends_and_is_given_once():
    box = Sandbox("2024-03-04T21:00")
    box.subscribe(box.plan(3500, pay_in_advance=True, trial_period=7))
    box.at("2024-03-11T22:00")
    assert box.totals() == [2371]

    box.end()
    assert (box.note_totals(), box.totals()) == ([2371], [2371, 0])

    box.subscribe(box.plan(3500, pay_in_advance=True, trial_period=7))
    assert box.totals("fees_amount_cents") == [2371, 0, 2371]


@pytest.mark.parametrize(
    ("zone", "hour", "amount"),
    [
        ("America/Denver", "05", 400),
        ("America/Halifax", "05", 300),
        ("Europe/Paris", "20", 300),
        ("Asia/Karachi", "20", 200),
    ],
)
def test_02_a_week_is_prorated_by_local_days(zone, hour, amount):
    box = Sandbox(f"2023-06-16T{hour}:00", timezone=zone)

    box.subscribe(box.plan(700, interval="weekly", pay_in_advance=True))

    assert box.totals() == [amount]


def test_03_an_upgrade_from_nothing():
    box = Sandbox("2024-04-01T00:00", tax="20")
    box.subscribe(box.plan(0))
    box.at("2024-04-24T10:00")
    box.subscribe(box.plan(2000))
    box.at("2024-04-26T10:00")
    box.end()

    assert box.totals() == [0, 240]
    assert box.invoices()[1]["fees_amount_cents"] == 200


def test_04_an_end_within_the_grace_period_is_stable_on_refresh():
    box = Sandbox("2022-12-15T00:00", tax="20", grace=3)
    box.subscribe(box.plan(1000))
    box.at("2022-12-20T06:00")
    box.end()
    [draft] = box.invoices()
    assert (draft["status"], draft["fees_amount_cents"]) == ("draft", 194)

    box.ask("put", f"/invoices/{draft['lago_id']}/refresh")

    assert box.totals() == [233]


def with_a_seat(box: Sandbox):
    """A recurring, prorated charge of 5.00 of which one unit is alive."""
    seats = box.metric("sum_agg", recurring=True)
    return seats, box.charge(seats, amount="5", prorated=True)


@pytest.mark.parametrize(("in_advance", "upgraded"), [(True, 16390), (False, 1290)])
def test_05_and_06_an_upgrade_with_a_prorated_charge(in_advance, upgraded):
    box = Sandbox("2024-01-01T00:00")
    seats, charge = with_a_seat(box)
    plan = {"pay_in_advance": in_advance}
    box.subscribe(box.plan(2900, charge, **plan))
    box.use(seats, amount=1)
    box.at("2024-02-12T06:00")
    dearer = box.plan(29000, charge, **plan)

    box.subscribe(dearer)

    assert box.totals()[-1] == upgraded
    assert amounts(box.invoices()[-1], "charge") == [190]
    if in_advance:
        assert box.notes()[0]["sub_total_excluding_taxes_amount_cents"] == 1800
    box.at("2024-03-01T06:00")
    assert box.totals()[-1] == (29310 if in_advance else 18310)


def test_07_a_credit_note_pays_the_usage_of_the_last_days():
    box = Sandbox("2024-01-01T00:00")
    seats, charge = with_a_seat(box)
    box.subscribe(box.plan(2900, charge, pay_in_advance=True))
    box.use(seats, amount=1)
    box.at("2024-02-12T06:00")

    box.end()

    [note] = box.notes()
    last = box.invoices()[-1]
    assert (note["total_amount_cents"], note["balance_amount_cents"]) == (1700, 1493)
    assert (last["fees_amount_cents"], last["total_amount_cents"]) == (207, 0)


def test_08_created_and_terminated_on_one_day_in_advance():
    box = Sandbox("2024-02-01T08:00")
    box.subscribe(box.plan(2900, pay_in_advance=True))
    box.at("2024-02-01T20:00")
    box.end()

    assert (box.note_totals(), box.totals()) == ([2800], [2900, 0])


def test_09_created_and_terminated_on_one_day_in_arrears():
    box = Sandbox("2024-06-05T08:00")
    box.subscribe(box.plan(1000))
    box.end()

    assert box.totals() == [33]


def test_10_drafts_on_both_sides_of_an_end():
    box = Sandbox("2022-12-15T00:00", tax="20", grace=10)
    calls = box.metric()
    box.subscribe(box.plan(1000, box.charge(calls, amount="3"), pay_in_advance=True))
    box.at("2022-12-17T00:00")
    box.use(calls)
    box.use(calls)
    box.at("2022-12-20T00:00")
    box.end()
    first, last = box.invoices()
    assert (first["fees_amount_cents"], first["total_amount_cents"]) == (548, 658)
    assert (box.note_totals(), last["total_amount_cents"]) == ([], 720)

    for draft in (first, last):
        box.ask("put", f"/invoices/{draft['lago_id']}/finalize")

    assert (box.note_totals(), box.totals()) == ([426], [658, 294])


@pytest.mark.parametrize(
    ("zone", "billing_time", "total", "note"),
    [
        ("UTC", "calendar", 4500, (3571, 714, 4285)),
        ("Asia/Tokyo", "calendar", 4500, (3571, 714, 4285)),
        ("America/Los_Angeles", "calendar", 4715, (3750, 750, 4500)),
        ("UTC", "anniversary", 6000, (4821, 964, 5785)),
    ],
)
def test_11_an_advance_plan_that_ends_on_its_first_day(zone, billing_time, total, note):
    box = Sandbox("2023-02-08T05:00", tax="20", timezone=zone)
    box.subscribe(box.plan(5000, pay_in_advance=True), billing_time=billing_time)
    box.end()

    [found] = box.notes()
    assert box.totals()[0] == total
    assert note == (
        found["sub_total_excluding_taxes_amount_cents"],
        found["taxes_amount_cents"],
        found["total_amount_cents"],
    )


def ended(paid: int = 0, **options: str) -> Sandbox:
    box = Sandbox("2025-02-08T00:00", tax="20")
    calls = box.metric()
    box.subscribe(box.plan(10000, box.charge(calls, amount="50"), pay_in_advance=True))
    box.use(calls)
    if paid:
        [first] = box.invoices()
        payment = {"invoice_id": first["lago_id"], "amount_cents": paid, "reference": "wire"}
        box.ask("post", "/payments", {"payment": payment})
    box.at("2025-02-21T12:00")
    box.end(**options)
    return box


def test_12_unused_time_is_credited_refunded_or_kept():
    credited = ended()
    assert (credited.note_totals(), credited.totals()) == ([3000], [9000, 3000])

    refunded = ended(paid=7500, on_termination_credit_note="refund")
    [note] = refunded.notes()
    assert (note["refund_amount_cents"], note["credit_amount_cents"]) == (1500, 1500)
    assert refunded.totals()[1] == 4500

    assert ended(on_termination_credit_note="skip").totals() == [9000, 6000]


def test_12_created_and_terminated_on_one_day_the_note_outlives_the_usage():
    box = Sandbox("2025-02-08T00:00", tax="20")
    calls = box.metric()
    box.subscribe(box.plan(10000, box.charge(calls, amount="50"), pay_in_advance=True))
    box.use(calls)
    box.end()

    [note] = box.notes()
    assert (note["sub_total_excluding_taxes_amount_cents"], note["taxes_amount_cents"]) == (
        7143,
        1429,
    )
    assert (note["total_amount_cents"], note["balance_amount_cents"]) == (8572, 2572)
    assert box.totals()[1] == 0


@pytest.mark.parametrize(
    ("amount", "tax", "interval", "note"),
    [
        (20000, "25", "monthly", (19333, 4833, 24166)),
        (16000, "25", "monthly", (15467, 3867, 19334)),
        (2999, "23.33", "weekly", (2571, 600, 3171)),
    ],
)
def test_13_the_total_of_a_note_is_its_sub_total_and_its_taxes(amount, tax, interval, note):
    box = Sandbox("2024-06-05T08:00", tax=tax)
    plan = box.plan(amount, interval=interval, pay_in_advance=True)
    box.subscribe(plan, billing_time="anniversary")
    box.end()

    [found] = box.notes()
    assert note == (
        found["sub_total_excluding_taxes_amount_cents"],
        found["taxes_amount_cents"],
        found["total_amount_cents"],
    )


@pytest.mark.parametrize(
    ("billing_time", "fees", "notes"),
    [
        ("calendar", [871, 968, 1226], [806, 1210]),
        ("anniversary", [1000, 1161, 1471], [968, 1451]),
    ],
)
def test_14_two_upgrades_on_one_day(billing_time, fees, notes):
    box = Sandbox("2024-03-05T00:00", tax="25")
    box.subscribe(box.plan(1000, pay_in_advance=True), billing_time=billing_time)
    box.at("2024-03-12T08:00")
    box.subscribe(box.plan(1500, pay_in_advance=True))
    box.at("2024-03-12T09:00")
    box.subscribe(box.plan(1900, pay_in_advance=True))

    assert box.totals("fees_amount_cents") == fees
    assert box.note_totals() == notes
