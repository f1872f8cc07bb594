"""The endpoints of credit notes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from api.values import Day
from billing.credits import NoteItem, estimate
from billing.errors import Invalid, NotAllowed
from customers.models import Customer
from delivery.links import file_url
from invoices.models import CreditNote, Invoice
from invoices.operations.credit_notes import void_note
from invoices.operations.note_facts import facts_of
from invoices.reads import shown_credit_notes, visible_invoices
from invoices.schemas.credit_notes import (
    CreditNoteIn,
    CreditNoteOut,
    EstimateOut,
    credit_note_out,
    estimate_out,
)
from workflows.issue_credit_note import NewCreditNote, issue_credit_note
from workflows.update_credit_note import update_credit_note

router = Router(tags=["credit notes"])
CreditNoteBody = root_in("credit_note", CreditNoteIn)
ONE = root_out("credit_note", CreditNoteOut)
MANY = list_out("credit_notes", CreditNoteOut)


@router.post("/credit_notes", response=ONE)
def create_credit_note(request: ApiRequest, body: CreditNoteBody) -> HttpResponse:
    """Issue a credit note: credit, refund, offset."""
    asked = body.credit_note
    invoice = _invoice(request, asked.invoice_id)
    note = issue_credit_note(
        invoice,
        asked=NewCreditNote(
            items=_items(invoice, asked.items),
            credit_cents=asked.credit_amount_cents or 0,
            refund_cents=asked.refund_amount_cents or 0,
            offset_cents=asked.offset_amount_cents or 0,
            reason=asked.reason or "other",
            description=asked.description,
            metadata=asked.metadata,
        ),
        actor=request.actor,
        at=request.at,
    )
    return _one(request, note)


@router.post("/credit_notes/estimate", response=root_out("estimated_credit_note", EstimateOut))
def estimate_credit_note(request: ApiRequest, body: CreditNoteBody) -> HttpResponse:
    """Say what items would give back, without writing anything."""
    asked = body.credit_note
    invoice = _invoice(request, asked.invoice_id)
    if invoice.is_draft:
        raise NotAllowed("invalid_type_or_status")
    worked = estimate(facts_of(invoice), _items(invoice, asked.items))
    return answer("estimated_credit_note", estimate_out(invoice, worked))


@router.get("/credit_notes", response=MANY)
def list_credit_notes(
    request: ApiRequest,
    external_customer_id: str | None = None,
    currency: str | None = None,
    reason: str | None = None,
    credit_status: str | None = None,
    refund_status: str | None = None,
    invoice_number: str | None = None,
    issuing_date_from: Day | None = None,
    issuing_date_to: Day | None = None,
    amount_from: int | None = None,
    amount_to: int | None = None,
    search_term: str | None = None,
) -> HttpResponse:
    """List final credit notes, those of deleted customers included, the latest first."""
    named = {
        "customer__external_id": external_customer_id,
        "currency": currency,
        "reason": reason,
        "credit_status": credit_status,
        "refund_status": refund_status,
        "invoice__number": invoice_number,
        "issuing_date__gte": issuing_date_from,
        "issuing_date__lte": issuing_date_to,
        "total_amount_cents__gte": amount_from,
        "total_amount_cents__lte": amount_to,
    }
    rows = shown_credit_notes(request.organization)
    rows = rows.filter(**{name: value for name, value in named.items() if value is not None})
    if search_term:
        rows = rows.filter(
            Q(number__icontains=search_term)
            | Q(customer__name__icontains=search_term)
            | Q(customer__external_id__icontains=search_term)
        )
    return paged(request, "credit_notes", rows.order_by("-created_at", "-pk"), credit_note_out)


@router.get("/customers/{external_customer_id}/credit_notes", response=MANY)
def list_credit_notes_of_customer(request: ApiRequest, external_customer_id: str) -> HttpResponse:
    """List the credit notes of a live customer."""
    customer = find(
        Customer.objects.of(request.organization).kept(),
        "customer",
        external_id=external_customer_id,
    )
    rows = shown_credit_notes(request.organization).filter(customer=customer)
    return paged(request, "credit_notes", rows.order_by("-created_at", "-pk"), credit_note_out)


@router.get("/credit_notes/{lago_id}", response=ONE)
def get_credit_note(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return one credit note."""
    return answer("credit_note", credit_note_out(_named(request, lago_id)))


@router.put("/credit_notes/{lago_id}", response=ONE)
def put_credit_note(request: ApiRequest, lago_id: str, body: CreditNoteBody) -> HttpResponse:
    """Set the refund status or the metadata of a credit note."""
    note = _named(request, lago_id)
    update_credit_note(note, given=body.credit_note.given(), actor=request.actor, at=request.at)
    return _one(request, note)


@router.put("/credit_notes/{lago_id}/void", response=ONE)
def put_void(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Void what is left of a credit note."""
    note = _named(request, lago_id)
    return _one(request, void_note(note, actor=request.actor, at=request.at))


@router.post("/credit_notes/{lago_id}/download", response=ONE)
@router.post("/credit_notes/{lago_id}/download_pdf", response=ONE)
def post_download(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return a credit note with the address of its PDF."""
    note = _named(request, lago_id)
    return answer("credit_note", credit_note_out(note) | {"file_url": file_url(note, request)})


def _invoice(request: ApiRequest, lago_id: str | None) -> Invoice:
    return find(visible_invoices(request.organization), "invoice", pk=lago_id or "")


def _items(invoice: Invoice, given: Any) -> list[NoteItem]:
    """Read the items; a fee is named by its id."""
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise Invalid({"items": ["must_be_an_array"]}, "Items are a list.")
    known = {str(pk): pk for pk in invoice.fees.values_list("pk", flat=True)}
    return [
        NoteItem(known.get(str(row.get("fee_id")), row.get("fee_id")), _amount(row))
        for row in given
    ]


def _amount(row: dict[str, Any]) -> Decimal:
    value = row.get("amount_cents")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Invalid({"amount_cents": ["invalid_value"]})
    try:
        amount = Decimal(str(value))
    except ArithmeticError as error:
        raise Invalid({"amount_cents": ["invalid_value"]}) from error
    if not amount.is_finite() or amount.adjusted() > 18:
        raise Invalid({"amount_cents": ["invalid_value"]})
    return amount


def _named(request: ApiRequest, lago_id: str) -> CreditNote:
    return find(shown_credit_notes(request.organization), "credit_note", pk=lago_id)


def _one(request: ApiRequest, note: CreditNote) -> HttpResponse:
    return answer("credit_note", credit_note_out(_named(request, str(note.pk))))
