"""The ledger of a wallet: every change of its balance is a row, written under the wallet's lock.

Source: docs/billing-policy.md, section "Wallets".
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from activity import journal
from activity.actors import Actor
from billing.wallets import InboundBalance, credits_for, trace
from persistence.saving import save_valid
from wallets.credits import Worth
from wallets.models import (
    Consumption,
    TransactionKind,
    TransactionSource,
    TransactionStatus,
    TransactionType,
    Wallet,
    WalletTransaction,
)

BALANCES = (
    "balance_cents",
    "credits_balance",
    "consumed_cents",
    "consumed_credits",
    "ongoing_balance_cents",
    "credits_ongoing_balance",
    "ongoing_usage_balance_cents",
    "credits_ongoing_usage_balance",
    "is_ongoing_stale",
    "last_balance_sync_at",
    "last_consumed_credit_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is written beside a transaction. `priority` 1 is used first, 50 last."""

    name: str | None = None
    priority: int = 50
    metadata: tuple[Mapping[str, str], ...] = ()
    source: str = TransactionSource.MANUAL


def write(
    wallet: Wallet,
    kind: TransactionKind,
    worth: Worth,
    *,
    note: Note,
    actor: Actor,
    at: datetime,
    is_pending: bool = False,
    requires_payment: bool = False,
) -> WalletTransaction:
    """Write a row of the ledger; unless it is pending, move the balance in memory with it.

    The caller holds the wallet's lock and calls `save_balances` after the last row.
    """
    status = TransactionStatus.PENDING if is_pending else TransactionStatus.SETTLED
    row = save_valid(
        WalletTransaction(
            organization_id=wallet.organization_id,
            wallet=wallet,
            status=status,
            kind=kind,
            transaction_type=type_of(kind),
            source=note.source,
            amount_cents=worth.amount_cents,
            credit_amount=worth.credits,
            name=note.name,
            priority=note.priority,
            metadata=[dict(pair) for pair in note.metadata],
            invoice_requires_successful_payment=requires_payment,
            settled_at=None if is_pending else at,
            created_at=at,
            updated_at=at,
        )
    )
    if not is_pending:
        move(wallet, row, at=at)
    record(row, "wallet_transaction.created", actor=actor, at=at)
    return row


def type_of(kind: TransactionKind) -> TransactionType:
    """Say whether credits of this kind come or go."""
    is_inbound = kind in (TransactionKind.PURCHASED, TransactionKind.GRANTED)
    return TransactionType.INBOUND if is_inbound else TransactionType.OUTBOUND


def move(wallet: Wallet, row: WalletTransaction, *, at: datetime) -> None:
    """Add a settled row to the wallet's figures, in memory; an outbound one uses up top-ups."""
    if row.transaction_type == TransactionType.INBOUND:
        wallet.balance_cents += row.amount_cents
        wallet.credits_balance += row.credit_amount
    else:
        wallet.balance_cents -= row.amount_cents
        wallet.credits_balance -= row.credit_amount
        _consume(wallet, row)
    if row.kind == TransactionKind.INVOICED:
        wallet.consumed_cents += row.amount_cents
        wallet.consumed_credits += row.credit_amount
        wallet.last_consumed_credit_at = at
        # What the invoice took is no longer merely running up.
        wallet.ongoing_usage_balance_cents = max(
            0, wallet.ongoing_usage_balance_cents - row.amount_cents
        )


def save_balances(wallet: Wallet, *, at: datetime) -> None:
    """Store the figures that `move` has changed; raises Invalid when the balance would be negative."""
    set_ongoing_figures(wallet, wallet.ongoing_usage_balance_cents)
    wallet.is_ongoing_stale = wallet.is_active
    wallet.last_balance_sync_at = wallet.updated_at = at
    save_valid(wallet, update_fields=BALANCES)


def set_ongoing_figures(wallet: Wallet, usage_cents: int) -> None:
    """Work out, in memory, what is left of the balance after `usage_cents` of running usage."""
    wallet.ongoing_usage_balance_cents = usage_cents
    wallet.ongoing_balance_cents = wallet.balance_cents - usage_cents
    wallet.credits_ongoing_usage_balance = _credits(wallet, usage_cents)
    wallet.credits_ongoing_balance = _credits(wallet, wallet.ongoing_balance_cents)


def record(row: WalletTransaction, action: str, *, actor: Actor, at: datetime) -> None:
    """Journal what happened to a transaction, and announce its creation or its change."""
    journal.record(row, action, actor=actor, at=at, after=_snapshot(row))
    is_new = action.endswith(".created")
    kind = "wallet_transaction.created" if is_new else "wallet_transaction.updated"
    journal.announce(row, kind, at=at)


def _credits(wallet: Wallet, amount_cents: int) -> Decimal:
    return credits_for(amount_cents, wallet.rate_amount, wallet.currency)


def _consume(wallet: Wallet, outbound: WalletTransaction) -> None:
    """Note which top-ups an outbound row uses up, oldest and granted first within a priority."""
    inbound = (
        WalletTransaction.objects.filter(wallet=wallet, transaction_type=TransactionType.INBOUND)
        .settled()
        .annotate(left=F("amount_cents") - Coalesce(Sum("consumptions__amount_cents"), 0))
        .filter(left__gt=0)
        .order_by("created_at", "pk")
    )
    balances = [
        InboundBalance(
            key=row.pk,
            remaining_cents=row.left,
            is_granted=row.kind == TransactionKind.GRANTED,
            priority=row.priority,
        )
        for row in inbound
    ]
    Consumption.objects.bulk_create(
        Consumption(
            organization_id=outbound.organization_id,
            inbound_id=uuid.UUID(str(share.key)),
            outbound=outbound,
            amount_cents=share.amount_cents,
            created_at=outbound.created_at,
        )
        for share in trace(outbound.amount_cents, balances)
    )


def _snapshot(row: WalletTransaction) -> dict[str, Any]:
    """The transaction, and the balance that it leaves."""
    return journal.snapshot(row) | {
        "balance_cents": row.wallet.balance_cents,
        "credits_balance": row.wallet.credits_balance,
    }
