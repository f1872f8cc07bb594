"""One invoice for fees in advance that were paid one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from billing.bill import BillRequest, bill
from billing.lines import Line, TaxTerms
from invoices.lifecycle import InvoiceStatus, PaymentStatus
from invoices.models import Fee, FeeTax, Invoice, InvoiceTax
from invoices.models.invoice import InvoiceType
from invoices.operations.numbering import assign_numbers
from persistence.saving import create_all, save_valid

TOTALS = (
    "fees_amount_cents",
    "sub_total_excluding_taxes_amount_cents",
    "taxes_amount_cents",
    "taxes_rate",
    "sub_total_including_taxes_amount_cents",
    "total_amount_cents",
)


def regroup(fees: Sequence[Fee], *, at: datetime) -> Invoice:
    """Put paid stand-alone fees of one customer and currency on one paid invoice and return it.

    Taxes are the sums of those the fees bore; nothing comes off. The customer is locked by the caller, and the fees
    come with it.
    """
    taxes: dict[object, list[FeeTax]] = defaultdict(list)
    for row in FeeTax.objects.filter(fee__in=fees).order_by("tax_code", "pk"):
        taxes[row.fee_id].append(row)
    worked = bill(
        BillRequest(
            invoice_type=InvoiceType.ADVANCE_CHARGES,
            currency=fees[0].amount_currency,
            is_final=True,
            lines=tuple(_line(fee, taxes[fee.pk]) for fee in fees),
        )
    )
    invoice = _invoice(fees[0], at)
    for name in TOTALS:
        setattr(invoice, name, getattr(worked, name))
    invoice.total_paid_amount_cents = invoice.total_amount_cents
    assign_numbers([invoice], at=at)
    save_valid(invoice)
    Fee.objects.filter(pk__in=[fee.pk for fee in fees]).update(invoice=invoice, updated_at=at)
    known = {row.tax_code: row for rows in taxes.values() for row in rows}
    create_all(
        [
            InvoiceTax(
                organization_id=invoice.organization_id,
                invoice=invoice,
                tax_id=known[applied.tax.code].tax_id,
                tax_name=applied.tax.name,
                tax_code=applied.tax.code,
                tax_description=known[applied.tax.code].tax_description,
                tax_rate=applied.tax.rate,
                amount_cents=applied.amount_cents,
                fees_amount_cents=int(applied.base_cents),
                created_at=at,
            )
            for applied in worked.applied_taxes
        ]
    )
    return invoice


def _line(fee: Fee, taxes: Sequence[FeeTax]) -> Line:
    return Line(
        key=fee.pk,
        fee_type=fee.fee_type,
        amount_cents=fee.amount_cents,
        precise_amount_cents=fee.precise_amount_cents,
        taxes=tuple(
            TaxTerms(row.tax_code, row.tax_code, row.tax_rate, row.tax_name) for row in taxes
        ),
    )


def _invoice(fee: Fee, at: datetime) -> Invoice:
    customer = fee.customer
    today = customer.local_date(at)
    return Invoice(
        organization_id=fee.organization_id,
        customer=customer,
        invoice_type=InvoiceType.ADVANCE_CHARGES,
        status=InvoiceStatus.FINALIZED,
        payment_status=PaymentStatus.SUCCEEDED,
        currency=fee.amount_currency,
        timezone=customer.applicable_timezone,
        billed_at=at,
        issuing_date=today,
        expected_finalization_date=today,
        payment_due_date=today,
        net_payment_term=customer.applicable_net_payment_term,
        created_at=at,
        updated_at=at,
        finalized_at=at,
    )
