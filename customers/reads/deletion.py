"""What a deletion will do, document by document, and what stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console import formats
from console.effects import written
from customers.models import Customer
from customers.reads.listing import DUE
from invoices.models import CreditNote, Invoice
from subscriptions.models import Subscription
from wallets.models import Wallet

Effect = Mapping[str, Any]
Section = dict[str, Any]


def sections(effects: Sequence[Effect], customer: Customer) -> dict[str, Any]:
    """Return the effects of a deletion as its page shows them; no query."""
    invoices = [one for one in effects if one["kind"] == "invoice"]
    return {
        "issued": [_document(one, customer) for one in invoices if one["is_new"]],
        "drafts": [_document(one, customer) for one in invoices if not one["is_new"]],
        "notes": [_note(one) for one in effects if one["kind"] == "credit_note"],
        "endings": [*_endings(effects), *_wallets(effects)],
    }


def _document(effect: Effect, customer: Customer) -> Section:
    """Return an invoice with its lines, taxes and totals, all written."""
    currency = effect["currency"]
    closed = effect["status"] == "closed"
    label = _("An invoice is issued") if effect["is_new"] else _("A draft is finalized")
    return {
        "label": _("Nothing is left to bill: the draft is closed") if closed else label,
        "issued": formats.day(date.fromisoformat(effect["issuing_date"])),
        "total": _money(effect, "total_amount_cents", currency),
        "lines": [_line(line, currency, customer) for line in effect["lines"]],
        "sums": _sums(effect, currency),
    }


def _line(line: Effect, currency: str, customer: Customer) -> Section:
    name = " · ".join(part for part in (line["name"], line["part"]) if part)
    groups = ", ".join(f"{key}: {value}" for key, value in line["group"].items())
    return {
        "name": name,
        "detail": " · ".join(part for part in (groups, _span(line, customer)) if part),
        "units": formats.units(Decimal(line["units"])),
        "amount": formats.money(line["amount_cents"], currency),
    }


def _span(line: Effect, customer: Customer) -> str:
    if not line["start_at"]:
        return ""
    start_at, end_at = (datetime.fromisoformat(line[name]) for name in ("start_at", "end_at"))
    return formats.span(start_at, end_at, customer.zone)


def _sums(effect: Effect, currency: str) -> list[tuple[str, str]]:
    """Return the rows from the fees down to what is due; those of zero are left out."""
    taken = [
        (_("Progressive billing"), "progressive_billing_credit_amount_cents"),
        (_("Coupons"), "coupons_amount_cents"),
    ]
    paid = [
        (_("Credit notes"), "credit_notes_amount_cents"),
        (_("Prepaid credits"), "prepaid_credit_amount_cents"),
    ]
    rows = [(_("Fees"), formats.money(effect["fees_amount_cents"], currency))]
    rows += [
        (label, formats.money(-effect[name], currency)) for label, name in taken if effect[name]
    ]
    rows += [_tax(tax, currency) for tax in effect["taxes"]]
    rows += [
        (label, formats.money(-effect[name], currency)) for label, name in paid if effect[name]
    ]
    return rows


def _tax(tax: Effect, currency: str) -> tuple[str, str]:
    label = f"{tax['name']} {formats.rate(Decimal(tax['rate']))}"
    return label, formats.money(tax["amount_cents"], currency)


def _note(effect: Effect) -> Section:
    """Return a credit note with its lines and what becomes of the money."""
    currency = effect["currency"]
    rows = [
        (_("Before taxes"), "sub_total_excluding_taxes_amount_cents"),
        (_("Credit for later invoices"), "credit_amount_cents"),
        (_("Refund"), "refund_amount_cents"),
        (_("Offset against what is due"), "offset_amount_cents"),
    ]
    sums = [(label, formats.money(effect[name], currency)) for label, name in rows if effect[name]]
    sums[1:1] = [_tax(tax, currency) for tax in effect["taxes"]]
    used = effect["credit_amount_cents"] - effect["balance_amount_cents"]
    if used:
        sums.append((_("Used at once by the invoices above"), formats.money(used, currency)))
    label = (
        _("A credit note is issued") if effect["is_new"] else _("A draft credit note is finalized")
    )
    return {
        "label": label,
        "issued": _("on invoice %s") % effect["invoice"] if effect["invoice"] else "",
        "total": _money(effect, "total_amount_cents", currency),
        "lines": [
            {"name": line["name"], "amount": formats.money(line["amount_cents"], currency)}
            for line in effect["lines"]
        ],
        "sums": sums,
    }


def _money(effect: Effect, name: str, currency: str) -> str:
    return formats.money(effect[name], currency)


def _endings(effects: Sequence[Effect]) -> list[Section]:
    kinds = ("subscription", "applied_coupon")
    return written([one for one in effects if one["kind"] in kinds])


def _wallets(effects: Sequence[Effect]) -> list[Section]:
    """Return each wallet that ends, with the credits that are voided in credits and in money."""
    rows = []
    for wallet in (one for one in effects if one["kind"] == "wallet"):
        voided = [
            one
            for one in effects
            if one["kind"] == "wallet_transaction"
            and one["type"] == "voided"
            and one["wallet"] == wallet["name"]
        ]
        credits = sum((Decimal(one["credits"]) for one in voided), Decimal(0))
        cents = sum(one["amount_cents"] for one in voided)
        words = _("%(credits)s credits are voided") % {"credits": formats.units(credits)}
        rows.append(
            {
                "label": _("Wallet %(name)s ends") % {"name": wallet["name"]},
                "detail": words if voided else _("It is empty"),
                "amount": formats.money(cents, wallet["currency"]),
                "icon": "wallet",
                "tone": "bad",
            }
        )
    return rows


def staying(customer: Customer) -> list[Section]:
    """Return what remains of a customer: final documents and what is due; 2 queries."""
    found = (
        Invoice.objects.filter(customer=customer, status__in=["finalized", "voided"])
        .values("currency")
        .annotate(n=Count("pk"), due=Sum(DUE))
        .order_by("currency")
    )
    count = sum(row["n"] for row in found)
    due = [formats.money(row["due"], row["currency"]) for row in found if row["due"]]
    notes = CreditNote.objects.finalized().filter(customer=customer).count()
    invoices = ngettext("%d finalized invoice stays", "%d finalized invoices stay", count) % count
    credits = ngettext("%d credit note stays", "%d credit notes stay", notes) % notes
    left = _("Still due") if due else _("Nothing is due")
    return [
        {"label": invoices, "detail": left, "amount": " + ".join(due), "icon": "file-text"},
        {"label": credits, "icon": "receipt-text"},
        {"label": _("The external ID is free for a new customer"), "icon": "rotate-ccw"},
    ]


def has_something_active(customer: Customer) -> bool:
    """Say whether a deletion ends something, so that the external ID must be typed; 1 to 4 queries."""
    return (
        Subscription.objects.open().filter(customer=customer).exists()
        or customer.applied_coupons.active().exists()
        or Wallet.objects.active().filter(customer=customer).exists()
        or Invoice.objects.drafts().filter(customer=customer).exists()
    )
