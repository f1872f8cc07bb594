"""Payments and receipts."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from billing.errors import Invalid
from invoices.models import Invoice
from payments import reads
from payments.api.finding import customer_of, is_id
from payments.schemas import (
    PaymentIn,
    PaymentOut,
    PaymentReceiptOut,
    payment_out,
    payment_receipt_out,
)
from workflows.record_payment import record_payment

router = Router(tags=["payments"])
PaymentBody = root_in("payment", PaymentIn)


@router.post("/payments", response=root_out("payment", PaymentOut))
def create_payment(request: ApiRequest, body: PaymentBody) -> HttpResponse:
    """Record a payment that arrived outside of any provider."""
    given = body.payment
    if not (given.invoice_id or "").strip():
        raise Invalid({"invoice_id": ["value_is_mandatory"]}, "Name the invoice.")
    payment = record_payment(
        find(Invoice.objects.of(request.organization), "invoice", pk=given.invoice_id),
        amount_cents=given.amount_cents or 0,
        reference=given.reference or "",
        paid_at=given.paid_at,
        actor=request.actor,
        at=request.at,
    )
    row = reads.payments_with_all(request.organization).get(pk=payment.pk)
    return answer("payment", payment_out(row))


@router.get("/payments", response=list_out("payments", PaymentOut))
def list_payments(
    request: ApiRequest, invoice_id: str | None = None, external_customer_id: str | None = None
) -> HttpResponse:
    """List payments, newest first; those of deleted customers too."""
    rows = reads.payments_with_all(request.organization)
    if external_customer_id:
        rows = rows.filter(customer__external_id=external_customer_id)
    if invoice_id:
        rows = reads.of_invoice(rows, invoice_id) if is_id(invoice_id) else rows.none()
    return paged(request, "payments", rows, payment_out)


@router.get("/payments/{lago_id}", response=root_out("payment", PaymentOut))
def get_payment(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return one payment."""
    row = find(reads.payments_with_all(request.organization), "payment", pk=lago_id)
    return answer("payment", payment_out(row))


@router.get("/customers/{external_customer_id}/payments", response=list_out("payments", PaymentOut))
def list_customer_payments(request: ApiRequest, external_customer_id: str) -> HttpResponse:
    """List the payments of a customer that is not deleted."""
    customer = customer_of(request, external_customer_id)
    rows = reads.payments_with_all(request.organization).filter(customer=customer)
    return paged(request, "payments", rows, payment_out)


@router.get("/payment_receipts", response=list_out("payment_receipts", PaymentReceiptOut))
def list_payment_receipts(request: ApiRequest, invoice_id: str | None = None) -> HttpResponse:
    """List receipts, newest first."""
    rows = reads.receipts_with_all(request.organization)
    if invoice_id:
        known = rows.filter(payment__invoice_id=invoice_id) if is_id(invoice_id) else rows.none()
        rows = known
    return paged(request, "payment_receipts", rows, payment_receipt_out)


@router.get("/payment_receipts/{lago_id}", response=root_out("payment_receipt", PaymentReceiptOut))
def get_payment_receipt(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return one receipt."""
    row = find(reads.receipts_with_all(request.organization), "payment_receipt", pk=lago_id)
    return answer("payment_receipt", payment_receipt_out(row))
