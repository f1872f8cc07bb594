"""One invoice as its page shows it: lines by subscription, totals in the order of the calculation."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.adjustments import Rule
from console import formats
from invoices.models import CreditNote, Fee, Invoice
from invoices.models.fee import FeeType
from organizations.models import Organization
from payments.models import Payment

ORDER = [
    FeeType.SUBSCRIPTION,
    FeeType.FIXED_CHARGE,
    FeeType.CHARGE,
    FeeType.COMMITMENT,
    FeeType.ADD_ON,
    FeeType.CREDIT,
]


@dataclass(frozen=True)
class Line:
    """A fee as the table shows it; `adjusted` says who has set it, `change_url` is where it is set or given up."""

    fee: Fee
    detail: str
    price: Decimal
    url: str
    adjusted: str = ""
    change_url: str = ""


@dataclass
class Block:
    """The lines of one subscription, or those that belong to none."""

    title: str
    url: str = ""
    period: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Sum:
    """A row of the totals; `is_total` rows are the results, the others lead to them."""

    label: str
    cents: int
    detail: str = ""
    url: str = ""
    is_total: bool = False


def find(organization: Organization, pk: uuid.UUID) -> Invoice | None:
    """Return a visible invoice of the organization with its customer; one query."""
    rows = Invoice.objects.of(organization).visible()
    return (
        rows.select_related("customer__organization", "customer__customer_provider")
        .filter(pk=pk)
        .first()
    )


def relatives(invoice: Invoice) -> list[tuple[str, Invoice]]:
    """Return the invoice whose place this one takes and the one that takes its place; a query each, if there may be."""
    found = []
    if invoice.voided_invoice is not None:
        found.append((_("Takes the place of"), invoice.voided_invoice))
    if invoice.is_voided:
        found += [(_("Regenerated as"), row) for row in invoice.regenerations.all()]
    return found


def fees_of(invoice: Invoice) -> list[Fee]:
    """Return an invoice's fees in the order of the document; one query."""
    rows = (
        Fee.objects.filter(invoice=invoice, deleted_at=None)
        .select_related("subscription__plan", "charge", "true_up_parent")
        .order_by("created_at", "pk")
    )
    return sorted(rows, key=lambda fee: ORDER.index(FeeType(fee.fee_type)))


def blocks(invoice: Invoice) -> list[Block]:
    """Return the lines grouped by subscription; two queries."""
    periods = {
        row.subscription_id: row
        for row in invoice.invoice_subscriptions.select_related("subscription__plan")
    }
    found: dict[uuid.UUID | None, Block] = {}
    for key, row in periods.items():
        subscription = row.subscription
        found[key] = Block(
            subscription.name or subscription.plan.shown_name,
            f"/subscriptions/{key}/",
            period_words(row.period, invoice.timezone),
        )
    for fee in fees_of(invoice):
        block = found.setdefault(fee.subscription_id, _block(fee))
        block.lines.append(line_of(fee, invoice, block.period))
    return [block for block in found.values() if block.lines]


def _block(fee: Fee) -> Block:
    if fee.subscription is None:
        return Block(str(FeeType(fee.fee_type).label))
    title = fee.subscription.name or fee.subscription.plan.shown_name
    return Block(title, f"/subscriptions/{fee.subscription_id}/")


def line_of(fee: Fee, invoice: Invoice, known_period: str = "") -> Line:
    """Return a fee as a line; its details say what part of its charge it is, and for when if that is not known."""
    parts = [str(FeeType(fee.fee_type).label)] if fee.fee_type != FeeType.ADD_ON else []
    if fee.true_up_parent_id:
        parts = [_("Up to the spending minimum")]
    if fee.filter_display_name:
        parts.append(fee.filter_display_name)
    parts += [f"{key}: {value or '—'}" for key, value in sorted(fee.grouped_by.items())]
    if fee.description and fee.fee_type == FeeType.ADD_ON:
        parts.append(fee.description)
    period = period_words(fee.period, invoice.timezone)
    if period and period != known_period:
        parts.append(period)
    unit = fee.precise_unit_amount
    price = unit.quantize(Decimal("0.000001")) if unit != round(unit, 6) else unit
    return Line(
        fee,
        " · ".join(parts),
        price,
        reverse("invoices:fee", args=[invoice.pk, fee.pk]),
        adjusted_words(fee),
        _change_url(fee, invoice),
    )


