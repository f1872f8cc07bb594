"""The endpoints of invoices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from ninja import Query, Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.parsing import bracketed
from api.requests import ApiRequest
from api.values import Day
from billing.errors import NotFound
from customers.models import Customer
from delivery.links import file_url
from invoices.lifecycle import VISIBLE
from invoices.models import Invoice
from invoices.reads import matching_invoices, visible_invoices
from invoices.schemas.invoices import (
    InvoiceIn,
    InvoiceOut,
    OneOffInvoiceIn,
    PreviewIn,
    VoidIn,
    invoice_detail_out,
    invoice_out,
    preview_out,
)
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice
from workflows.delete_draft_invoice import delete_draft_invoice
from workflows.dispute_invoice import dispute_invoice
from workflows.finalize_invoice import finalize_invoice
from workflows.preview_invoice import PreviewAsked, preview_invoice
from workflows.refresh_invoice import refresh_invoice
from workflows.retry_invoice import retry_invoice
from workflows.retry_payment import retry_payment
from workflows.update_invoice import update_invoice
from workflows.void_invoice import VoidNote, void_invoice

SEVERAL = Query([])
router = Router(tags=["invoices"])
ONE = root_out("invoice", InvoiceOut)
MANY = list_out("invoices", InvoiceOut)
OneOffBody = root_in("invoice", OneOffInvoiceIn)
InvoiceBody = root_in("invoice", InvoiceIn)


@router.post("/invoices", response=ONE)
def create_invoice(request: ApiRequest, body: OneOffBody) -> HttpResponse:
    """Make a one-off invoice from add-ons."""
    asked = body.invoice
    customer = find(
        Customer.objects.of(request.organization).kept(),
        "customer",
        external_id=asked.external_customer_id or "",
    )
    invoice = create_one_off_invoice(
        customer,
        lines=[_line(fee.given()) for fee in asked.fees or ()],
        currency=asked.currency,
        skip_psp=bool(asked.skip_psp),
        purchase_order_number=asked.purchase_order_number,
        actor=request.actor,
        at=request.at,
    )
    return _detail(request, invoice)


def _line(given: dict[str, Any]) -> OneOffLine:
    units = given.get("units")
    return OneOffLine(
        add_on_code=given.get("add_on_code") or "",
        units=Decimal(1) if units is None else units,
        unit_amount_cents=given.get("unit_amount_cents"),
        description=given.get("description"),
        invoice_display_name=given.get("invoice_display_name"),
        tax_codes=tuple(given.get("tax_codes") or ()),
        from_at=given.get("from_datetime"),
        to_at=given.get("to_datetime"),
    )


@router.post("/invoices/preview", response=ONE)
def post_preview(request: ApiRequest, body: PreviewIn) -> HttpResponse:
    """Show the invoice that a plan, a change or an end would bring; nothing is kept."""
    named = body.subscriptions
    asked = PreviewAsked(
        customer=body.customer.columns() if body.customer else {},
        plan_code=(named.plan_code if named else None) or body.plan_code,
        billing_time=body.billing_time or "calendar",
        subscription_at=body.subscription_at,
        coupon_codes=[one.code for one in body.coupons or () if one.code],
        external_ids=(named.external_ids if named else None) or (),
        terminated_at=named.terminated_at if named else None,
    )
    shown = preview_invoice(
        request.organization,
        asked=asked,
        show=preview_out,
        actor=request.actor,
        at=request.at,
    )
    return answer("invoice", shown)


@router.get("/invoices", response=MANY)
def list_invoices(
    request: ApiRequest,
    external_customer_id: str | None = None,
    customer_external_id: str | None = None,
    search_term: str | None = None,
    issuing_date_from: Day | None = None,
    issuing_date_to: Day | None = None,
    partially_paid: bool | None = None,
    status: list[str] = SEVERAL,
    statuses: list[str] = SEVERAL,
    payment_status: list[str] = SEVERAL,
    payment_statuses: list[str] = SEVERAL,
) -> HttpResponse:
    """List invoices, those of deleted customers included, the latest first."""
    rows = visible_invoices(request.organization)
    if wanted := [*status, *statuses]:
        rows = rows.filter(status__in=[one for one in wanted if one in VISIBLE])
    if wanted := [*payment_status, *payment_statuses]:
        rows = rows.filter(payment_status__in=wanted)
    if customer := external_customer_id or customer_external_id:
        rows = rows.filter(customer__external_id=customer)
    if search_term:
        rows = matching_invoices(rows, search_term)
    if issuing_date_from:
        rows = rows.filter(issuing_date__gte=issuing_date_from)
    if issuing_date_to:
        rows = rows.filter(issuing_date__lte=issuing_date_to)
    if partially_paid is not None:
        partly = {
            "total_paid_amount_cents__gt": 0,
            "total_amount_cents__gt": F("total_paid_amount_cents"),
        }
        rows = rows.filter(**partly) if partially_paid else rows.exclude(**partly)
    rows = _filtered(request, rows).order_by("-issuing_date", "-created_at", "-pk")
    return paged(request, "invoices", rows, invoice_out)


PLAIN = {
    "invoice_type": "invoice_type",
    "currency": "currency",
    "purchase_order_number": "purchase_order_number",
}
FLAGS = ("payment_overdue", "self_billed")
NUMBERS = {"amount_from": "total_amount_cents__gte", "amount_to": "total_amount_cents__lte"}


def _filtered(request: ApiRequest, rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """Apply the simple parameters; a value that means nothing is passed over."""
    for name, column in PLAIN.items():
        if value := request.GET.get(name):
            rows = rows.filter(**{column: value})
    for name in FLAGS:
        if request.GET.get(name) in ("true", "false"):
            rows = rows.filter(**{name: request.GET[name] == "true"})
    for name, lookup in NUMBERS.items():
        value = request.GET.get(name, "")
        if value.isascii() and value.isdecimal() and len(value) < 18:
            rows = rows.filter(**{lookup: int(value)})
    if request.GET.get("payment_dispute_lost") in ("true", "false"):
        is_lost = request.GET["payment_dispute_lost"] == "true"
        rows = rows.filter(payment_dispute_lost_at__isnull=not is_lost)
    for key, value in bracketed(request, "metadata").items():
        rows = rows.filter(metadata__key=key, metadata__value=value)
    return rows


@router.get("/customers/{external_customer_id}/invoices", response=MANY)
def list_invoices_of_customer(request: ApiRequest, external_customer_id: str) -> HttpResponse:
    """List the invoices of a live customer."""
    customer = find(
        Customer.objects.of(request.organization).kept(),
        "customer",
        external_id=external_customer_id,
    )
    rows = visible_invoices(request.organization).filter(customer=customer)
    rows = _filtered(request, rows).order_by("-issuing_date", "-created_at", "-pk")
    return paged(request, "invoices", rows, invoice_out)


@router.get("/invoices/{lago_id}", response=ONE)
def get_invoice(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return one invoice with its fees, credits, subscriptions and periods."""
    return _detail(request, _named(request, lago_id))


