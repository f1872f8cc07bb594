"""What stands on an invoice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from customers.models import Customer, CustomerMetadata
from delivery.documents.lines import groups
from delivery.documents.parties import parties, seller
from delivery.documents.writing import Writer
from invoices.models import Invoice, InvoiceMetadata

Written = dict[str, Any]
COLUMNS = ("item", "units", "unit_price", "tax", "amount")
NORTH_AMERICA = {"US", "CA", "MX"}


def written_invoice(invoice: Invoice, write: Writer) -> Written:
    """Put an invoice into words, ready to be laid out; 8 queries."""
    fees = list(
        invoice.fees.filter(deleted_at=None).select_related("subscription__plan").order_by("pk")
    )
    heading = write.say("self_billed" if invoice.self_billed else "invoice")
    return {
        **frame(invoice.customer, write),
        "title": f"{heading} {invoice.number}",
        "heading": heading,
        "number": invoice.number,
        "mark": _mark(invoice, write),
        "facts": _facts(invoice, write),
        "summary": _summary(invoice, write),
        "groups": groups(fees, write),
        "totals": _totals(invoice, write),
        "notes": [],
    }


def frame(customer: Customer, write: Writer, columns: Sequence[str] = COLUMNS) -> Written:
    """Return what all documents have in common: language, paper, parties, columns, footer."""
    organization = customer.organization
    return {
        "language": write.language,
        "paper": "us-letter" if organization.country in NORTH_AMERICA else "a4",
        "seller": seller(organization, write),
        "parties": parties(customer, write),
        "columns": [{"key": name, "label": write.say(name)} for name in columns],
        "footer": (organization.invoice_footer or "").strip(),
        "page": write.say("page"),
    }


def _mark(invoice: Invoice, write: Writer) -> str:
    if invoice.is_voided:
        return write.say("voided")
    return "" if invoice.is_final else write.say("draft")


def _facts(invoice: Invoice, write: Writer) -> list[list[str]]:
    facts = [
        [write.say("issuing_date"), write.day(invoice.issuing_date)],
        [write.say("due_date"), write.day(invoice.payment_due_date)],
        [write.say("payment_terms"), write.terms(invoice.net_payment_term)],
    ]
    if invoice.is_final or invoice.is_voided:
        facts.insert(0, [write.say("invoice_number"), invoice.number])
    if invoice.purchase_order_number:
        facts.append([write.say("purchase_order"), invoice.purchase_order_number])
    return [*facts, *_noted(invoice)]


def _summary(invoice: Invoice, write: Writer) -> dict[str, str]:
    if invoice.is_voided:
        text = write.say("was_voided")
    elif not invoice.is_final:
        text = write.say("draft_until", date=write.day(invoice.expected_finalization_date))
    elif invoice.total_amount_cents:
        text = write.say("due_by", date=write.day(invoice.payment_due_date))
    else:
        text = write.say("nothing_due")
    return {"text": text, "amount": write.money(_due_cents(invoice))}


def _due_cents(invoice: Invoice) -> int:
    """What was to be paid when the invoice was issued: its document does not change with payments."""
    return 0 if invoice.is_voided else invoice.total_amount_cents


def _totals(invoice: Invoice, write: Writer) -> list[dict[str, str]]:
    lines = [line(write.say("subtotal"), write.money(invoice.fees_amount_cents))]
    off = [*_progressive(invoice, write), *_coupons(invoice, write)]
    if off:
        total = write.money(invoice.sub_total_excluding_taxes_amount_cents)
        lines += [*off, line(write.say("subtotal_excl"), total)]
    taxes = _taxes(invoice, write)
    used = [*_credit_notes(invoice, write), *_prepaid(invoice, write)]
    if taxes:
        total = write.money(invoice.sub_total_including_taxes_amount_cents)
        lines += [*taxes, line(write.say("subtotal_incl"), total, kind="strong")]
    lines += used
    return [*lines, line(write.say("amount_due"), write.money(_due_cents(invoice)), kind="due")]


def line(label: str, amount: str, *, note: str = "", kind: str = "plain") -> dict[str, str]:
    """Return a line of the totals; `kind` is plain, strong or due."""
    return {"label": label, "amount": amount, "note": note, "kind": kind}


def _progressive(invoice: Invoice, write: Writer) -> list[dict[str, str]]:
    rows = invoice.progressive_credits.select_related("progressive_invoice").order_by("pk")
    return [
        line(
            write.say("progressive", number=credit.progressive_invoice.number),
            write.money(-credit.amount_cents),
        )
        for credit in rows
    ]


def _coupons(invoice: Invoice, write: Writer) -> list[dict[str, str]]:
    rows = invoice.coupon_credits.select_related("applied_coupon__coupon").order_by("pk")
    shown = []
    for credit in rows:
        applied = credit.applied_coupon
        rate = applied.percentage_rate
        name = write.say("coupon", name=applied.coupon.name)
        note = write.rate(rate) if rate is not None else ""
        shown.append(line(name, write.money(-credit.amount_cents), note=note))
    return shown


def _taxes(invoice: Invoice, write: Writer) -> list[dict[str, str]]:
    return [
        line(
            write.say("tax_line", name=tax.tax_name, rate=write.rate(tax.tax_rate)),
            write.money(tax.amount_cents),
            note=write.say("tax_base", amount=write.money(tax.fees_amount_cents)),
        )
        for tax in invoice.applied_taxes.order_by("tax_name", "pk")
    ]


def _credit_notes(invoice: Invoice, write: Writer) -> list[dict[str, str]]:
    rows = invoice.credit_note_credits.select_related("credit_note").order_by("pk")
    return [
        line(
            write.say("credit_note_used", number=credit.credit_note.number),
            write.money(-credit.amount_cents),
        )
        for credit in rows
    ]


def _prepaid(invoice: Invoice, write: Writer) -> list[dict[str, str]]:
    rows = (
        invoice.prepaid_credits.filter(role="spent")
        .select_related("wallet_transaction__wallet")
        .order_by("pk")
    )
    return [
        line(
            write.say("prepaid_used", name=wallet.name or wallet.code),
            write.money(-credit.wallet_transaction.amount_cents),
        )
        for credit in rows
        if (wallet := credit.wallet_transaction.wallet)
    ]


def _noted(invoice: Invoice) -> list[list[str]]:
    """Return what the organization wants to say besides: notes on the customer and on the invoice."""
    about: list[CustomerMetadata | InvoiceMetadata] = [
        *invoice.customer.metadata.filter(display_in_invoice=True).order_by("created_at", "pk"),
        *invoice.metadata.order_by("created_at", "pk"),
    ]
    return [[one.key, one.value] for one in about]
