"""Payments, payment requests and receipts on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import field_validator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Instant, instant
from customers.schemas import CustomerBaseOut, customer_base_out
from invoices.schemas.invoice_base import invoice_base_out
from payments.models import Payment, PaymentMethod, PaymentReceipt, PaymentRequest


class PaymentIn(In):
    """A payment that arrived outside of any provider."""

    invoice_id: str | None = None
    amount_cents: int | None = None
    reference: str | None = None
    paid_at: Instant | None = None

    @field_validator("amount_cents", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            raise PydanticCustomError("invalid_value", "not a whole number")
        return value


class PaymentRequestIn(In):
    """A request to pay several overdue invoices at once."""

    external_customer_id: str | None = None
    lago_invoice_ids: list[str] = []
    email: str | None = None


class PaymentOut(TypedDict):
    """A payment."""

    lago_id: str
    lago_customer_id: str
    external_customer_id: str
    invoice_ids: list[str]
    invoice_numbers: list[str]
    lago_payable_id: str
    payable_type: str
    amount_cents: int
    amount_currency: str
    status: str
    payment_status: str
    type: str
    reference: str
    payment_provider_code: str | None
    payment_provider_type: str | None
    external_payment_id: str | None
    provider_payment_id: str | None
    provider_customer_id: str | None
    next_action: dict[str, Any]
    payment_method_id: str | None
    created_at: str


def payment_out(payment: Payment) -> PaymentOut:
    """Write a payment; rows come from `reads.payments_with_all`."""
    request, provider = payment.payment_request, payment.provider
    invoices = list(request.invoices.all()) if request else [payment.invoice]
    known = getattr(payment.customer, "customer_provider", None) if provider else None
    return {
        "lago_id": str(payment.pk),
        "lago_customer_id": str(payment.customer_id),
        "external_customer_id": payment.customer.external_id,
        "invoice_ids": [str(invoice.pk) for invoice in invoices],
        "invoice_numbers": [invoice.number for invoice in invoices],
        "lago_payable_id": str(payment.payment_request_id or payment.invoice_id),
        "payable_type": "PaymentRequest" if request else "Invoice",
        "amount_cents": payment.amount_cents,
        "amount_currency": payment.currency,
        "status": payment.provider_status or payment.status,
        "payment_status": payment.status,
        "type": "provider" if provider else "manual",
        "reference": payment.reference,
        "payment_provider_code": provider and provider.code,
        "payment_provider_type": provider and provider.kind,
        "external_payment_id": payment.provider_payment_id,
        "provider_payment_id": payment.provider_payment_id,
        "provider_customer_id": known and known.provider_customer_id,
        "next_action": payment.next_action,
        "payment_method_id": None,
        "created_at": instant(payment.created_at),
    }


class PaymentRequestOut(TypedDict):
    """A payment request with its customer and invoices."""

    lago_id: str
    email: str
    amount_cents: int
    amount_currency: str
    payment_status: str
    created_at: str
    customer: CustomerBaseOut
    invoices: list[dict[str, Any]]


def payment_request_out(request: PaymentRequest) -> PaymentRequestOut:
    """Write a payment request; rows come from `reads.requests_with_all`."""
    return {
        "lago_id": str(request.pk),
        "email": request.email,
        "amount_cents": request.amount_cents,
        "amount_currency": request.amount_currency,
        "payment_status": request.payment_status,
        "created_at": instant(request.created_at),
        "customer": customer_base_out(request.customer),
        "invoices": [invoice_base_out(invoice) for invoice in request.invoices.all()],
    }


class PaymentReceiptOut(TypedDict):
    """The proof of a payment."""

    lago_id: str
    number: str
    payment: PaymentOut
    created_at: str


def payment_receipt_out(receipt: PaymentReceipt) -> PaymentReceiptOut:
    """Write a receipt with its payment."""
    return {
        "lago_id": str(receipt.pk),
        "number": receipt.number,
        "payment": payment_out(receipt.payment),
        "created_at": instant(receipt.created_at),
    }


class PaymentMethodOut(TypedDict):
    """A means of payment that a customer has left with a provider."""

    lago_id: str
    is_default: bool
    payment_provider_code: str
    payment_provider_type: str
    payment_provider_name: str
    provider_method_id: str
    details: dict[str, Any]
    created_at: str


def payment_method_out(method: PaymentMethod) -> PaymentMethodOut:
    """Write a means of payment."""
    return {
        "lago_id": str(method.pk),
        "is_default": method.is_default,
        "payment_provider_code": method.provider.code,
        "payment_provider_type": method.provider.kind,
        "payment_provider_name": method.provider.name,
        "provider_method_id": method.provider_method_id,
        "details": {"type": method.kind, "label": method.label},
        "created_at": instant(method.created_at),
    }
