"""Wallets, their ledger and their recurring top-ups."""

from wallets.models.rule import RecurringTransactionRule, RuleMethod, RuleTrigger
from wallets.models.transaction import (
    Consumption,
    TransactionKind,
    TransactionSource,
    TransactionStatus,
    TransactionType,
    WalletTransaction,
    WalletTransactionRows,
)
from wallets.models.wallet import FeeType, Status, Wallet, WalletRows

__all__ = [
    "Consumption",
    "FeeType",
    "RecurringTransactionRule",
    "RuleMethod",
    "RuleTrigger",
    "Status",
    "TransactionKind",
    "TransactionSource",
    "TransactionStatus",
    "TransactionType",
    "Wallet",
    "WalletRows",
    "WalletTransaction",
    "WalletTransactionRows",
]
