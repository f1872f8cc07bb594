"""How each kind of document is read back: what it says, without ids and numbers of what is new."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from coupons.models import AppliedCoupon
from customers.models import Customer
from invoices.models import CreditNote, Fee, Invoice
from payments.models import Payment
from subscriptions.models import Subscription
from wallets.models import Wallet, WalletTransaction

Document = dict[str, Any]
Ids = Sequence[uuid.UUID]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is new (its id is greater than `mark`), and which things the workflow touched."""

    mark: uuid.UUID
    touched: frozenset[uuid.UUID]

    def is_new(self, pk: uuid.UUID) -> bool:
        """Say whether the workflow has made it."""
        return pk.int > self.mark.int

    def reference(self, invoice: Invoice) -> str:
        """Return the number of an invoice that the workflow leaves as it is, else nothing."""
        return "" if invoice.pk in self.touched or self.is_new(invoice.pk) else invoice.number


Reader = Callable[[Ids, Seen], Mapping[uuid.UUID, Document]]


def customers(ids: Ids, seen: Seen) -> Mapping[uuid.UUID, Document]:
    """Read customers."""
    return {
        row.pk: {
            "external_id": row.external_id,
            "name": row.shown_name,
            "currency": row.currency,
            "is_deleted": row.is_deleted,
        }
        for row in Customer.objects.filter(pk__in=ids)
    }


def subscriptions(ids: Ids, seen: Seen) -> Mapping[uuid.UUID, Document]:
    """Read subscriptions with the names of their plans."""
    return {
        row.pk: {
            "external_id": row.external_id,
            "name": row.name or row.plan.name,
            "plan": row.plan.name,
            "status": row.status,
            "is_new": seen.is_new(row.pk),
            "subscription_at": _moment(row.subscription_at),
            "begins_on": row.customer.local_date(row.subscription_at).isoformat(),
            "started_at": _moment(row.started_at),
            "ending_at": _moment(row.ending_at),
        }
        for row in Subscription.objects.filter(pk__in=ids).select_related(
            "plan", "customer__organization"
        )
    }


INVOICE_AMOUNTS = (
    "fees_amount_cents",
    "progressive_billing_credit_amount_cents",
    "coupons_amount_cents",
    "sub_total_excluding_taxes_amount_cents",
    "taxes_amount_cents",
    "sub_total_including_taxes_amount_cents",
    "credit_notes_amount_cents",
    "prepaid_credit_amount_cents",
    "total_amount_cents",
    "total_due_amount_cents",
)


def invoices(ids: Ids, seen: Seen) -> Mapping[uuid.UUID, Document]:
    """Read invoices with their lines and taxes."""
    rows = Invoice.objects.filter(pk__in=ids).prefetch_related("fees", "applied_taxes")
    return {
        row.pk: {
            "is_new": seen.is_new(row.pk),
            "type": row.invoice_type,
            "status": row.status,
            "payment_status": row.payment_status,
            "currency": row.currency,
            "issuing_date": str(row.issuing_date),
            "payment_due_date": str(row.payment_due_date),
            **{name: getattr(row, name) for name in INVOICE_AMOUNTS},
            "lines": [_line(fee) for fee in _in_order(row.fees.all())],
            "taxes": [
                {
                    "name": tax.tax_name,
                    "rate": _number(tax.tax_rate),
                    "amount_cents": tax.amount_cents,
                }
                for tax in sorted(row.applied_taxes.all(), key=lambda one: one.tax_code)
            ],
        }
        for row in rows
    }


def _in_order(fees: Iterable[Fee]) -> list[Fee]:
    return sorted(
        (fee for fee in fees if fee.deleted_at is None), key=lambda fee: (fee.created_at, fee.pk)
    )


def _line(fee: Fee) -> Document:
    return {
        "name": fee.shown_name,
        "part": fee.filter_display_name or "",
        "group": fee.grouped_by,
        "type": fee.fee_type,
        "units": _number(fee.units),
        "amount_cents": fee.amount_cents,
        "taxes_amount_cents": fee.taxes_amount_cents,
        "start_at": _moment(fee.period.lower) if fee.period else None,
        "end_at": _moment(fee.period.upper) if fee.period else None,
    }


