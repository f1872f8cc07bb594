"""Ongoing balances of wallets, and the recurring rules that watch them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.errors import Invalid
from billing.wallets import (
    PendingUsage,
    RuleTerms,
    TopUpTerms,
    allocate_ongoing,
    is_at_threshold,
    rule_top_up,
)
from tests.billing.bills import wallet

ONE = TopUpTerms(rate=Decimal(1), currency="EUR")


def ongoing(wallets, **usage):
    pending = [
        PendingUsage(fee_type="charge", metric=metric, used_cents=cents)
        for metric, cents in usage.items()
    ]
    return {
        each.key: (each.ongoing_usage_balance_cents, each.ongoing_balance_cents)
        for each in allocate_ongoing(wallets, pending)
    }


def test_an_ongoing_balance_follows_usage_then_the_draft_then_its_payment():
    before = (wallet(1000),)
    paid = (wallet(400),)

    assert ongoing(before, calls=500) == {"wallet": (500, 500)}
    draft = PendingUsage(fee_type="charge", metric="calls", used_cents=500)
    plan = PendingUsage(fee_type="subscription", used_cents=100)
    later = PendingUsage(fee_type="charge", metric="calls", used_cents=300)
    assert allocate_ongoing(before, (draft, plan))[0].ongoing_balance_cents == 400
    assert allocate_ongoing(before, (draft, plan, later))[0].ongoing_balance_cents == 100
    assert allocate_ongoing(paid, (later,))[0].ongoing_balance_cents == 100


def test_usage_in_advance_that_was_billed_waits_for_no_wallet():
    usage = PendingUsage(
        fee_type="charge", metric="calls", used_cents=5500, billed_cents=Decimal(5500)
    )

    result = allocate_ongoing((wallet(4500),), (usage,))[0]

    assert result.ongoing_balance_cents == 4500
    assert result.credits_ongoing_usage_balance == 0


def test_the_last_wallet_that_fits_takes_what_is_too_much():
    wallets = (
        wallet(1000, key=1, priority=1, metrics=frozenset({"storage", "seats"})),
        wallet(2000, key=2, priority=2, metrics=frozenset({"seats", "api"})),
        wallet(3000, key=3, priority=3, metrics=frozenset({"api", "sms"})),
        wallet(4000, key=4, priority=4, metrics=frozenset({"sms", "storage"})),
    )

    assert ongoing(wallets, storage=1000, seats=2000, api=3000, sms=4000) == {
        1: (1000, 0),
        2: (3000, -1000),
        3: (4000, -1000),
        4: (2000, 2000),
    }


def test_a_wallet_for_one_metric_overflows_into_the_wallet_for_everything():
    wallets = (
        wallet(1000, key=1, priority=1, metrics=frozenset({"calls"})),
        wallet(1000, key=2, priority=2, metrics=frozenset({"seats"})),
        wallet(1000, key=3, priority=3),
    )

    assert ongoing(wallets, calls=3000, seats=500) == {
        1: (1000, 0),
        2: (500, 500),
        3: (2000, -1000),
    }


@pytest.mark.parametrize(
    ("balance", "pending", "fires"),
    [("5", "0", True), ("5.00001", "0", False), ("4", "1", True), ("4", "1.1", False)],
)
def test_a_threshold_counts_what_is_on_its_way(balance, pending, fires):
    at_threshold = is_at_threshold(
        Decimal(5), ongoing_credits=Decimal(balance), pending_credits=Decimal(pending)
    )

    assert at_threshold is fires


MINIMUM = replace(ONE, paid_top_up_min_amount_cents=5000)


@pytest.mark.parametrize(
    ("rule", "terms", "paid", "granted"),
    [
        ({"grants_target": True}, MINIMUM, None, 600),
        ({}, MINIMUM, 5000, None),
        ({}, ONE, 600, None),
        ({"ignores_limits": True}, MINIMUM, 600, None),
        ({}, replace(ONE, paid_top_up_max_amount_cents=100), 600, None),
    ],
)
def test_a_target_brings_what_is_missing_but_no_purchase_below_the_minimum(
    rule, terms, paid, granted
):
    rule = RuleTerms(method="target", target_ongoing_balance=Decimal(10), **rule)

    result = rule_top_up(rule, terms, ongoing_credits=Decimal(3), pending_credits=Decimal(1))

    assert (result.paid and result.paid.amount_cents) == paid
    assert (result.granted and result.granted.amount_cents) == granted


def test_a_target_that_is_reached_brings_nothing():
    rule = RuleTerms(method="target", target_ongoing_balance=Decimal(10))

    result = rule_top_up(rule, ONE, ongoing_credits=Decimal(4), pending_credits=Decimal(6))

    assert result.paid is result.granted is None


def test_a_fixed_rule_brings_what_it_names_within_the_limits():
    rule = RuleTerms(method="fixed", paid_credits=Decimal(10), granted_credits=Decimal(2))
    none = {"ongoing_credits": Decimal(0), "pending_credits": Decimal(0)}

    result = rule_top_up(rule, ONE, **none)

    assert (result.paid.amount_cents, result.granted.amount_cents) == (1000, 200)
    with pytest.raises(Invalid) as refused:
        rule_top_up(rule, MINIMUM, **none)
    assert refused.value.errors == {"paid_credits": ["amount_below_minimum"]}
    ignoring = replace(rule, ignores_limits=True)
    assert rule_top_up(ignoring, MINIMUM, **none).paid.amount_cents == 1000
