"""The shapes of invoices."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Instant, Integer, Number, instant, number
from customers.schemas import CustomerIn, customer_base_out
from invoices.models import AppliedUsageThreshold, Invoice, InvoiceTax
from invoices.schemas.fees import fee_out
from invoices.schemas.invoice_base import invoice_base_out
from invoices.schemas.periods import billing_period_out
from subscriptions.models import Subscription
from subscriptions.schemas import subscription_out


class OneOffFeeIn(In):
    """A line of a one-off invoice."""

    add_on_code: str | None = None
    unit_amount_cents: Integer | None = None
    units: Number | None = None
    description: str | None = None
    invoice_display_name: str | None = None
    tax_codes: list[str] | None = None
    from_datetime: Instant | None = None
    to_datetime: Instant | None = None


class OneOffInvoiceIn(In):
    """A one-off invoice to make."""

    external_customer_id: str | None = None
    currency: str | None = None
    fees: list[OneOffFeeIn] | None = None
    skip_psp: bool | None = None
    purchase_order_number: str | None = None


class InvoiceMetadataIn(In):
    """A note on an invoice."""

    id: str | None = None
    key: str | None = None
    value: str | None = None


class InvoiceIn(In):
    """What may be changed of an invoice."""

    payment_status: str | None = None
    metadata: list[InvoiceMetadataIn] | None = None


class VoidIn(In):
    """How to void an invoice."""

    generate_credit_note: bool | None = None
    credit_amount: Integer | None = None
    refund_amount: Integer | None = None


class PreviewCouponIn(In):
    """A coupon that would be applied."""

    code: str | None = None


class PreviewSubscriptionsIn(In):
    """Running subscriptions whose next invoice is asked for."""

    external_ids: list[str] | None = None
    plan_code: str | None = None
    terminated_at: Instant | None = None


class PreviewIn(In):
    """What an invoice is asked for that is not to be made."""

    customer: CustomerIn | None = None
    plan_code: str | None = None
    billing_time: str | None = None
    subscription_at: Instant | None = None
    coupons: list[PreviewCouponIn] | None = None
    subscriptions: PreviewSubscriptionsIn | None = None


class InvoiceOut(TypedDict):
    """An invoice as lists show it."""

    lago_id: str
    number: str
    status: str
    total_amount_cents: int


def invoice_out(invoice: Invoice) -> dict[str, Any]:
    """Write an invoice as lists show it: with customer, metadata and taxes, loaded beforehand."""
    return invoice_base_out(invoice) | _parts(invoice)


def invoice_detail_out(invoice: Invoice) -> dict[str, Any]:
    """Write an invoice with fees, credits, subscriptions and periods."""
    entries = list(
        invoice.invoice_subscriptions.select_related(
            "subscription__plan",
            "subscription__customer__organization",
            "subscription__previous_subscription__plan",
        ).order_by("created_at", "pk")
    )
    fees = (
        invoice.fees.select_related("subscription", "customer", "charge", "charge_filter")
        .prefetch_related("true_ups", "applied_taxes")
        .order_by("created_at", "pk")
    )
    following = _successors([entry.subscription for entry in entries])
    return invoice_out(invoice) | {
        "subscriptions": [
            subscription_out(
                entry.subscription, successors=following.get(entry.subscription_id, ())
            )
            for entry in entries
        ],
        "billing_periods": [billing_period_out(entry) for entry in entries],
        "fees": [fee_out(fee, applied_taxes=fee.applied_taxes.all()) for fee in fees],
        "credits": credits_out(invoice),
        "error_details": [],
        "applied_invoice_custom_sections": [],
        "applied_usage_thresholds": [
            _threshold_out(row) for row in invoice.applied_usage_thresholds.order_by("pk")
        ],
    }


def preview_out(invoice: Invoice) -> dict[str, Any]:
    """Write an invoice that is about to be taken back: without ids of its own and without a number."""
    shown = invoice_detail_out(invoice) | {"lago_id": None, "number": "", "sequential_id": None}
    for fee in shown["fees"]:
        fee["lago_id"] = fee["lago_invoice_id"] = None
    return shown


def _successors(rows: list[Subscription]) -> dict[Any, list[Subscription]]:
    found: dict[Any, list[Subscription]] = {}
    for each in Subscription.objects.filter(
        previous_subscription_id__in=[row.pk for row in rows]
    ).select_related("plan"):
        found.setdefault(each.previous_subscription_id, []).append(each)
    return found


def _threshold_out(row: AppliedUsageThreshold) -> dict[str, Any]:
    return {
        "lifetime_usage_amount_cents": row.lifetime_usage_amount_cents,
        "created_at": instant(row.created_at),
        "usage_threshold": {
            "lago_id": str(row.threshold),
            "threshold_display_name": row.threshold_display_name,
            "amount_cents": row.amount_cents,
            "recurring": row.recurring,
            "created_at": instant(row.created_at),
            "updated_at": instant(row.created_at),
        },
    }


def _parts(invoice: Invoice) -> dict[str, Any]:
    return {
        "customer": customer_base_out(invoice.customer),
        "metadata": [
            {
                "lago_id": str(row.pk),
                "key": row.key,
                "value": row.value,
                "created_at": instant(row.created_at),
            }
            for row in invoice.metadata.all()
        ],
        "applied_taxes": [_tax_out(tax, invoice) for tax in invoice.applied_taxes.all()],
    }


def _tax_out(tax: InvoiceTax, invoice: Invoice) -> dict[str, Any]:
    return {
        "lago_id": str(tax.pk),
        "lago_invoice_id": str(invoice.pk),
        "lago_tax_id": str(tax.tax_id) if tax.tax_id else None,
        "tax_name": tax.tax_name,
        "tax_code": tax.tax_code,
        "tax_rate": number(tax.tax_rate),
        "tax_description": tax.tax_description,
        "amount_cents": tax.amount_cents,
        "amount_currency": invoice.currency,
        "fees_amount_cents": tax.fees_amount_cents,
        "created_at": instant(tax.created_at),
    }


def credits_out(invoice: Invoice) -> list[dict[str, Any]]:
    """Write what came off the invoice: coupons and progressive invoices before taxes, credit notes after."""
    coupons = invoice.coupon_credits.select_related("applied_coupon__coupon").order_by("pk")
    notes = invoice.credit_note_credits.select_related("credit_note").order_by("pk")
    earlier = invoice.progressive_credits.select_related("progressive_invoice").order_by("pk")
    shown = []
    for row in coupons:
        coupon = row.applied_coupon.coupon
        item = (coupon.pk, "coupon", coupon.code, coupon.name, coupon.description)
        shown.append(_credit(invoice, row.pk, row.amount_cents, True, item))
    for row in earlier:
        before = row.progressive_invoice
        item = (before.pk, "invoice", before.number, before.number, None)
        shown.append(_credit(invoice, row.pk, row.amount_cents, True, item))
    for row in notes:
        note = row.credit_note
        item = (note.pk, "credit_note", note.number, note.number, note.description)
        shown.append(_credit(invoice, row.pk, row.amount_cents, False, item))
    return shown


def _credit(
    invoice: Invoice, pk: object, cents: int, before_taxes: bool, item: tuple[Any, ...]
) -> dict[str, Any]:
    item_id, kind, code, name, description = item
    return {
        "lago_id": str(pk),
        "amount_cents": cents,
        "amount_currency": invoice.currency,
        "before_taxes": before_taxes,
        "item": {
            "lago_item_id": str(item_id),
            "type": kind,
            "code": code,
            "name": name,
            "description": description,
        },
        "invoice": {"lago_id": str(invoice.pk), "payment_status": invoice.payment_status},
    }
