"""What holds for every wallet."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.wallets import (
    InboundBalance,
    PendingUsage,
    TopUpTerms,
    allocate_ongoing,
    grant,
    trace,
)
from tests.billing.bill_strategies import METRICS, cents, wallets
from tests.billing.bills import wallet


@given(st.decimals("0.01", 10**6, places=8), st.sampled_from(("1", "3", "0.07", "12.5")))
def test_a_top_up_stores_what_its_money_buys(credits, rate):
    terms = TopUpTerms(rate=Decimal(rate), currency="EUR")
    bought = grant(credits + 1, terms)

    again = grant(bought.credits, terms)

    assert again.amount_cents == bought.amount_cents


@given(st.lists(st.integers(0, 1000), max_size=5), st.integers(0, 5000))
def test_a_traced_amount_comes_from_what_is_there_and_is_whole(balances, amount):
    sources = [
        InboundBalance(key=number, remaining_cents=balance, is_granted=number % 2 == 0)
        for number, balance in enumerate(balances)
    ]

    shares = trace(amount, sources)

    assert sum(share.amount_cents for share in shares) == min(amount, sum(balances))
    assert all(0 < share.amount_cents <= balances[share.key] for share in shares)


@given(wallets, st.lists(cents, max_size=3))
def test_ongoing_usage_is_shared_out_whole_when_a_wallet_pays_everything(some, amounts):
    usage = [
        PendingUsage(fee_type="charge", metric=metric, used_cents=amount)
        for metric, amount in zip((*METRICS, "other"), amounts, strict=False)
    ]
    holders = (*some, wallet(0, key="all"))

    balances = allocate_ongoing(holders, usage)

    assert sum(each.ongoing_usage_balance_cents for each in balances) == sum(amounts)
    for each in balances:
        holder = next(one for one in holders if one.key == each.key)
        assert each.ongoing_balance_cents == holder.balance_cents - each.ongoing_usage_balance_cents
