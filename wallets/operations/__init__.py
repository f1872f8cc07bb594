"""What changes wallets and their ledgers."""

from wallets.operations.ledger import Note
from wallets.operations.recurring import (
    due_interval_rules,
    expire_rules,
    mark_stale,
    next_interval_day,
    reached_threshold_rules,
    run_rule,
    set_ongoing,
)
from wallets.operations.rules import RuleTerms
from wallets.operations.transactions import (
    TopUp,
    fail,
    grant,
    purchase,
    restore,
    settle,
    spend,
    void,
)
from wallets.operations.wallets import (
    MAX_ACTIVE_WALLETS,
    Scope,
    create,
    expire_due,
    terminate,
    terminate_all_of,
    update,
)

__all__ = [
    "MAX_ACTIVE_WALLETS",
    "Note",
    "RuleTerms",
    "Scope",
    "TopUp",
    "create",
    "due_interval_rules",
    "expire_due",
    "expire_rules",
    "fail",
    "grant",
    "mark_stale",
    "next_interval_day",
    "purchase",
    "reached_threshold_rules",
    "restore",
    "run_rule",
    "set_ongoing",
    "settle",
    "spend",
    "terminate",
    "terminate_all_of",
    "update",
    "void",
]
