"""Issued documents, mailed to their customers once more; those of deleted customers too."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api.lookups import find
from api.requests import ApiRequest
from delivery.emails import resend_email
from delivery.reads import issued
from delivery.schemas import ResendIn

router = Router(tags=["e-mails"])


@router.post("/invoices/{lago_id}/resend_email")
def post_invoice_email(
    request: ApiRequest, lago_id: str, body: ResendIn | None = None
) -> HttpResponse:
    """Mail a final invoice again, to its customer or to the addresses given."""
    return _resent(request, "invoice", lago_id, body)


@router.post("/credit_notes/{lago_id}/resend_email")
def post_credit_note_email(
    request: ApiRequest, lago_id: str, body: ResendIn | None = None
) -> HttpResponse:
    """Mail a final credit note again, to its customer or to the addresses given."""
    return _resent(request, "credit_note", lago_id, body)


@router.post("/payment_receipts/{lago_id}/resend_email")
def post_payment_receipt_email(
    request: ApiRequest, lago_id: str, body: ResendIn | None = None
) -> HttpResponse:
    """Mail a receipt again, to its customer or to the addresses given."""
    return _resent(request, "payment_receipt", lago_id, body)


def _resent(request: ApiRequest, kind: str, lago_id: str, body: ResendIn | None) -> HttpResponse:
    thing = find(issued(kind).of(request.organization), kind, pk=lago_id)
    to = (body.to if body else None) or ()
    resend_email(thing, to=to, actor=request.actor, at=request.at)
    return HttpResponse(status=200, content_type="application/json")
