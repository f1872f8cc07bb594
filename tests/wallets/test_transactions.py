"""Credits that come and go, to the cent and to the fifth decimal."""

from decimal import Decimal

import pytest

from billing.errors import Invalid, NotAllowed
from tests.wallets.ledgers import (
    LATER,
    balance,
    fail,
    grant,
    open_wallet,
    purchase,
    settle,
    void,
)
from wallets.models import WalletTransaction

pytestmark = pytest.mark.django_db


def test_a_void_keeps_the_credits_asked_for_and_a_top_up_those_it_is_worth():
    """The worked example of a void of 14.28444999 and a top-up of 17.96999."""
    wallet = open_wallet("100")

    voided = void(wallet, "14.28444999")
    after_void = balance(wallet)
    topped_up = settle(purchase(wallet, "17.96999"))

    assert (voided.amount_cents, voided.credit_amount) == (1428, Decimal("14.28444"))
    assert after_void == (8572, "85.71556")
    assert (topped_up.amount_cents, topped_up.credit_amount) == (1797, Decimal("17.97"))
    assert balance(wallet) == (10369, "103.68556")


def test_a_long_fraction_is_rounded_to_what_is_paid():
    bought = purchase(open_wallet(), "17.9699999999999988631316")

    assert (bought.amount_cents, bought.credit_amount) == (1797, Decimal("17.97"))


@pytest.mark.parametrize(
    ("currency", "rate", "credits", "cents", "stored"),
    [
        ("EUR", "10", "100", 100000, "100"),
        ("EUR", "0.5", "100", 5000, "100"),
        ("EUR", "3", "0.33333", 100, "0.33333"),
        ("EUR", "0.003", "1.66667", 1, "3.33333"),
        ("JPY", "1", "10.5", 11, "11"),
        ("KWD", "1", "1.2345", 1235, "1.235"),
    ],
)
def test_a_grant_is_worth_whole_minor_units(currency, rate, credits, cents, stored):
    wallet = open_wallet(currency=currency, rate_amount=Decimal(rate))

    grant(wallet, credits)

    assert balance(wallet) == (cents, stored)


def test_a_purchase_counts_when_it_is_settled():
    wallet = open_wallet()
    bought = purchase(wallet, "50", name="June", metadata=({"key": "po", "value": "7"},))

    before = balance(wallet)
    settled = settle(bought)

    assert (bought.status, bought.kind, bought.settled_at) == ("pending", "purchased", None)
    assert (bought.name, bought.metadata) == ("June", [{"key": "po", "value": "7"}])
    assert before == (0, "0")
    assert (settled.status, settled.settled_at) == ("settled", LATER)
    assert balance(wallet) == (5000, "50")


def test_settling_twice_counts_once():
    wallet = open_wallet()
    bought = purchase(wallet, "50")

    settle(bought)
    settle(bought)

    assert balance(wallet) == (5000, "50")


def test_a_purchase_that_failed_may_be_paid_after_all():
    wallet = open_wallet()
    bought = purchase(wallet, "50")

    failed = fail(bought)
    fail(bought)
    assert (failed.status, failed.failed_at, balance(wallet)) == ("failed", LATER, (0, "0"))
    settled = settle(bought)

    assert (settled.status, settled.failed_at) == ("settled", None)
    assert balance(wallet) == (5000, "50")
    with pytest.raises(NotAllowed) as refused:
        fail(bought)
    assert refused.value.code == "invalid_status"


def test_a_purchase_needs_payment_as_the_wallet_says():
    assert purchase(
        open_wallet(invoice_requires_successful_payment=True), "1"
    ).invoice_requires_successful_payment
    assert not purchase(open_wallet(), "1").invoice_requires_successful_payment


@pytest.mark.parametrize(
    ("credits", "code"), [("9.99", "amount_below_minimum"), ("20.01", "amount_above_maximum")]
)
def test_a_purchase_stays_within_the_limits_of_the_wallet(credits, code):
    wallet = open_wallet(paid_top_up_min_amount_cents=1000, paid_top_up_max_amount_cents=2000)

    with pytest.raises(Invalid) as refused:
        purchase(wallet, credits)
    assert refused.value.errors == {"paid_credits": [code]}
    assert WalletTransaction.objects.count() == 0

    purchase(wallet, credits, ignores_limits=True)
    purchase(wallet, "10")
    purchase(wallet, "20")
    grant(wallet, credits)
    assert WalletTransaction.objects.count() == 4


def test_what_rounds_to_nothing_is_refused():
    wallet = open_wallet("1")

    refused = []
    for move in (purchase, grant, void):
        with pytest.raises(Invalid) as refusal:
            move(wallet, "0.00499")
        refused.append(refusal.value.errors)

    assert refused == [
        {"paid_credits": ["amount_rounds_to_zero"]},
        {"granted_credits": ["amount_rounds_to_zero"]},
        {"voided_credits": ["amount_rounds_to_zero"]},
    ]
    assert balance(wallet) == (100, "1")


def test_no_more_is_voided_than_is_there():
    wallet = open_wallet("100")

    with pytest.raises(Invalid) as refused:
        void(wallet, "100.00001")

    assert refused.value.errors == {"voided_credits": ["insufficient_credits"]}
    assert balance(wallet) == (10000, "100")
    assert WalletTransaction.objects.count() == 1


@pytest.mark.parametrize("credits", ["0", "-1"])
def test_a_void_takes_something(credits):
    with pytest.raises(Invalid) as refused:
        void(open_wallet("1"), credits)

    assert refused.value.errors == {"voided_credits": ["invalid_voided_credits"]}


def test_voiding_the_last_credits_takes_the_last_cent():
    wallet = open_wallet("100")
    void(wallet, "14.28444")

    rest = void(wallet, "85.71556")

    assert (rest.amount_cents, rest.credit_amount) == (8572, Decimal("85.71556"))
    assert balance(wallet) == (0, "0")
