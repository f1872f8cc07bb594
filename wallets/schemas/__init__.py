"""Shapes of wallets on the wire: what requests hold (`XIn`) and how objects are shown (`x_out`)."""

from wallets.schemas.rules import RuleIn, RuleOut, rule_out
from wallets.schemas.transactions import (
    ShareOut,
    TransactionIn,
    TransactionOut,
    consumptions_out,
    fundings_out,
    transactions_out,
    with_ties,
)
from wallets.schemas.wallets import WalletIn, WalletOut, wallet_out, with_parts

__all__ = [
    "RuleIn",
    "RuleOut",
    "ShareOut",
    "TransactionIn",
    "TransactionOut",
    "WalletIn",
    "WalletOut",
    "consumptions_out",
    "fundings_out",
    "rule_out",
    "transactions_out",
    "wallet_out",
    "with_parts",
    "with_ties",
]
