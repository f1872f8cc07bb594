"""PDFs of invoices, credit notes and receipts: made once, kept, and given out as they were made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from delivery.documents.credit_notes import written_credit_note
from delivery.documents.invoices import written_invoice
from delivery.documents.receipts import written_receipt
from delivery.documents.rendering import pdf
from delivery.documents.writing import Writer
from delivery.models import Document, DocumentState
from invoices.models import CreditNote, Invoice
from payments.models import PaymentReceipt

Documented = Invoice | CreditNote | PaymentReceipt

__all__ = ["Documented", "document_of", "kind_of", "written"]


@dataclass(frozen=True)
class _Kind:
    """What documents must know of a thing besides its words."""

    name: str
    customer: Any
    currency: str
    zone: str
    write: Any


def document_of(thing: Documented, *, at: datetime, locale: str = "") -> Document:
    """Return the PDF of an invoice, credit note or receipt, in `locale` or its customer's language.

    The first one of a final thing is stored, and the same bytes are returned ever after; an invoice that is voided
    gets another one. A draft's is made afresh each time and not stored. Works for deleted customers too.
    """
    kind = _kind(thing)
    locale = locale or kind.customer.applicable_document_locale
    state = DocumentState.VOIDED if _is_voided(thing) else DocumentState.FINAL
    key = {"object_type": kind.name, "object_id": thing.pk, "state": state, "locale": locale}
    if not _is_final(thing):
        return _made(thing, at=at, **key)
    found = Document.objects.filter(**key).first()
    if found is None:
        fresh = _made(thing, at=at, **key)
        # Two that make it at once: the first one's bytes hold.
        Document.objects.bulk_create([fresh], ignore_conflicts=True)
        found = Document.objects.get(**key)
    return found


def written(thing: Documented, *, locale: str = "") -> dict[str, Any]:
    """Return a document in words, before it is laid out."""
    kind = _kind(thing)
    locale = locale or kind.customer.applicable_document_locale
    words: dict[str, Any] = kind.write(thing, Writer(locale, kind.currency, kind.zone))
    return words


def kind_of(thing: Documented) -> str:
    """Return what a thing is called as the object of a document."""
    return _kind(thing).name


def _made(thing: Documented, *, at: datetime, **key: Any) -> Document:
    said = written(thing, locale=key["locale"])
    name = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "-"
        for sign in said["number"]
    )
    return Document(
        organization_id=thing.organization_id,
        filename=f"{name[:90]}.pdf",
        content=pdf(said, at=at),
        created_at=at,
        **key,
    )


def _kind(thing: Documented) -> _Kind:
    if isinstance(thing, Invoice):
        zone = thing.timezone
        return _Kind("invoice", thing.customer, thing.currency, zone, written_invoice)
    if isinstance(thing, CreditNote):
        zone = thing.invoice.timezone
        return _Kind("credit_note", thing.customer, thing.currency, zone, written_credit_note)
    payment = thing.payment
    zone = payment.customer.applicable_timezone
    return _Kind("payment_receipt", payment.customer, payment.currency, zone, written_receipt)


def _is_final(thing: Documented) -> bool:
    if isinstance(thing, Invoice):
        return thing.is_final or thing.is_voided
    return not isinstance(thing, CreditNote) or thing.status == "finalized"


def _is_voided(thing: Documented) -> bool:
    return isinstance(thing, Invoice) and thing.is_voided