def fees(ids: Ids, seen: Seen) -> Mapping[uuid.UUID, Document]:
    """Read lines of invoices; an adjusted one says what it came to without that."""
    return {row.pk: {**_line(row), **_before(row)} for row in Fee.objects.filter(pk__in=ids)}


def _before(fee: Fee) -> Document:
    step = fee.adjustment or {}
    return {
        "currency": fee.amount_currency,
        "is_adjusted": bool(step),
        "units_before": step.get("units_before"),
        "amount_cents_before": step.get("amount_cents_before"),
    }


NOTE_AMOUNTS = (
    "sub_total_excluding_taxes_amount_cents",
    "coupons_adjustment_amount_cents",
    "taxes_amount_cents",
    "total_amount_cents",
    "credit_amount_cents",
    "refund_amount_cents",
    "offset_amount_cents",
    "balance_amount_cents",
)


def credit_notes(ids: Ids, seen: Seen) -> Mapping[uuid.UUID, Document]:
    """Read credit notes with their items and taxes."""
    rows = (
        CreditNote.objects.filter(pk__in=ids)
        .select_related("invoice")
        .prefetch_related("items__fee", "applied_taxes")
    )
    return {
        row.pk: {
            "is_new": seen.is_new(row.pk),
            "invoice": seen.reference(row.invoice),
            "status": row.status,
            "reason": row.reason,
            "currency": row.currency,
            **{name: getattr(row, name) for name in NOTE_AMOUNTS},
            "lines": [
                {"name": item.fee.shown_name, "amount_cents": item.amount_cents}
                for item in sorted(row.items.all(), key=lambda one: (one.created_at, one.pk))
            ],
            "taxes": [
                {
                    "name": tax.tax_name,
                    "rate": _number(tax.tax_rate),
                    "amount_cents": tax.amount_cents,
                }
                for tax in sorted(row.applied_taxes.all(), key=lambda one: one.tax_code)
            ],
        }
        for row in rows
    }


def applied_coupons(ids: Ids, seen: Seen) -> Mapping[uuid.UUID, Document]:
    """Read applied coupons with the names of the coupons."""
    return {
        row.pk: {
            "name": row.coupon.name,
            "status": row.status,
            "is_new": seen.is_new(row.pk),
            "amount_cents": row.amount_cents,
            "currency": row.amount_currency,
            "rate": _number(row.percentage_rate),
            "frequency": row.frequency,
            "remaining": row.frequency_duration_remaining,
        }
        for row in AppliedCoupon.objects.filter(pk__in=ids).select_related("coupon")
    }


def wallets(ids: Ids, seen: Seen) -> Mapping[uuid.UUID, Document]:
    """Read wallets with what is left in them."""
    return {
        row.pk: {
            "name": str(row),
            "status": row.status,
            "is_new": seen.is_new(row.pk),
            "currency": row.currency,
            "balance_cents": row.balance_cents,
            "credits": _number(row.credits_balance),
        }
        for row in Wallet.objects.filter(pk__in=ids)
    }


def wallet_transactions(ids: Ids, seen: Seen) -> Mapping[uuid.UUID, Document]:
    """Read transactions of wallets."""
    return {
        row.pk: {
            "wallet": str(row.wallet),
            "type": row.kind,
            "status": row.status,
            "currency": row.wallet.currency,
            "amount_cents": row.amount_cents,
            "credits": _number(row.credit_amount),
        }
        for row in WalletTransaction.objects.filter(pk__in=ids).select_related("wallet")
    }


def payments(ids: Ids, seen: Seen) -> Mapping[uuid.UUID, Document]:
    """Read payments."""
    return {
        row.pk: {
            "status": row.status,
            "currency": row.currency,
            "amount_cents": row.amount_cents,
        }
        for row in Payment.objects.filter(pk__in=ids)
    }


READERS: Mapping[str, Reader] = {
    "customer": customers,
    "subscription": subscriptions,
    "invoice": invoices,
    "fee": fees,
    "credit_note": credit_notes,
    "applied_coupon": applied_coupons,
    "wallet": wallets,
    "wallet_transaction": wallet_transactions,
    "payment": payments,
}


def _number(value: Decimal | None) -> str | None:
    if value is None:
        return None
    return f"{value.normalize():f}" if value else "0"


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
