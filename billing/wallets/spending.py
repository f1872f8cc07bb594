"""How wallets pay an invoice, and which top-ups are used up by it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from billing.exact import exact
from billing.lines import ZERO, Step, spell
from billing.money import round_to_cents
from billing.wallets.conversion import credits_for

Bucket = tuple[str, Hashable | None]
"""A fee type and a metric: what a wallet may be limited to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletTerms:
    """An active wallet with a balance.

    `rate` is the price of one credit in currency units; `fee_types` and `metrics` limit what it pays
    (both empty: everything). A lower `priority` is spent first; the order given breaks ties.
    """

    key: Hashable
    balance_cents: int
    credits_balance: Decimal
    rate: Decimal
    currency: str
    priority: int = 50
    fee_types: frozenset[str] = frozenset()
    metrics: frozenset[Hashable] = frozenset()

    def pays(self, bucket: Bucket) -> bool:
        """Say whether this wallet may pay for the fees of `bucket`."""
        if not self.fee_types and not self.metrics:
            return True
        fee_type, metric = bucket
        return fee_type in self.fee_types or (metric is not None and metric in self.metrics)


@dataclass(frozen=True, slots=True)
class WalletGrant:
    """What one wallet pays: money, and the credits that leave it (5 decimals)."""

    key: Hashable
    amount_cents: int
    credits: Decimal


@dataclass(frozen=True, slots=True)
class Spent:
    """What the wallets pay together."""

    grants: tuple[WalletGrant, ...]
    amount_cents: int
    steps: tuple[Step, ...]


@exact
def spend(
    wallets: Sequence[WalletTerms],
    buckets: Mapping[Bucket, Decimal],
    *,
    total_cents: int,
    currency: str,
) -> Spent:
    """Pay `total_cents` from `wallets`, each from the largest bucket that it may pay down.

    `buckets` is what is left of the fees with taxes. One grant per wallet, rounded once; no wallet gives
    more than it holds, and together they never give more than the total.
    """
    left, open_ = total_cents, _filled(buckets, total_cents)
    grants: list[WalletGrant] = []
    steps: list[Step] = []
    for wallet in in_order(wallets):
        if left <= 0 or wallet.currency != currency or wallet.balance_cents <= 0:
            continue
        amount = _draw(wallet, open_, left)
        if amount <= 0:
            continue
        left -= amount
        grants.append(WalletGrant(wallet.key, amount, _credits(wallet, amount)))
        why = f"from a balance of {spell(wallet.balance_cents, currency)}"
        steps.append(Step("wallet", -amount, why, wallet.key))
    return Spent(tuple(grants), total_cents - left, tuple(steps))


def in_order(wallets: Sequence[WalletTerms]) -> list[WalletTerms]:
    """Sort wallets as they are spent: by priority, then as given (oldest first)."""
    return sorted(wallets, key=lambda wallet: wallet.priority)


def _filled(buckets: Mapping[Bucket, Decimal], total_cents: int) -> dict[Bucket, Decimal]:
    """Largest bucket first, with the rounding of the invoice's total added to it."""
    ordered = dict(sorted(buckets.items(), key=lambda item: -item[1]))
    missing = total_cents - sum(ordered.values(), ZERO)
    if ordered and 0 < missing <= len(ordered):
        ordered[next(iter(ordered))] += missing
    return ordered


def _draw(wallet: WalletTerms, open_: dict[Bucket, Decimal], left: int) -> int:
    """Take from the buckets what the wallet may pay and return it in minor units."""
    drawn = ZERO
    limit = min(wallet.balance_cents, left)
    for bucket in open_:
        if wallet.pays(bucket):
            part = min(open_[bucket], limit - drawn)
            open_[bucket] -= part
            drawn += part
    return round_to_cents(drawn)


def _credits(wallet: WalletTerms, amount: int) -> Decimal:
    """Turn money into credits; the last cent takes all credits, and none are owed."""
    if amount == wallet.balance_cents:
        return wallet.credits_balance
    return min(credits_for(amount, wallet.rate, wallet.currency), wallet.credits_balance)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundBalance:
    """A settled top-up with what is left of it. A lower `priority` is used first."""

    key: Hashable
    remaining_cents: int
    is_granted: bool
    priority: int = 50


@dataclass(frozen=True, slots=True)
class InboundShare:
    """What an outbound transaction takes from one top-up."""

    key: Hashable
    amount_cents: int
    is_granted: bool


def trace(amount_cents: int, inbound: Sequence[InboundBalance]) -> tuple[InboundShare, ...]:
    """Say which top-ups `amount_cents` comes from: priority, granted first, oldest first."""
    left, shares = amount_cents, []
    for source in sorted(inbound, key=lambda each: (each.priority, not each.is_granted)):
        part = min(left, source.remaining_cents)
        if part > 0:
            shares.append(InboundShare(source.key, part, source.is_granted))
            left -= part
    return tuple(shares)