@router.put("/invoices/{lago_id}", response=ONE)
def put_invoice(request: ApiRequest, lago_id: str, body: InvoiceBody) -> HttpResponse:
    """Set the payment status or the metadata of an invoice."""
    invoice = _named(request, lago_id)
    changed = update_invoice(
        invoice, given=body.invoice.given(), actor=request.actor, at=request.at
    )
    return _detail(request, changed)


@router.delete("/invoices/{lago_id}", response=ONE)
def delete_invoice(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Delete a draft."""
    invoice = _named(request, lago_id)
    shown = invoice_detail_out(invoice)
    deleted = delete_draft_invoice(invoice, actor=request.actor, at=request.at)
    return answer("invoice", shown | {"status": deleted.status})


@router.put("/invoices/{lago_id}/refresh", response=ONE)
def put_refresh(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Make a draft anew."""
    invoice = _named(request, lago_id)
    return _detail(request, refresh_invoice(invoice, actor=request.actor, at=request.at))


@router.put("/invoices/{lago_id}/finalize", response=ONE)
def put_finalize(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Make a draft final."""
    invoice = _named(request, lago_id)
    return _detail(request, finalize_invoice(invoice, actor=request.actor, at=request.at))


@router.post("/invoices/{lago_id}/void", response=ONE)
def post_void(request: ApiRequest, lago_id: str, body: VoidIn | None = None) -> HttpResponse:
    """Void a final invoice, with a credit note if that is asked for."""
    note = None
    if body is not None and body.generate_credit_note:
        note = VoidNote(credit_cents=body.credit_amount or 0, refund_cents=body.refund_amount or 0)
    invoice = _named(request, lago_id)
    return _detail(request, void_invoice(invoice, note=note, actor=request.actor, at=request.at))


@router.post("/invoices/{lago_id}/download", response=ONE)
@router.post("/invoices/{lago_id}/download_pdf", response=ONE)
def post_download(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return a final invoice with the address of its PDF."""
    invoice = _named(request, lago_id)
    if invoice.status not in ("finalized", "voided"):
        raise NotFound("invoice")
    shown = invoice_out(invoice) | {"file_url": file_url(invoice, request)}
    return answer("invoice", shown)


@router.post("/invoices/{lago_id}/retry", response=ONE)
def post_retry(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Make an invoice that has failed once more."""
    invoice = _named(request, lago_id)
    return _detail(request, retry_invoice(invoice, actor=request.actor, at=request.at))


@router.post("/invoices/{lago_id}/retry_payment")
def post_retry_payment(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Send an invoice to collection again."""
    retry_payment(_named(request, lago_id), actor=request.actor, at=request.at)
    return HttpResponse(status=200, content_type="application/json")


@router.api_operation(["POST", "PUT"], "/invoices/{lago_id}/lose_dispute", response=ONE)
def lose_dispute(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Note that the dispute over an invoice is lost."""
    invoice = _named(request, lago_id)
    return _detail(request, dispute_invoice(invoice, actor=request.actor, at=request.at))


def _named(request: ApiRequest, lago_id: str) -> Invoice:
    return find(visible_invoices(request.organization), "invoice", pk=lago_id)


def _detail(request: ApiRequest, invoice: Invoice) -> HttpResponse:
    fresh = visible_invoices(request.organization).filter(pk=invoice.pk).first()
    if (
        fresh is None
    ):  # A zero invoice that the customer's settings skip is closed and shown to nobody.
        raise NotFound("invoice")
    return answer("invoice", invoice_detail_out(fresh))
