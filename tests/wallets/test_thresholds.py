"""Top-ups set off by the running balance."""

from decimal import Decimal

import pytest

from activity.actors import SYSTEM
from tests.wallets.ledgers import balance, fail, open_wallet
from tests.wallets.rules import interval, moment, run_interval, target, threshold, use_up
from wallets import operations
from wallets.models import WalletTransaction

pytestmark = pytest.mark.django_db


def test_a_target_is_reached_exactly_by_a_grant():
    wallet = open_wallet(
        "10", paid_top_up_min_amount_cents=5000, recurring=[target(grants_target_top_up=True)]
    )

    (granted,) = use_up(wallet, 600)

    assert (granted.kind, granted.source, granted.credit_amount) == ("granted", "threshold", 6)
    assert balance(wallet) == (1600, "16")


def test_a_purchase_to_a_target_is_at_least_the_smallest_top_up():
    wallet = open_wallet("10", paid_top_up_min_amount_cents=5000, recurring=[target()])

    (bought,) = use_up(wallet, 600)

    assert (bought.kind, bought.status, bought.credit_amount) == ("purchased", "pending", 50)


def test_a_purchase_to_a_target_ignores_the_limits_when_told_to():
    rule = target(ignore_paid_top_up_limits=True)
    wallet = open_wallet("10", paid_top_up_min_amount_cents=5000, recurring=[rule])

    (bought,) = use_up(wallet, 600)

    assert bought.credit_amount == 6


def test_an_interval_rule_to_a_target_counts_what_is_on_its_way():
    rule = interval(
        interval="weekly",
        granted_credits=Decimal(0),
        method="target",
        target_ongoing_balance=Decimal(200),
    )
    wallet = open_wallet(
        "50", at=moment("2021-02-20"), paid_top_up_min_amount_cents=20000, recurring=[rule]
    )

    run_interval(wallet.organization, "2021-02-27")
    run_interval(wallet.organization, "2021-03-06")

    assert WalletTransaction.objects.get(source="interval").credit_amount == 200


def test_a_threshold_counts_purchases_that_are_not_paid_yet():
    wallet = open_wallet("10", recurring=[threshold()])

    first = use_up(wallet, 500)
    second = use_up(wallet, 900)

    assert [row.credit_amount for row in first] == [10]
    assert second == []


def test_a_threshold_is_not_reached_above_it():
    assert use_up(open_wallet("10", recurring=[threshold()]), 499) == []


def test_a_declined_top_up_is_tried_again_after_an_hour():
    wallet = open_wallet("10", recurring=[threshold()])
    (bought,) = use_up(wallet, 600, at=moment("2024-06-06T10:00"))
    fail(bought, at=moment("2024-06-06T10:05"))

    soon = use_up(wallet, 600, at=moment("2024-06-06T11:04"))
    later = use_up(wallet, 600, at=moment("2024-06-06T11:05"))

    assert (len(soon), len(later)) == (0, 1)


def test_a_rule_brings_both_paid_and_granted_credits():
    rule = threshold(granted_credits=Decimal(2), transaction_name="Automatic")
    wallet = open_wallet("10", recurring=[rule])

    rows = use_up(wallet, 600)

    assert [(row.kind, row.credit_amount, row.name) for row in rows] == [
        ("purchased", 10, "Automatic"),
        ("granted", 2, "Automatic"),
    ]


def test_running_a_rule_again_tops_up_once():
    wallet = open_wallet("10", recurring=[threshold()])
    at = moment("2024-06-06")
    operations.set_ongoing(wallet, usage_cents=600, at=at)
    (rule,) = operations.reached_threshold_rules(wallet.organization, at=at)

    operations.run_rule(rule, actor=SYSTEM, at=at)
    again = operations.run_rule(rule, actor=SYSTEM, at=at)

    assert again == []
    assert WalletTransaction.objects.filter(source="threshold").count() == 1
