"""Coupons: how much each kind takes, in which order, and what becomes of it."""

from decimal import Decimal

import pytest

from billing.bill import bill
from tests.billing.bills import fixed, line, percentage, request, tax


def grants(*coupons, amount=1000, **terms):
    result = bill(request(line(amount, metric="calls", plans=("plan",)), coupons=coupons, **terms))
    return [(grant.key, grant.amount_cents, grant.is_exhausted) for grant in result.coupon_grants]


def test_a_percentage_takes_what_an_earlier_fixed_coupon_left():
    assert grants(fixed(400), percentage(10)) == [("fixed", 400, False), ("percentage", 60, False)]


def test_an_older_percentage_is_taken_before_a_younger_fixed_coupon():
    assert grants(percentage(10), fixed(400)) == [
        ("percentage", 100, False),
        ("fixed", 400, False),
    ]


def test_coupons_worth_more_than_the_fees_stop_at_nothing_and_leave_no_tax():
    result = bill(
        request(
            line(1000, tax(20)),
            coupons=(fixed(600, key=1), fixed(600, key=2), fixed(600, key=3)),
        )
    )

    assert [grant.amount_cents for grant in result.coupon_grants] == [600, 400]
    assert result.taxes_amount_cents == result.total_amount_cents == 0
    assert result.taxes_rate == 20


def test_a_coupon_in_another_currency_is_ignored():
    assert grants(fixed(100, currency="USD"), fixed(100, key="euro")) == [("euro", 100, False)]


@pytest.mark.parametrize(
    ("coupon", "amount", "is_exhausted"),
    [
        (fixed(1000, frequency="once"), 1000, True),
        (fixed(1500, frequency="once"), 1000, False),
        (fixed(1500, frequency="once", remaining_cents=300), 300, True),
        (percentage(10, frequency="once"), 100, True),
        (fixed(1500, frequency="recurring", frequency_duration_remaining=1), 1000, True),
        (percentage(10, frequency="recurring", frequency_duration_remaining=3), 100, False),
        (percentage(200), 1000, False),
    ],
)
def test_a_coupon_is_exhausted_by_use_as_its_frequency_says(coupon, amount, is_exhausted):
    assert grants(coupon) == [(coupon.key, amount, is_exhausted)]


def test_a_recurring_coupon_counts_down_even_when_it_takes_less_than_its_amount():
    coupon = fixed(5000, frequency="recurring", frequency_duration_remaining=3)

    result = bill(request(line(1000), coupons=(coupon,)))

    assert result.coupon_grants[0].frequency_duration_remaining == 2


def test_a_coupon_that_is_used_up_or_finds_nothing_is_not_used():
    used = fixed(500, key="used", frequency="once", remaining_cents=0)
    other_plan = percentage(10, key="plan", plans=frozenset({"other"}))
    other_metric = percentage(10, key="metric", metrics=frozenset({"other"}))
    recurring = percentage(10, frequency="recurring", frequency_duration_remaining=1)

    assert grants(used, other_plan, other_metric) == []
    assert grants(recurring, amount=0) == []


def test_a_coupon_for_a_plan_reaches_the_plans_made_from_it():
    lines = (line(1000, key=1, plans=("override", "plan")), line(1000, key=2, plans=("other",)))

    result = bill(request(*lines, coupons=(percentage(50, plans=frozenset({"plan"})),)))

    assert [each.precise_coupons_amount_cents for each in result.lines] == [500, 0]


def test_the_same_applied_coupon_counts_once_on_an_invoice():
    assert grants(fixed(100), fixed(100)) == [("fixed", 100, False)]


@pytest.mark.parametrize("invoice_type", ["one_off", "credit", "advance_charges", "add_on"])
def test_other_invoices_take_no_coupon(invoice_type):
    assert grants(fixed(100), invoice_type=invoice_type) == []


def test_a_draft_takes_no_coupon():
    assert grants(fixed(100), is_final=False) == []


def test_each_step_says_why():
    result = bill(
        request(
            line(1000, tax(20, "vat")),
            coupons=(percentage("12.5"), fixed(100, plans=frozenset({"other"}))),
        )
    )

    assert [(step.name, step.amount_cents, step.why) for step in result.steps] == [
        ("fees", 1000, "the sum of 1 line"),
        ("coupon", -125, "12.5 % of the sub-total (10.00 EUR)"),
        ("taxes", 175, "vat 20 % of 8.75 EUR"),
    ]
    assert result.lines[0].precise_coupons_amount_cents == Decimal(125)
