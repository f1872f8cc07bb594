"""The ledger is the balance: by the operations, and by the database itself."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.errors import Invalid
from persistence.ids import new_id
from tests.factories import AT
from tests.wallets.ledgers import (
    balance,
    fail,
    grant,
    open_wallet,
    purchase,
    settle,
    spend,
    terminate,
    void,
)
from wallets.models import Consumption, Wallet, WalletTransaction

pytestmark = pytest.mark.django_db

CREDITS = st.decimals("0.001", "50", places=5).map(str)
MOVES = st.one_of(
    st.tuples(st.just("grant"), CREDITS),
    st.tuples(st.just("purchase"), CREDITS),
    st.tuples(st.sampled_from(["settle", "fail"]), st.integers(0, 5)),
    st.tuples(st.just("void"), CREDITS),
    st.tuples(st.just("spend"), st.integers(1, 5000)),
    st.tuples(st.just("terminate"), st.none()),
)


@settings(max_examples=40)
@given(
    rate=st.sampled_from(["1", "0.5", "3", "0.007", "12.34567"]),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    moves=st.lists(MOVES, max_size=15),
)
def test_the_balance_is_the_sum_of_the_ledger_and_never_negative(rate, currency, moves):
    with transaction.atomic():
        wallet = open_wallet(rate_amount=Decimal(rate), currency=currency)
        for move, value in moves:
            _try(wallet, move, value)
            _require_sound(wallet)
        transaction.set_rollback(True)


def _try(wallet, move, value):
    pending = list(WalletTransaction.objects.filter(wallet=wallet, kind="purchased"))
    try:
        with transaction.atomic():
            if move in ("settle", "fail"):
                if pending and pending[value % len(pending)].status == "pending":
                    {"settle": settle, "fail": fail}[move](pending[value % len(pending)])
            elif move == "terminate":
                terminate(wallet)
            else:
                {"grant": grant, "purchase": purchase, "void": void, "spend": spend}[move](
                    wallet, value
                )
    except Invalid:
        pass  # a refusal must leave a sound ledger too


def _require_sound(wallet):
    wallet = Wallet.objects.get(pk=wallet.pk)
    settled = [row for row in WalletTransaction.objects.filter(wallet=wallet) if row.settled_at]
    sign = {"inbound": 1, "outbound": -1}
    cents = sum(sign[row.transaction_type] * row.amount_cents for row in settled)
    credits = sum(sign[row.transaction_type] * row.credit_amount for row in settled)
    assert (wallet.balance_cents, wallet.credits_balance) == (cents, credits)
    assert wallet.balance_cents >= 0
    assert wallet.credits_balance >= 0
    used = sum(row.amount_cents for row in Consumption.objects.filter(outbound__wallet=wallet))
    assert used == sum(row.amount_cents for row in settled if row.transaction_type == "outbound")
    if wallet.status == "terminated":
        assert (cents, credits) == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def store_now(store):
    """Store a forgery and let the database judge, as it does at the commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        store()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "forged",
    [
        {"balance_cents": 1001},
        {"credits_balance": Decimal("10.00001")},
        {"consumed_cents": 1},
        {"consumed_credits": Decimal(1)},
    ],
)
def test_the_database_refuses_a_balance_that_is_not_in_the_ledger(forged):
    wallet = open_wallet("10")

    with pytest.raises(IntegrityError, match="is not the sum of its ledger"):
        store_now(lambda: Wallet.objects.filter(pk=wallet.pk).update(**forged))

    assert balance(wallet) == (1000, "10")


def test_the_database_refuses_a_row_that_is_not_in_the_balance():
    wallet = open_wallet("10")

    forged = WalletTransaction(
        organization=wallet.organization,
        wallet=wallet,
        status="settled",
        kind="granted",
        transaction_type="inbound",
        amount_cents=1,
        credit_amount=Decimal("0.01"),
        settled_at=AT,
        created_at=AT,
        updated_at=AT,
    )

    with pytest.raises(IntegrityError, match="is not the sum of its ledger"):
        store_now(forged.save)

    assert WalletTransaction.objects.count() == 1


def test_the_database_refuses_to_open_a_wallet_that_is_not_empty():
    wallet = open_wallet()
    wallet.pk, wallet.code, wallet.balance_cents = new_id(), "forged", 5
    wallet._state.adding = True

    with pytest.raises(IntegrityError, match="is not the sum of its ledger"):
        store_now(wallet.save)


@pytest.mark.parametrize(
    "forged", [{"amount_cents": 1}, {"kind": "purchased"}, {"status": "failed"}]
)
def test_the_database_refuses_to_change_a_settled_row(forged):
    open_wallet("10")

    with pytest.raises(IntegrityError, match="added, never changed"), transaction.atomic():
        WalletTransaction.objects.update(**forged)


def test_the_database_refuses_to_delete_a_row():
    open_wallet("10")

    with pytest.raises(IntegrityError, match="added, never changed"), transaction.atomic():
        WalletTransaction.objects.all().delete()
