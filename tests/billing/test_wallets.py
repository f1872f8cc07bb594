"""Wallets: credits and money, spending, ongoing balances and recurring rules."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.errors import Invalid
from billing.wallets import (
    InboundBalance,
    TopUpTerms,
    Transfer,
    amount_for,
    credits_for,
    grant,
    purchase,
    spend,
    trace,
    void,
)
from tests.billing.bills import wallet

ONE = TopUpTerms(rate=Decimal(1), currency="EUR")


def refused(function, *args, **terms):
    with pytest.raises(Invalid) as refusal:
        function(*args, **terms)
    return refusal.value.errors


@pytest.mark.parametrize(
    ("credits", "rate", "currency", "cents"),
    [
        ("17.96999", "1", "EUR", 1797),
        ("100", "0.5", "EUR", 5000),
        ("1.5", "1", "JPY", 2),
        ("1.0005", "1", "KWD", 1001),
    ],
)
def test_credits_are_worth_their_rate_in_whole_minor_units(credits, rate, currency, cents):
    assert amount_for(Decimal(credits), Decimal(rate), currency) == cents


def test_money_buys_credits_to_five_decimals():
    assert credits_for(1000, Decimal(3), "EUR") == Decimal("3.33333")


@pytest.mark.parametrize("top_up", [purchase, grant])
def test_a_top_up_keeps_the_credits_that_its_rounded_money_buys(top_up):
    result = top_up(Decimal("17.9699999999999988631316"), ONE)

    assert result == Transfer(1797, Decimal("17.97"))


def test_a_void_keeps_the_credits_that_were_asked_for():
    result = void(Decimal("14.28444999"), ONE, credits_balance=Decimal(100), balance_cents=10000)

    assert result == Transfer(1428, Decimal("14.28444"))
    assert 10000 - result.amount_cents == 8572
    assert 100 - result.credits == Decimal("85.71556")


def test_voiding_all_credits_takes_all_the_money():
    result = void(Decimal("85.71556"), ONE, credits_balance=Decimal("85.71556"), balance_cents=8571)

    assert result == Transfer(8571, Decimal("85.71556"))


LIMITED = replace(ONE, paid_top_up_min_amount_cents=500, paid_top_up_max_amount_cents=1000)


@pytest.mark.parametrize(
    ("credits", "codes"),
    [
        ("-1", ["invalid_paid_credits", "invalid_amount"]),
        ("0", ["invalid_paid_credits", "invalid_amount"]),
        ("NaN", ["invalid_paid_credits", "invalid_amount"]),
        ("0.004", ["amount_rounds_to_zero"]),
        ("4.99", ["amount_below_minimum"]),
        ("10.01", ["amount_above_maximum"]),
    ],
)
def test_a_purchase_outside_what_is_allowed_is_refused(credits, codes):
    assert refused(purchase, Decimal(credits), LIMITED) == {"paid_credits": codes}


def test_limits_count_both_ends_and_can_be_ignored():
    assert purchase(Decimal(5), LIMITED).amount_cents == 500
    assert purchase(Decimal(10), LIMITED).amount_cents == 1000
    assert purchase(Decimal(11), LIMITED, ignores_limits=True).amount_cents == 1100
    assert grant(Decimal(11), LIMITED).amount_cents == 1100


@pytest.mark.parametrize(
    ("credits", "codes"),
    [
        ("-1", ["invalid_voided_credits", "invalid_amount"]),
        ("10.00001", ["insufficient_credits"]),
        ("0.001", ["amount_rounds_to_zero"]),
    ],
)
def test_a_void_of_what_is_not_there_is_refused(credits, codes):
    errors = refused(void, Decimal(credits), ONE, credits_balance=Decimal(10), balance_cents=1000)

    assert errors == {"voided_credits": codes}


def test_a_grant_that_is_not_positive_is_refused():
    assert refused(grant, Decimal(-1), ONE) == {
        "granted_credits": ["invalid_granted_credits", "invalid_amount"]
    }


CALLS, SEATS, PLAN = ("charge", "calls"), ("charge", "seats"), ("subscription", None)


def spent(wallets, total, **buckets):
    names = {"calls": CALLS, "seats": SEATS, "plan": PLAN}
    amounts = {names[name]: Decimal(amount) for name, amount in buckets.items()}
    result = spend(wallets, amounts, total_cents=total, currency="EUR")
    return {grant.key: grant.amount_cents for grant in result.grants}


def test_wallets_pay_by_priority_then_by_age():
    wallets = (
        wallet(300, key="old"),
        wallet(300, key="new"),
        wallet(300, key="first", priority=1),
    )

    assert spent(wallets, 800, plan="800") == {"first": 300, "old": 300, "new": 200}


def test_a_wallet_pays_only_what_it_is_limited_to():
    calls = wallet(1000, key="calls", metrics=frozenset({"calls"}))
    plan = wallet(1000, key="plan", fee_types=frozenset({"subscription"}))

    assert spent((calls, plan), 900, calls="300", seats="400", plan="200") == {
        "calls": 300,
        "plan": 200,
    }


def test_the_rounding_of_the_total_is_paid_with_the_largest_bucket():
    calls = wallet(1000, key="calls", metrics=frozenset({"calls"}))
    seats = wallet(1000, key="seats", metrics=frozenset({"seats"}))

    assert spent((calls, seats), 21, calls="10.3", seats="10.3") == {"calls": 11, "seats": 10}


def test_what_one_wallet_paid_is_not_paid_by_another():
    first = wallet(1000, key="first", metrics=frozenset({"calls"}))
    second = wallet(1000, key="second", metrics=frozenset({"calls"}))

    assert spent((first, second), 900, calls="300", seats="600") == {"first": 300}


@pytest.mark.parametrize("holder", [wallet(0), replace(wallet(500), currency="USD")])
def test_an_empty_or_foreign_wallet_pays_nothing(holder):
    assert spent((holder,), 300, plan="300") == {}


def test_the_last_cent_takes_the_last_credits():
    odd = wallet(1000, rate="3", credits_balance=Decimal("3.33333"))

    result = spend((odd,), {PLAN: Decimal(1000)}, total_cents=1000, currency="EUR")

    assert result.grants[0].credits == Decimal("3.33333")


def test_a_credit_worth_ten_euros_pays_with_parts_of_it():
    ten = wallet(100000, rate="10")

    result = spend((ten,), {CALLS: Decimal(2200)}, total_cents=2200, currency="EUR")

    assert result.grants[0].credits == Decimal("2.2")


def inbound(key, cents, is_granted=True, priority=50):
    return InboundBalance(key=key, remaining_cents=cents, is_granted=is_granted, priority=priority)


def test_top_ups_are_used_by_priority_then_granted_then_oldest():
    sources = (
        inbound("old", 2500, priority=2),
        inbound("bought", 2500, is_granted=False, priority=2),
        inbound("urgent", 2000, priority=1),
        inbound("young", 3000, priority=2),
    )

    shares = trace(8000, sources)

    assert [(share.key, share.amount_cents) for share in shares] == [
        ("urgent", 2000),
        ("old", 2500),
        ("young", 3000),
        ("bought", 500),
    ]
