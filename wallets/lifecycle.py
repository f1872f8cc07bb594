"""What may follow what in a wallet and in a transaction of its ledger."""

from billing.lifecycle import Lifecycle

WALLET = Lifecycle("wallet", {"active": frozenset({"terminated"})})

# A declined payment may be tried again: the credits then arrive after all.
TRANSACTION = Lifecycle(
    "wallet transaction",
    {"pending": frozenset({"settled", "failed"}), "failed": frozenset({"settled"})},
)
