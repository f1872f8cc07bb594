"""Payments, refunds and connections to providers, to read. Secrets are never shown."""

from django.contrib import admin

from console.admin import OperationsAdmin
from payments.models import Payment, PaymentProvider, PaymentRequest, Refund


@admin.register(Payment)
class PaymentAdmin(OperationsAdmin):
    """Payments by hand and through providers, with what went wrong."""

    list_display = ("created_at", "customer", "invoice", "status", "amount_cents", "provider", "error_code", "organization")  # fmt: skip
    list_filter = ("status",)
    list_select_related = ("customer", "invoice", "provider", "organization")
    search_fields = ("reference", "provider_payment_id", "invoice__number", "customer__external_id")
    find_by_ids = ("invoice_id", "customer_id", "organization_id")


@admin.register(Refund)
class RefundAdmin(OperationsAdmin):
    """Refunds through providers."""

    list_display = ("created_at", "payment", "credit_note", "status", "amount_cents", "error_code", "organization")  # fmt: skip
    list_filter = ("status",)
    list_select_related = ("payment", "credit_note", "organization")
    search_fields = ("provider_refund_id", "credit_note__number")
    find_by_ids = ("payment_id", "credit_note_id", "organization_id")


@admin.register(PaymentRequest)
class PaymentRequestAdmin(OperationsAdmin):
    """What customers were asked to pay."""

    list_display = ("created_at", "customer", "email", "payment_status", "amount_cents", "amount_currency", "organization")  # fmt: skip
    list_filter = ("payment_status",)
    list_select_related = ("customer", "organization")
    search_fields = ("email", "customer__external_id", "customer__name")
    find_by_ids = ("customer_id", "organization_id")


@admin.register(PaymentProvider)
class PaymentProviderAdmin(OperationsAdmin):
    """Connections to providers."""

    list_display = ("name", "code", "kind", "created_at", "deleted_at", "organization")
    list_filter = ("kind",)
    list_select_related = ("organization",)
    search_fields = ("name", "code", "organization__name")
    find_by_ids = ("organization_id",)