def adjusted_words(fee: Fee) -> str:
    """Say who has adjusted a line and what it was; nothing when nobody has."""
    step = fee.adjustment
    if step is None:
        return ""
    if step["rule"] == Rule.NAME:
        return _("named by %(who)s, was %(name)s") % {
            "who": step["by"],
            "name": step["name_before"],
        }
    return _("adjusted by %(who)s, was %(amount)s for %(units)s units") % {
        "who": step["by"],
        "amount": formats.money(step["amount_cents_before"], fee.amount_currency),
        "units": formats.units(Decimal(step["units_before"])),
    }


def _change_url(fee: Fee, invoice: Invoice) -> str:
    if not (invoice.is_draft and fee.is_adjustable):
        return ""
    name = "undo_adjustment" if fee.adjustment else "adjust_fee"
    return reverse(f"invoices:{name}", args=[invoice.pk, fee.pk])


def period_words(period: Any, zone: str) -> str:
    """Write a period's first and last day in a zone; its end is outside."""
    if period is None or period.isempty:
        return ""
    return formats.span(period.lower, period.upper, zone)


def totals(invoice: Invoice) -> list[Sum]:
    """Return the sums from the fees to what is due, as they are worked out; five queries."""
    return [
        Sum(_("Fees"), invoice.fees_amount_cents),
        *_progressive(invoice),
        *_coupons(invoice),
        Sum(
            _("Subtotal without taxes"),
            invoice.sub_total_excluding_taxes_amount_cents,
            is_total=True,
        ),
        *_taxes(invoice),
        Sum(
            _("Subtotal with taxes"), invoice.sub_total_including_taxes_amount_cents, is_total=True
        ),
        *_notes(invoice),
        *_prepaid(invoice),
        Sum(_("Total"), invoice.total_amount_cents, is_total=True),
        *_settled(invoice),
        Sum(pgettext("amount", "Due"), invoice.total_due_amount_cents, is_total=True),
    ]


def _progressive(invoice: Invoice) -> Iterable[Sum]:
    if not invoice.progressive_billing_credit_amount_cents:
        return
    rows = invoice.progressive_credits.select_related("progressive_invoice").order_by("pk")
    for row in rows:
        earlier = row.progressive_invoice
        url = reverse("invoices:detail", args=[earlier.pk])
        yield Sum(_("Billed before"), -row.amount_cents, earlier.number, url)


def _coupons(invoice: Invoice) -> Iterable[Sum]:
    rows = invoice.coupon_credits.select_related("applied_coupon__coupon").order_by(
        "created_at", "pk"
    )
    for row in rows:
        coupon = row.applied_coupon.coupon
        yield Sum(
            _("Coupon"), -row.amount_cents, coupon.name, reverse("coupons:detail", args=[coupon.pk])
        )


def _taxes(invoice: Invoice) -> Iterable[Sum]:
    for tax in invoice.applied_taxes.order_by("tax_code", "pk"):
        base = formats.money(tax.fees_amount_cents, invoice.currency)
        detail = _("%(rate)s of %(base)s") % {"rate": formats.rate(tax.tax_rate), "base": base}
        yield Sum(tax.tax_name, tax.amount_cents, detail)


def _notes(invoice: Invoice) -> Iterable[Sum]:
    rows = invoice.credit_note_credits.filter(is_returned=False).select_related("credit_note")
    for row in rows.order_by("created_at", "pk"):
        url = reverse("invoices:credit_note", args=[row.credit_note_id])
        yield Sum(_("Credit note"), -row.amount_cents, row.credit_note.number, url)


def _prepaid(invoice: Invoice) -> Iterable[Sum]:
    if invoice.prepaid_credit_amount_cents:
        yield Sum(_("Prepaid credits"), -invoice.prepaid_credit_amount_cents)


def _settled(invoice: Invoice) -> Iterable[Sum]:
    if invoice.total_paid_amount_cents:
        yield Sum(_("Paid"), -invoice.total_paid_amount_cents)
    if invoice.offset_amount_cents:
        yield Sum(_("Offset by credit notes"), -invoice.offset_amount_cents)


def payments_of(invoice: Invoice) -> list[Payment]:
    """Return the payments of an invoice, the latest first; one query."""
    rows = Payment.objects.filter(Q(invoice=invoice) | Q(payment_request__invoices=invoice))
    return list(rows.select_related("provider").order_by("-created_at", "-pk").distinct())


def notes_on(invoice: Invoice) -> list[CreditNote]:
    """Return the credit notes of an invoice, the latest first; one query."""
    return list(invoice.credit_notes.order_by("-created_at", "-pk"))
