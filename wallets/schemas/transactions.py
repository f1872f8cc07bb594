"""Transactions of wallets on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Integer, decimal, instant
from billing.money import Money
from billing.wallets import credits_for
from invoices.models import PrepaidCredit
from wallets.models import Consumption, TransactionStatus, TransactionType, WalletTransaction
from wallets.operations import Note
from wallets.schemas.shared import PairIn, PaymentMethodOut, credits_of, pairs, payment_method
from workflows.move_credits import Moves


class TransactionIn(In):
    """Credits to buy, grant and void as a request gives them; credits as text."""

    wallet_id: str | None = None
    paid_credits: Any = None
    granted_credits: Any = None
    voided_credits: Any = None
    name: str | None = None
    priority: Integer | None = None
    metadata: list[PairIn] | None = None
    invoice_requires_successful_payment: bool | None = None
    ignore_paid_top_up_limits: bool | None = None

    def moves(self) -> Moves:
        """Return what the domain takes; raises Invalid."""
        return Moves(
            paid=credits_of(self.paid_credits, "paid_credits"),
            granted=credits_of(self.granted_credits, "granted_credits"),
            voided=credits_of(self.voided_credits, "voided_credits"),
            note=Note(
                name=self.name,
                priority=50 if self.priority is None else self.priority,
                metadata=pairs(self.metadata),
            ),
            requires_payment=self.invoice_requires_successful_payment,
            ignores_limits=bool(self.ignore_paid_top_up_limits),
        )


class TransactionOut(TypedDict):
    """A transaction; what remains is told of settled top-ups only."""

    lago_id: str
    lago_wallet_id: str
    lago_invoice_id: str | None
    lago_credit_note_id: str | None
    lago_voided_invoice_id: str | None
    billing_entity_code: str
    status: str
    source: str
    transaction_status: str
    transaction_type: str
    amount: str | None
    credit_amount: str | None
    remaining_amount_cents: int | None
    remaining_credit_amount: str | None
    priority: int
    purchase_order_number: str | None
    settled_at: str | None
    failed_at: str | None
    created_at: str | None
    invoice_requires_successful_payment: bool
    metadata: list[dict[str, str]]
    name: str | None
    applied_invoice_custom_sections: list[dict[str, str]]
    payment_method: PaymentMethodOut


class ShareOut(TypedDict):
    """What an outbound transaction took from a top-up, and the transaction on the other side."""

    lago_id: str
    amount_cents: int
    credit_amount: str | None
    created_at: str | None
    wallet_transaction: TransactionOut


def with_ties(rows: QuerySet[WalletTransaction]) -> QuerySet[WalletTransaction]:
    """Read the wallet, the tie to an invoice and what was used of a top-up along; no query more."""
    used = Coalesce(Sum("consumptions__amount_cents"), 0)
    return rows.select_related("wallet", "prepaid_credit").annotate(used_cents=used)


def transactions_out(rows: Sequence[WalletTransaction]) -> list[TransactionOut]:
    """Show transactions that were read `with_ties`."""
    return [_transaction_out(row) for row in rows]


def fundings_out(rows: Sequence[Consumption]) -> list[ShareOut]:
    """Show from which top-ups a transaction was paid; two queries."""
    return _shares_out(rows, "inbound_id")


def consumptions_out(rows: Sequence[Consumption]) -> list[ShareOut]:
    """Show which transactions a top-up has paid; two queries."""
    return _shares_out(rows, "outbound_id")


def _shares_out(rows: Sequence[Consumption], other: str) -> list[ShareOut]:
    ids = [getattr(row, other) for row in rows]
    sides = {row.pk: row for row in with_ties(WalletTransaction.objects.filter(pk__in=ids))}
    return [_share_out(row, sides[getattr(row, other)]) for row in rows]


def _share_out(share: Consumption, side: WalletTransaction) -> ShareOut:
    wallet = side.wallet
    return {
        "lago_id": str(share.pk),
        "amount_cents": share.amount_cents,
        "credit_amount": decimal(
            credits_for(share.amount_cents, wallet.rate_amount, wallet.currency)
        ),
        "created_at": instant(share.created_at),
        "wallet_transaction": _transaction_out(side),
    }


def _transaction_out(row: WalletTransaction) -> TransactionOut:
    wallet = row.wallet
    tie: PrepaidCredit | None = getattr(row, "prepaid_credit", None)
    gives_back = tie is not None and tie.role == PrepaidCredit.Role.RESTORED
    remaining = _remaining_cents(row)
    return {
        "lago_id": str(row.pk),
        "lago_wallet_id": str(row.wallet_id),
        "lago_invoice_id": str(tie.invoice_id) if tie and not gives_back else None,
        "lago_credit_note_id": str(tie.credit_note_id) if tie and tie.credit_note_id else None,
        "lago_voided_invoice_id": str(tie.invoice_id) if tie and gives_back else None,
        "billing_entity_code": str(row.organization_id),
        "status": row.status,
        "source": row.source,
        "transaction_status": row.kind,
        "transaction_type": row.transaction_type,
        "amount": decimal(Money(row.amount_cents, wallet.currency).amount),
        "credit_amount": decimal(row.credit_amount),
        "remaining_amount_cents": remaining,
        "remaining_credit_amount": _remaining_credits(row, remaining),
        "priority": row.priority,
        "purchase_order_number": None,
        "settled_at": instant(row.settled_at),
        "failed_at": instant(row.failed_at),
        "created_at": instant(row.created_at),
        "invoice_requires_successful_payment": row.invoice_requires_successful_payment,
        "metadata": row.metadata,
        "name": row.name,
        "applied_invoice_custom_sections": [],
        "payment_method": payment_method(),
    }


def _remaining_cents(row: WalletTransaction) -> int | None:
    is_top_up = row.transaction_type == TransactionType.INBOUND
    if not is_top_up or row.status != TransactionStatus.SETTLED:
        return None
    return row.amount_cents - row.used_cents  # type: ignore[attr-defined]


def _remaining_credits(row: WalletTransaction, remaining_cents: int | None) -> str | None:
    """An untouched top-up has all its credits left; else what the rest of its money buys."""
    if remaining_cents is None:
        return None
    if remaining_cents == row.amount_cents:
        return decimal(row.credit_amount)
    wallet = row.wallet
    return decimal(credits_for(remaining_cents, wallet.rate_amount, wallet.currency))
