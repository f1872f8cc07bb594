"""Payment requests."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from payments import reads
from payments.api.finding import customer_of
from payments.schemas import PaymentRequestIn, PaymentRequestOut, payment_request_out
from workflows.request_payment import request_payment

router = Router(tags=["payments"])
PaymentRequestBody = root_in("payment_request", PaymentRequestIn)


@router.post("/payment_requests", response=root_out("payment_request", PaymentRequestOut))
def create_payment_request(request: ApiRequest, body: PaymentRequestBody) -> HttpResponse:
    """Ask a customer to pay several overdue invoices at once."""
    given = body.payment_request
    made = request_payment(
        customer_of(request, given.external_customer_id or ""),
        invoice_ids=given.lago_invoice_ids,
        email=given.email,
        actor=request.actor,
        at=request.at,
    )
    row = reads.requests_with_all(request.organization).get(pk=made.pk)
    return answer("payment_request", payment_request_out(row))


@router.get("/payment_requests", response=list_out("payment_requests", PaymentRequestOut))
def list_payment_requests(
    request: ApiRequest,
    external_customer_id: str | None = None,
    payment_status: str | None = None,
    currency: str | None = None,
) -> HttpResponse:
    """List payment requests, newest first."""
    rows = reads.requests_with_all(request.organization)
    if external_customer_id:
        rows = rows.filter(customer__external_id=external_customer_id)
    if payment_status:
        rows = rows.filter(payment_status=payment_status)
    if currency:
        rows = rows.filter(amount_currency=currency)
    return paged(request, "payment_requests", rows, payment_request_out)


@router.get("/payment_requests/{lago_id}", response=root_out("payment_request", PaymentRequestOut))
def get_payment_request(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return one payment request."""
    row = find(reads.requests_with_all(request.organization), "payment_request", pk=lago_id)
    return answer("payment_request", payment_request_out(row))


@router.get(
    "/customers/{external_customer_id}/payment_requests",
    response=list_out("payment_requests", PaymentRequestOut),
)
def list_customer_payment_requests(request: ApiRequest, external_customer_id: str) -> HttpResponse:
    """List the payment requests of a customer that is not deleted."""
    customer = customer_of(request, external_customer_id)
    rows = reads.requests_with_all(request.organization).filter(customer=customer)
    return paged(request, "payment_requests", rows, payment_request_out)
