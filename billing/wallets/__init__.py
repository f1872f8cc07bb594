"""Wallets: credits and money, what they pay, and what usage will take from them.

Source: docs/billing-policy.md, section "Wallets".
"""

from billing.wallets.conversion import amount_for, credits_for, floored
from billing.wallets.spending import (
    Bucket,
    InboundBalance,
    InboundShare,
    Spent,
    WalletGrant,
    WalletTerms,
    spend,
    trace,
)

__all__ = [
    "Bucket",
    "InboundBalance",
    "InboundShare",
    "Spent",
    "WalletGrant",
    "WalletTerms",
    "amount_for",
    "credits_for",
    "floored",
    "spend",
    "trace",
]
