"""Ask a customer to pay several overdue invoices at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from activity.actors import Actor
from billing.errors import Invalid, NotAllowed, NotFound
from customers.models import Customer
from customers.operations import lock_kept
from invoices.models import Invoice
from payments.models import PaymentRequest
from payments.operations.requests import create_request


@transaction.atomic
def request_payment(
    customer: Customer,
    *,
    invoice_ids: Iterable[uuid.UUID | str],
    email: str | None,
    actor: Actor,
    at: datetime,
) -> PaymentRequest:
    """Write a payment request over all that is due on these overdue invoices, and return it.

    Without an `email` it goes to the customer's. Raises NotFound (``customer``, ``invoice``), Invalid
    (``email``), NotAllowed: ``invoices_not_overdue``, ``invoices_have_different_currencies``,
    ``invoices_not_ready_for_payment_processing``.
    """
    customer = lock_kept(customer.pk)
    address = _address(email or customer.email)
    invoices = _locked(customer, invoice_ids)
    _require_requestable(invoices)
    return create_request(invoices, email=address, actor=actor, at=at)


def _address(email: str | None) -> str:
    addresses = [part.strip() for part in (email or "").split(",") if part.strip()]
    if not addresses:
        raise Invalid({"email": ["value_is_mandatory"]}, "To which address shall it go?")
    try:
        for address in addresses:
            validate_email(address)
    except ValidationError as error:
        raise Invalid({"email": ["invalid_email_format"]}, "That is no e-mail address.") from error
    return ",".join(addresses)


def _locked(customer: Customer, invoice_ids: Iterable[uuid.UUID | str]) -> list[Invoice]:
    try:
        wanted = {uuid.UUID(str(each)) for each in invoice_ids}
    except ValueError as error:
        raise NotFound("invoice") from error
    rows = Invoice.objects.visible().filter(customer=customer, pk__in=wanted)
    invoices = list(rows.select_related("customer__organization").locked())
    if not wanted or len(invoices) < len(wanted):
        raise NotFound("invoice", "Name invoices of this customer.")
    return invoices


def _require_requestable(invoices: Sequence[Invoice]) -> None:
    if not all(invoice.is_final and invoice.payment_overdue for invoice in invoices):
        raise NotAllowed("invoices_not_overdue", "Only overdue invoices can be asked for.")
    if len({invoice.currency for invoice in invoices}) > 1:
        raise NotAllowed(
            "invoices_have_different_currencies", "These invoices are in different currencies."
        )
    if not all(invoice.ready_for_payment_processing for invoice in invoices):
        raise NotAllowed(
            "invoices_not_ready_for_payment_processing",
            "A payment of one of these invoices is under way.",
        )
