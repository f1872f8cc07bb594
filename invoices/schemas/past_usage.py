"""The shape of the usage of periods that have been billed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from api.values import day, instant
from catalog.models import BillableMetricFilter, ChargeFilter
from customers.models import Customer
from invoices.current_usage import ChargeUsage
from invoices.models import Fee, InvoiceSubscription
from invoices.models.periods import InvoicingReason
from invoices.schemas.periods import wire_end
from invoices.schemas.usage import charge_usage_out


def billed_periods(
    customer: Customer, external_subscription_id: str
) -> QuerySet[InvoiceSubscription]:
    """Return the periods of a subscription's final invoices that bill usage, the latest first."""
    return (
        InvoiceSubscription.objects.filter(
            subscription__customer=customer,
            subscription__external_id=external_subscription_id,
            invoicing_reason__in=[InvoicingReason.PERIODIC, InvoicingReason.TERMINATING],
            invoice__status="finalized",
        )
        .select_related("invoice", "subscription__customer__organization")
        .order_by("-charges_start_at", "-billed_at", "-pk")
    )


def past_usages_out(
    entries: Sequence[InvoiceSubscription], metric_code: str | None = None
) -> list[dict[str, Any]]:
    """Write periods with the fees that billed their usage; three more queries."""
    fees = (
        Fee.objects.filter(
            invoice_id__in=[entry.invoice_id for entry in entries],
            fee_type="charge",
            true_up_parent=None,
        )
        .select_related("charge__billable_metric")
        .prefetch_related(
            Prefetch("charge__filters", ChargeFilter.objects.order_by("created_at", "pk")),
            Prefetch(
                "charge__billable_metric__filters", BillableMetricFilter.objects.order_by("key")
            ),
        )
        .order_by("created_at", "pk")
    )
    found: dict[Any, list[Fee]] = defaultdict(list)
    for fee in fees:
        if metric_code is None or fee.charge.billable_metric.code == metric_code:
            found[fee.invoice_id, fee.subscription_id].append(fee)
    return [_period(entry, found[entry.invoice_id, entry.subscription_id]) for entry in entries]


def _period(entry: InvoiceSubscription, fees: Sequence[Fee]) -> dict[str, Any]:
    by_charge: dict[Any, list[Fee]] = defaultdict(list)
    for fee in fees:
        by_charge[fee.charge].append(fee)
    usages = [ChargeUsage(charge, tuple(own)) for charge, own in by_charge.items()]
    amount = sum(fee.amount_cents for fee in fees)
    taxes = sum(fee.taxes_amount_cents for fee in fees)
    return {
        "from_datetime": instant(entry.charges_start_at),
        "to_datetime": wire_end(entry.charges_start_at, entry.charges_end_at),
        "issuing_date": day(entry.invoice.issuing_date),
        "currency": entry.invoice.currency,
        "amount_cents": amount,
        "taxes_amount_cents": taxes,
        "total_amount_cents": amount + taxes,
        "lago_invoice_id": str(entry.invoice_id),
        "charges_usage": [charge_usage_out(each, entry.invoice.currency) for each in usages],
    }
