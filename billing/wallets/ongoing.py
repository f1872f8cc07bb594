"""What usage that is not invoiced yet will take from the wallets."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.exact import exact
from billing.lines import ZERO
from billing.money import round_to_cents
from billing.wallets.conversion import credits_for
from billing.wallets.spending import Bucket, WalletTerms, in_order


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingUsage:
    """Usage of one fee type and metric with taxes, in minor units.

    `used_cents` is current usage or a draft invoice's fee; `billed_cents` is what of it progressive
    invoices or fees in advance have billed already.
    """

    fee_type: str
    metric: Hashable | None = None
    used_cents: Decimal | int = 0
    billed_cents: Decimal | int = 0


@dataclass(frozen=True, slots=True)
class OngoingBalance:
    """A wallet's balance less the usage that waits for it; it may be below zero."""

    key: Hashable
    ongoing_usage_balance_cents: int
    ongoing_balance_cents: int
    credits_ongoing_usage_balance: Decimal
    credits_ongoing_balance: Decimal


@exact
def allocate_ongoing(
    wallets: Sequence[WalletTerms], usage: Sequence[PendingUsage]
) -> tuple[OngoingBalance, ...]:
    """Share `usage` among `wallets` (given oldest first) and return their balances, by priority.

    The largest usage is placed first, into each wallet that may pay it up to its balance; the last
    such wallet takes what does not fit, even below zero.
    """
    ordered = in_order(wallets)
    taken = {wallet.key: ZERO for wallet in ordered}
    for bucket, amount in _pending(usage):
        payers = [wallet for wallet in ordered if wallet.pays(bucket)]
        left = amount
        for wallet in payers:
            part = min(left, max(ZERO, wallet.balance_cents - taken[wallet.key]))
            if wallet is payers[-1]:
                part = left
            taken[wallet.key] += part
            left -= part
    return tuple(_balance(wallet, round_to_cents(taken[wallet.key])) for wallet in ordered)


def _pending(usage: Sequence[PendingUsage]) -> list[tuple[Bucket, Decimal]]:
    """What is not billed yet of each bucket, at least zero, largest first."""
    sums: dict[Bucket, Decimal] = {}
    for each in usage:
        bucket = (each.fee_type, each.metric)
        net = Decimal(each.used_cents) - Decimal(each.billed_cents)
        sums[bucket] = sums.get(bucket, ZERO) + net
    positive = [(bucket, amount) for bucket, amount in sums.items() if amount > 0]
    return sorted(positive, key=lambda item: -item[1])


def _balance(wallet: WalletTerms, usage_cents: int) -> OngoingBalance:
    balance = wallet.balance_cents - usage_cents
    return OngoingBalance(
        key=wallet.key,
        ongoing_usage_balance_cents=usage_cents,
        ongoing_balance_cents=balance,
        credits_ongoing_usage_balance=credits_for(usage_cents, wallet.rate, wallet.currency),
        credits_ongoing_balance=credits_for(balance, wallet.rate, wallet.currency),
    )
