"""One credit note as its page shows it."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from console import formats
from invoices.models import CreditNote, CreditNoteCredit, CreditNoteItem
from invoices.reads.document import Sum
from organizations.models import Organization


def find(organization: Organization, pk: uuid.UUID) -> CreditNote | None:
    """Return a credit note of the organization with its customer and invoice; one query."""
    rows = CreditNote.objects.of(organization)
    return rows.select_related("customer__organization", "invoice").filter(pk=pk).first()


def items_of(note: CreditNote) -> list[CreditNoteItem]:
    """Return what is given back, line by line; one query."""
    return list(note.items.select_related("fee").order_by("created_at", "pk"))


def uses_of(note: CreditNote) -> list[CreditNoteCredit]:
    """Return the invoices that the credit has paid; one query."""
    rows = CreditNoteCredit.objects.filter(credit_note=note).select_related("invoice")
    return list(rows.order_by("created_at", "pk"))


def totals(note: CreditNote) -> list[Sum]:
    """Return the sums from the items to the total and how it is given; one query."""
    items = note.sub_total_excluding_taxes_amount_cents + note.coupons_adjustment_amount_cents
    rows = [Sum(_("Items"), items)]
    if note.coupons_adjustment_amount_cents:
        rows.append(Sum(_("Their part of coupons"), -note.coupons_adjustment_amount_cents))
    rows.append(
        Sum(_("Subtotal without taxes"), note.sub_total_excluding_taxes_amount_cents, is_total=True)
    )
    for tax in note.applied_taxes.order_by("tax_code", "pk"):
        base = formats.money(tax.base_amount_cents, note.currency)
        detail = _("%(rate)s of %(base)s") % {"rate": formats.rate(tax.tax_rate), "base": base}
        rows.append(Sum(tax.tax_name, tax.amount_cents, detail))
    rows.append(Sum(_("Total"), note.total_amount_cents, is_total=True))
    ways = [
        (_("As credit"), note.credit_amount_cents),
        (_("As refund"), note.refund_amount_cents),
        (_("Offset against what was due"), note.offset_amount_cents),
    ]
    rows += [Sum(label, cents) for label, cents in ways if cents]
    if note.credit_amount_cents:
        rows.append(Sum(_("Credit left"), note.balance_amount_cents, is_total=True))
    return rows
