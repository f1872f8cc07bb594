"""Invoices, fees and credit notes, to read and to send again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from billing.errors import NotAllowed
from console.admin import OperationsAdmin, RowsInline, operation
from delivery.emails import resend_email
from invoices.models import (
    AdjustedFee,
    BillingFailure,
    CreditNote,
    CreditNoteItem,
    Fee,
    Invoice,
    InvoiceBatch,
    InvoiceBatchRow,
    InvoiceSubscription,
    InvoiceTax,
)


class Lines(RowsInline):
    """The lines of an invoice."""

    model = Fee
    fk_name = "invoice"
    fields = ("item_name", "fee_type", "units", "amount_cents", "taxes_amount_cents", "period")
    readonly_fields = fields
    ordering = ("created_at", "pk")


class Periods(RowsInline):
    """The subscriptions that an invoice bills, with the periods."""

    model = InvoiceSubscription
    fields = ("subscription", "invoicing_reason", "period", "charges_start_at", "charges_end_at")
    readonly_fields = fields
    ordering = ("created_at", "pk")


class Taxes(RowsInline):
    """The taxes of an invoice."""

    model = InvoiceTax
    fields = ("tax_name", "tax_rate", "fees_amount_cents", "amount_cents")
    readonly_fields = fields
    ordering = ("tax_code", "pk")
    show_change_link = False


class Adjustments(RowsInline):
    """What operators have set for lines of an invoice."""

    model = AdjustedFee
    fields = ("fee_type", "units", "unit_amount", "invoice_display_name", "adjusted_by")
    readonly_fields = fields
    ordering = ("created_at", "pk")
    show_change_link = False


@admin.register(Invoice)
class InvoiceAdmin(OperationsAdmin):
    """Invoices of all organizations and in every state, those that nobody else sees too."""

    list_display = (
        "number", "customer", "status", "payment_status", "total_amount_cents", "currency",
        "issuing_date", "organization",
    )  # fmt: skip
    list_filter = ("status", "payment_status", "invoice_type", "payment_overdue")
    list_select_related = ("customer", "organization")
    search_fields = ("number", "customer__name", "customer__external_id", "customer__email")
    find_by_ids = ("customer_id", "organization_id")
    inlines = (Lines, Adjustments, Periods, Taxes)
    actions = ("send_again",)

    @operation("Send the e-mail again", "resend")
    def send_again(self, row: Invoice, **who: Any) -> str:
        """Mail a final invoice once more."""
        if not row.is_final and not row.is_voided:
            raise NotAllowed("not_final", "Only a final invoice is mailed.")
        return f"{row} is on its way to {', '.join(resend_email(row, **who))}."


@admin.register(Fee)
class FeeAdmin(OperationsAdmin):
    """Lines of invoices and stand-alone fees, with how they came to be."""

    list_display = ("item_name", "fee_type", "units", "amount_cents", "amount_currency", "invoice", "created_at")  # fmt: skip
    list_filter = ("fee_type", "payment_status")
    list_select_related = ("invoice",)
    search_fields = ("item_code", "item_name", "event_transaction_id", "invoice__number")
    find_by_ids = ("invoice_id", "subscription_id", "customer_id", "charge_id", "organization_id")


class Items(RowsInline):
    """What a credit note gives back, line by line."""

    model = CreditNoteItem
    fields = ("fee", "amount_cents", "precise_amount_cents")
    readonly_fields = fields
    ordering = ("created_at", "pk")
    show_change_link = False


@admin.register(CreditNote)
class CreditNoteAdmin(OperationsAdmin):
    """Credit notes of all organizations."""

    list_display = (
        "number", "customer", "status", "credit_status", "refund_status", "total_amount_cents",
        "balance_amount_cents", "currency", "organization",
    )  # fmt: skip
    list_filter = ("status", "credit_status", "refund_status", "reason")
    list_select_related = ("customer", "organization")
    search_fields = ("number", "invoice__number", "customer__name", "customer__external_id")
    find_by_ids = ("invoice_id", "customer_id", "organization_id")
    inlines = (Items,)
    actions = ("send_again",)

    @operation("Send the e-mail again", "resend")
    def send_again(self, row: CreditNote, **who: Any) -> str:
        """Mail a final credit note once more."""
        if row.status != "finalized":
            raise NotAllowed("not_final", "Only a final credit note is mailed.")
        return f"{row} is on its way to {', '.join(resend_email(row, **who))}."


@admin.register(BillingFailure)
class BillingFailureAdmin(OperationsAdmin):
    """Customers whom a billing run had to leave out."""

    list_display = ("customer", "code", "message", "attempts", "last_failed_at", "resolved_at", "organization")  # fmt: skip
    list_filter = (("resolved_at", admin.EmptyFieldListFilter),)
    list_select_related = ("customer", "organization")
    search_fields = ("code", "message", "customer__name", "customer__external_id")
    find_by_ids = ("customer_id", "organization_id")


@admin.register(InvoiceBatch)
class InvoiceBatchAdmin(OperationsAdmin):
    """What operators have done to many invoices at once."""

    list_display = ("created_at", "action", "operator", "reference", "finished_at", "organization")
    list_filter = ("action",)
    list_select_related = ("operator", "organization")
    search_fields = ("reference", "operator__email")
    find_by_ids = ("organization_id", "operator_id")
    ordering = ("-created_at", "-pk")


@admin.register(InvoiceBatchRow)
class InvoiceBatchRowAdmin(OperationsAdmin):
    """What became of each invoice of a batch."""

    list_display = ("batch", "invoice", "state", "words", "done_at")
    list_filter = ("state",)
    list_select_related = ("batch", "invoice")
    search_fields = ("invoice__number", "words")
    find_by_ids = ("organization_id", "batch_id", "invoice_id")
    ordering = ("batch", "position")
