"""Bills of every kind, for properties."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from billing.bill import InvoiceType
from billing.credits import NoteBalance
from billing.progressive import ProgressiveLine, ProgressiveTerms
from tests.billing.bills import fixed, line, percentage, request, tax, wallet

TAXES = (tax(0), tax(10), tax("8.875"), tax("23.33"))
METRICS, PLANS = ("calls", "seats"), ("basic", "pro")
cents = st.integers(0, 10_000_000)
money = st.one_of(st.integers(0, 30), cents)
few = st.lists(st.sampled_from(TAXES), max_size=2, unique=True).map(tuple)


def keyed(items):
    return tuple(replace(item, key=number) for number, item in enumerate(items))


lines = st.lists(
    st.builds(
        lambda amount, taxes, metric, plan: line(
            amount,
            *taxes,
            metric=metric,
            charge=metric,
            fee_type="charge" if metric else "subscription",
            plans=(plan,),
            subscription="sub",
        ),
        money,
        few,
        st.sampled_from((*METRICS, None)),
        st.sampled_from(PLANS),
    ),
    max_size=6,
).map(keyed)
limits = st.sampled_from(
    (
        {},
        {"metrics": frozenset({"calls"})},
        {"plans": frozenset({"basic"})},
        {"plans": frozenset(PLANS)},
    )
)
frequencies = st.sampled_from(("once", "forever", "recurring"))
coupons = st.lists(
    st.one_of(
        st.builds(
            lambda amount, frequency, limit: fixed(amount, frequency=frequency, **limit),
            money,
            frequencies,
            limits,
        ),
        st.builds(
            lambda rate, frequency, limit: percentage(rate, frequency=frequency, **limit),
            st.decimals(0, 150, places=3),
            frequencies,
            limits,
        ),
    ),
    max_size=4,
).map(keyed)
notes = st.lists(
    st.builds(lambda balance: NoteBalance(key=0, balance_cents=balance, currency="EUR"), money),
    max_size=3,
).map(keyed)
wallet_limits = st.sampled_from(
    ({}, {"metrics": frozenset({"calls"})}, {"fee_types": frozenset({"subscription"})})
)
wallets = st.lists(
    st.builds(
        lambda balance, rate, priority, limit: wallet(
            balance,
            rate=rate,
            priority=priority,
            credits_balance=(Decimal(balance) / 100 / Decimal(rate)).quantize(Decimal("1e-5")),
            **limit,
        ),
        money,
        st.sampled_from(("1", "3", "0.07")),
        st.integers(1, 3),
        wallet_limits,
    ),
    max_size=3,
).map(keyed)
progressive = st.lists(
    st.builds(
        lambda remaining, calls, seats: ProgressiveTerms(
            key=0,
            subscription="sub",
            remaining_cents=remaining,
            lines=(
                ProgressiveLine(amount_cents=calls, charge="calls"),
                ProgressiveLine(amount_cents=seats, charge="seats"),
            ),
        ),
        money,
        money,
        money,
    ),
    max_size=1,
).map(tuple)
requests = st.builds(
    lambda lines, **terms: request(*lines, **terms),
    lines,
    invoice_type=st.one_of(st.just("subscription"), st.sampled_from(tuple(InvoiceType))),
    is_final=st.sampled_from((True, True, False)),
    coupons=coupons,
    credit_notes=notes,
    wallets=wallets,
    progressive=progressive,
)
