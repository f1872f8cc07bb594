"""Wallets: credits and money, what they pay, and what usage will take from them.

Source: docs/billing-policy.md, section "Wallets".
"""

from billing.wallets.conversion import amount_for, credits_for, floored
from billing.wallets.ongoing import OngoingBalance, PendingUsage, allocate_ongoing
from billing.wallets.rules import RuleTerms, RuleTopUp, is_at_threshold, rule_top_up
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
from billing.wallets.top_ups import TopUpTerms, Transfer, grant, purchase, void, void_rest

__all__ = [
    "Bucket",
    "InboundBalance",
    "InboundShare",
    "OngoingBalance",
    "PendingUsage",
    "RuleTerms",
    "RuleTopUp",
    "Spent",
    "TopUpTerms",
    "Transfer",
    "WalletGrant",
    "WalletTerms",
    "allocate_ongoing",
    "amount_for",
    "credits_for",
    "floored",
    "grant",
    "is_at_threshold",
    "purchase",
    "rule_top_up",
    "spend",
    "trace",
    "void",
    "void_rest",
]
