"""Credits that invoices spend and give back, ends of wallets, and what is written beside."""

from datetime import timedelta
from decimal import Decimal

import pytest

from activity.actors import SYSTEM
from activity.models import JournalEntry, OutboxMessage
from billing.errors import Invalid, NotAllowed
from tests.wallets.ledgers import (
    LATER,
    balance,
    grant,
    open_wallet,
    purchase,
    settle,
    spend,
    terminate,
    void,
)
from wallets import operations
from wallets.credits import parse_credits
from wallets.models import Consumption, Wallet, WalletTransaction

pytestmark = pytest.mark.django_db


def test_an_invoice_spends_money_and_the_credits_it_is_worth():
    wallet = open_wallet("100", rate_amount=Decimal(3))

    row = spend(wallet, 1000)

    wallet.refresh_from_db()
    assert (row.kind, row.transaction_type, row.status) == ("invoiced", "outbound", "settled")
    assert row.credit_amount == Decimal("3.33333")
    assert balance(wallet) == (29000, "96.66667")
    assert (wallet.consumed_cents, wallet.consumed_credits) == (1000, Decimal("3.33333"))
    assert wallet.last_consumed_credit_at == LATER


def test_the_wallet_of_thirty_nine_pays_two_invoices():
    """The worked example of 14.29 and 14.27 with 24 %: paid 17.72 and 17.69, 3.59 left."""
    wallet = open_wallet("39.00")

    spend(wallet, 1772)
    spend(wallet, 1769)

    assert balance(wallet) == (359, "3.59")


def test_no_more_is_spent_than_is_there():
    wallet = open_wallet("10")

    with pytest.raises(Invalid) as refused:
        spend(wallet, 1001)

    assert refused.value.code == "insufficient_credits"
    assert balance(wallet) == (1000, "10")


def test_a_voided_invoice_gives_back_what_it_had_spent():
    wallet = open_wallet("100")
    spent = spend(wallet, 4000)

    back = operations.restore(spent, actor=SYSTEM, at=LATER)

    assert (back.kind, back.status, back.amount_cents) == ("granted", "settled", 4000)
    assert balance(wallet) == (10000, "100")
    assert Wallet.objects.get().consumed_cents == 4000


def test_nothing_is_given_back_to_a_terminated_wallet():
    wallet = open_wallet("100")
    spent = spend(wallet, 4000)
    terminate(wallet)

    with pytest.raises(NotAllowed) as refused:
        operations.restore(spent, actor=SYSTEM, at=LATER)

    assert refused.value.code == "wallet_not_active"
    assert WalletTransaction.objects.count() == 3


@pytest.mark.parametrize("move", [grant, purchase, void])
def test_a_terminated_wallet_takes_no_transaction(move):
    wallet = open_wallet("100")
    terminate(wallet)

    with pytest.raises(Invalid) as refused:
        move(wallet, "1")

    assert refused.value.errors == {"wallet_id": ["wallet_is_terminated"]}
    assert WalletTransaction.objects.count() == 2


def test_a_purchase_that_settles_after_the_end_is_booked_and_voided():
    wallet = open_wallet("10")
    bought = purchase(wallet, "50")
    terminate(wallet)

    settle(bought, at=LATER + timedelta(days=1))

    rows = WalletTransaction.objects.order_by("created_at", "pk")
    assert [(row.kind, row.status, row.amount_cents) for row in rows] == [
        ("granted", "settled", 1000),
        ("purchased", "settled", 5000),
        ("voided", "settled", 1000),
        ("voided", "settled", 5000),
    ]
    assert balance(wallet) == (0, "0")


@pytest.mark.parametrize(
    "given", ["", "-1", "1e3", "abc", "1,5", " ", "NaN", 1, 1.5, None, True, "1" * 21]
)
def test_credits_are_numbers_written_as_text(given):
    with pytest.raises(Invalid) as refused:
        parse_credits(given, "paid_credits")

    assert refused.value.errors == {"paid_credits": ["invalid_paid_credits", "invalid_amount"]}


def test_credits_are_cut_after_five_decimals():
    assert parse_credits("14.284449", "voided_credits") == Decimal("14.28444")
    assert parse_credits(" 0 ", "paid_credits") == 0


def test_priority_of_a_top_up_is_1_to_50():
    wallet = open_wallet()

    with pytest.raises(Invalid) as refused:
        grant(wallet, "1", priority=51)

    assert refused.value.errors == {"priority": ["value_is_invalid"]}
    assert grant(wallet, "1", priority=1).priority == 1


def test_top_ups_are_used_up_by_priority_then_granted_then_age():
    wallet = open_wallet()
    low = grant(wallet, "25", priority=2)
    bought = purchase(wallet, "25", priority=2)
    settle(bought)
    first = grant(wallet, "20", priority=1)
    last = grant(wallet, "30", priority=2)

    spent = spend(wallet, 8000)

    taken = dict(Consumption.objects.filter(outbound=spent).values_list("inbound", "amount_cents"))
    assert taken == {first.pk: 2000, low.pk: 2500, last.pk: 3000, bought.pk: 500}


def test_every_move_is_journaled_with_the_balance_and_announced():
    wallet = open_wallet("10")
    settle(purchase(wallet, "5"))

    entries = JournalEntry.objects.filter(object_type="wallet_transaction").order_by("pk")
    assert [(entry.action, entry.after["balance_cents"]) for entry in entries] == [
        ("wallet_transaction.created", 1000),
        ("wallet_transaction.created", 1000),
        ("wallet_transaction.settled", 1500),
    ]
    assert {entry.customer_id for entry in entries} == {wallet.customer_id}
    assert list(OutboxMessage.objects.order_by("pk").values_list("kind", flat=True)) == [
        "wallet.created",
        "wallet_transaction.created",
        "wallet_transaction.created",
        "wallet_transaction.updated",
    ]
