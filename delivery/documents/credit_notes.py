"""What stands on a credit note."""

from __future__ import annotations

from typing import Any

from delivery.documents.invoices import Written, frame, line
from delivery.documents.lines import name_of, period_of, row
from delivery.documents.writing import Writer
from invoices.models import CreditNote


def written_credit_note(note: CreditNote, write: Writer) -> Written:
    """Put a credit note into words, ready to be laid out; 4 queries."""
    return {
        **frame(note.customer, write, columns=("item", "tax", "amount")),
        "title": f"{write.say('credit_note')} {note.number}",
        "heading": write.say("credit_note"),
        "number": note.number,
        "mark": "" if note.status == "finalized" else write.say("draft"),
        "facts": [
            [write.say("credit_note_number"), note.number],
            [write.say("issuing_date"), write.day(note.issuing_date)],
            [write.say("original_invoice"), note.invoice.number],
            [write.say("reason"), write.words["reasons"][note.reason]],
        ],
        "summary": {
            "text": write.say("total_credited"),
            "amount": write.money(note.total_amount_cents),
        },
        "groups": [{"title": "", "total": "", "sections": _sections(note, write)}],
        "totals": _totals(note, write),
        "notes": [{"label": write.say("description"), "lines": note.description.splitlines()}]
        if note.description
        else [],
    }


def _sections(note: CreditNote, write: Writer) -> list[dict[str, Any]]:
    items = note.items.select_related("fee__subscription").order_by("created_at", "pk")
    sections: dict[str, list[dict[str, Any]]] = {}
    for item in items:
        if not item.amount_cents:
            continue
        fee = item.fee
        notes = [fee.filter_display_name] if fee.filter_display_name else []
        shown = row(
            name_of(fee, write),
            notes=notes,
            tax=write.rate(fee.taxes_rate) if fee.taxes_rate else "",
            amount=write.money(item.amount_cents),
        )
        sections.setdefault(period_of(fee, write), []).append(shown)
    return [{"period": period, "rows": rows} for period, rows in sections.items()]


def _totals(note: CreditNote, write: Writer) -> list[dict[str, str]]:
    items_cents = note.sub_total_excluding_taxes_amount_cents + note.coupons_adjustment_amount_cents
    lines = [line(write.say("subtotal"), write.money(items_cents))]
    if note.coupons_adjustment_amount_cents:
        off = write.money(-note.coupons_adjustment_amount_cents)
        subtotal = write.money(note.sub_total_excluding_taxes_amount_cents)
        lines += [
            line(write.say("coupons_adjustment"), off),
            line(write.say("subtotal_excl"), subtotal),
        ]
    for tax in note.applied_taxes.order_by("tax_name", "pk"):
        name = write.say("tax_line", name=tax.tax_name, rate=write.rate(tax.tax_rate))
        base = write.say("tax_base", amount=write.money(tax.base_amount_cents))
        lines.append(line(name, write.money(tax.amount_cents), note=base))
    total = write.money(note.total_amount_cents)
    lines.append(line(write.say("total_credited"), total, kind="due"))
    means = [
        ("credited", note.credit_amount_cents),
        ("refunded", note.refund_amount_cents),
        ("offset", note.offset_amount_cents),
    ]
    return [*lines, *(line(write.say(key), write.money(cents)) for key, cents in means if cents)]
