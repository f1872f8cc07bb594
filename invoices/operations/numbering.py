"""Numbers of invoices: free of gaps, never given twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Max

from billing.numbering import number_per_customer, number_per_organization
from customers.models import Customer
from invoices.models import Invoice, NumberSequence
from invoices.models.invoice import InvoiceRows
from organizations.models import Organization
from organizations.models.organization import DocumentNumbering


def assign_numbers(invoices: Sequence[Invoice], *, at: datetime) -> None:
    """Give each invoice, which is about to be final, its number; the rows are not saved here.

    Every customer's row is locked by the caller; counting by organization locks that sequence too, until the
    transaction ends, so that a rolled-back invoice leaves no gap.
    """
    if not invoices:
        return
    organization = invoices[0].customer.organization
    _assign_sequential_ids(invoices)
    per_organization = organization.document_numbering == DocumentNumbering.PER_ORGANIZATION
    counted = [invoice for invoice in invoices if per_organization and not invoice.self_billed]
    if counted:
        _assign_organization_sequence(organization, counted)
    for invoice in invoices:
        invoice.number = _number(organization, invoice, at)


def count_on(organization: Organization) -> None:
    """Let the organization's own sequence go on after all invoices that have a number of any kind.

    Called when an organization that counted by customer begins to count its invoices itself.
    """
    NumberSequence.objects.get_or_create(organization=organization, defaults={"last_value": 0})
    sequence = NumberSequence.objects.select_for_update().get(organization=organization)
    known = max(sequence.last_value, _numbered(organization).count())
    NumberSequence.objects.filter(pk=sequence.pk).update(last_value=known)


def next_numbers(
    organization: Organization, customer: Customer | None, *, at: datetime
) -> dict[str, str]:
    """Return the number that the next invoice would get, by the way of counting; nothing is counted (4 queries).

    It is an invoice of `customer`; without one, the first invoice of the first customer.
    """
    sequence = NumberSequence.objects.filter(organization=organization).first()
    last = sequence.last_value if sequence else 0
    if organization.document_numbering == DocumentNumbering.PER_ORGANIZATION:
        last = _last_value(organization, last)
    else:
        last = max(last, _numbered(organization).count())
    own = Invoice.objects.filter(customer=customer).aggregate(last=Max("sequential_id"))["last"]
    slug = customer.sequential_id if customer else 1
    return written(organization, slug, (own or 0) + 1, last + 1, at=at)


def written(
    organization: Organization, customer: int, invoice: int, overall: int, *, at: datetime
) -> dict[str, str]:
    """Return how a number looks, by the way of counting."""
    prefix = organization.document_number_prefix
    day = at.astimezone(ZoneInfo(organization.timezone)).date()
    return {
        DocumentNumbering.PER_CUSTOMER.value: number_per_customer(prefix, customer, invoice),
        DocumentNumbering.PER_ORGANIZATION.value: number_per_organization(prefix, day, overall),
    }


def _last_value(organization: Organization, stored: int) -> int:
    """The last number of an organization that counts its invoices itself."""
    numbered = _numbered(organization)
    last = numbered.aggregate(last=Max("organization_sequential_id"))["last"]
    return max(stored, last if last is not None else numbered.count())


def _numbered(organization: Organization) -> InvoiceRows[Invoice]:
    return Invoice.objects.of(organization).filter(sequential_id__isnull=False, self_billed=False)


def _assign_sequential_ids(invoices: Sequence[Invoice]) -> None:
    last: dict[object, int] = dict(
        Invoice.objects.filter(customer_id__in={invoice.customer_id for invoice in invoices})
        .values_list("customer_id")
        .annotate(last=Max("sequential_id"))
    )
    for invoice in invoices:
        last[invoice.customer_id] = (last.get(invoice.customer_id) or 0) + 1
        invoice.sequential_id = last[invoice.customer_id]


def _assign_organization_sequence(organization: Organization, invoices: Sequence[Invoice]) -> None:
    NumberSequence.objects.get_or_create(organization=organization, defaults={"last_value": 0})
    sequence = NumberSequence.objects.select_for_update().get(organization=organization)
    value = _last_value(organization, sequence.last_value)
    for invoice in invoices:
        value += 1
        invoice.organization_sequential_id = value
    NumberSequence.objects.filter(pk=sequence.pk).update(last_value=value)


def _number(organization: Organization, invoice: Invoice, at: datetime) -> str:
    own, overall = invoice.sequential_id, invoice.organization_sequential_id
    assert own is not None
    numbers = written(organization, invoice.customer.sequential_id, own, overall or 0, at=at)
    by_customer = overall is None
    return numbers["per_customer" if by_customer else "per_organization"]
