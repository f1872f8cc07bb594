"""Credits that come and go: purchased, granted, voided, spent on invoices and given back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from activity.actors import Actor
from billing.errors import Invalid, NotAllowed
from persistence.saving import save_valid
from wallets.credits import Worth, worth_of_amount, worth_of_top_up, worth_of_void
from wallets.lifecycle import TRANSACTION
from wallets.models import TransactionKind, TransactionStatus, Wallet, WalletTransaction
from wallets.operations import ledger
from wallets.operations.ledger import Note
from wallets.operations.locking import lock, lock_active


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """Credits to be added. `requires_payment` None: as the wallet says; it is only asked for purchases."""

    credits: Decimal
    note: Note = field(default_factory=Note)
    requires_payment: bool | None = None
    ignores_limits: bool = False


@transaction.atomic
def purchase(wallet: Wallet, *, top_up: TopUp, actor: Actor, at: datetime) -> WalletTransaction:
    """Write a pending purchase; its credits arrive when `settle` is called for the paid invoice.

    Raises Invalid: ``wallet_is_terminated``, ``amount_below_minimum``, ``amount_above_maximum``,
    ``amount_rounds_to_zero``.
    """
    wallet = lock_active(wallet)
    worth = worth_of_top_up(wallet, top_up.credits, "paid_credits")
    if not top_up.ignores_limits:
        require_within_limits(wallet, worth.amount_cents)
    _require_valid(top_up.note)
    own = top_up.requires_payment
    return ledger.write(
        wallet,
        TransactionKind.PURCHASED,
        worth,
        note=top_up.note,
        actor=actor,
        at=at,
        is_pending=True,
        requires_payment=wallet.invoice_requires_successful_payment if own is None else own,
    )


@transaction.atomic
def grant(wallet: Wallet, *, top_up: TopUp, actor: Actor, at: datetime) -> WalletTransaction:
    """Add credits for nothing, at once. Raises Invalid: ``wallet_is_terminated``, ``amount_rounds_to_zero``."""
    wallet = lock_active(wallet)
    worth = worth_of_top_up(wallet, top_up.credits, "granted_credits")
    _require_valid(top_up.note)
    return _write_settled(wallet, TransactionKind.GRANTED, worth, top_up.note, actor=actor, at=at)


@transaction.atomic
def void(
    wallet: Wallet, *, credits: Decimal, note: Note | None = None, actor: Actor, at: datetime
) -> WalletTransaction:
    """Take credits away. Raises Invalid: ``wallet_is_terminated``, ``insufficient_credits``."""
    wallet = lock_active(wallet)
    note = note or Note()
    _require_valid(note)
    if credits <= 0:
        raise Invalid({"voided_credits": ["invalid_voided_credits"]}, "Void more than 0 credits.")
    worth = worth_of_void(wallet, credits)
    return _write_settled(wallet, TransactionKind.VOIDED, worth, note, actor=actor, at=at)


@transaction.atomic
def spend(wallet: Wallet, *, amount_cents: int, actor: Actor, at: datetime) -> WalletTransaction:
    """Pay `amount_cents` of an invoice. Raises Invalid: ``wallet_is_terminated``, ``insufficient_credits``.

    The credits are those of `billing.wallets.spend`; the caller ties the row to the invoice.
    """
    wallet = lock_active(wallet)
    worth = worth_of_amount(wallet, amount_cents)
    return _write_settled(wallet, TransactionKind.INVOICED, worth, Note(), actor=actor, at=at)


@transaction.atomic
def restore(spent: WalletTransaction, *, actor: Actor, at: datetime) -> WalletTransaction:
    """Grant back what a voided invoice had spent. Raises NotAllowed (``wallet_not_active``)."""
    wallet = lock(spent.wallet)
    if not wallet.is_active:
        raise NotAllowed("wallet_not_active", "This wallet has been terminated.")
    worth = Worth(spent.credit_amount, spent.amount_cents)
    return _write_settled(wallet, TransactionKind.GRANTED, worth, Note(), actor=actor, at=at)


@transaction.atomic
def settle(purchased: WalletTransaction, *, actor: Actor, at: datetime) -> WalletTransaction:
    """Let the credits of a paid purchase arrive; one that is settled stays as it is.

    On a wallet that has been terminated meanwhile they are booked and voided in one.
    """
    wallet = lock(purchased.wallet)
    row = _locked(purchased, wallet)
    if row.status == TransactionStatus.SETTLED:
        return row
    TRANSACTION.require(row.status, TransactionStatus.SETTLED)
    row.status, row.settled_at, row.failed_at = TransactionStatus.SETTLED, at, None
    _save_status(row, at)
    ledger.move(wallet, row, at=at)
    ledger.record(row, "wallet_transaction.settled", actor=actor, at=at)
    if not wallet.is_active:
        worth = Worth(row.credit_amount, row.amount_cents)
        ledger.write(wallet, TransactionKind.VOIDED, worth, note=Note(), actor=actor, at=at)
    ledger.save_balances(wallet, at=at)
    return row


@transaction.atomic
def fail(purchased: WalletTransaction, *, actor: Actor, at: datetime) -> WalletTransaction:
    """Note that a purchase was not paid; one that has failed stays as it is."""
    row = _locked(purchased, lock(purchased.wallet))
    if row.status == TransactionStatus.FAILED:
        return row
    TRANSACTION.require(row.status, TransactionStatus.FAILED)
    row.status, row.failed_at = TransactionStatus.FAILED, at
    _save_status(row, at)
    ledger.record(row, "wallet_transaction.failed", actor=actor, at=at)
    return row


def require_within_limits(wallet: Wallet, amount_cents: int) -> None:
    """Raise Invalid when a purchase of `amount_cents` breaks the wallet's own limits."""
    least, most = wallet.paid_top_up_min_amount_cents, wallet.paid_top_up_max_amount_cents
    if least is not None and amount_cents < least:
        raise Invalid(
            {"paid_credits": ["amount_below_minimum"]},
            "This is below the wallet's smallest top-up.",
        )
    if most is not None and amount_cents > most:
        raise Invalid(
            {"paid_credits": ["amount_above_maximum"]}, "This is above the wallet's largest top-up."
        )


def _write_settled(
    wallet: Wallet, kind: TransactionKind, worth: Worth, note: Note, *, actor: Actor, at: datetime
) -> WalletTransaction:
    row = ledger.write(wallet, kind, worth, note=note, actor=actor, at=at)
    ledger.save_balances(wallet, at=at)
    return row


def _locked(row: WalletTransaction, wallet: Wallet) -> WalletTransaction:
    locked = WalletTransaction.objects.locked().get(pk=row.pk)
    locked.wallet = wallet
    return locked


def _save_status(row: WalletTransaction, at: datetime) -> None:
    row.updated_at = at
    save_valid(row, update_fields=["status", "settled_at", "failed_at", "updated_at"])


def _require_valid(note: Note) -> None:
    if not 1 <= note.priority <= 50:
        raise Invalid({"priority": ["value_is_invalid"]}, "The priority is 1 (first) to 50.")
    if note.name and len(note.name) > 255:
        raise Invalid({"name": ["value_is_too_long"]}, "A name has at most 255 characters.")
