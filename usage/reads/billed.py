"""On which invoice events are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Charge
from invoices.lifecycle import InvoiceStatus
from invoices.models import Fee, Invoice, InvoiceSubscription
from invoices.models.periods import InvoicingReason
from organizations.models import Organization
from subscriptions.models import Subscription
from usage.models import UsageEvent

BILLING = (InvoicingReason.PERIODIC, InvoicingReason.TERMINATING, InvoicingReason.UPGRADING)
"""Why an invoice bills all the usage of a period; others bill single events, or what is paid ahead."""
GONE = (InvoiceStatus.VOIDED, InvoiceStatus.DELETED)


@dataclass(frozen=True)
class Billed:
    """The invoices and fees of some subscriptions, the newest first."""

    periods: Sequence[InvoiceSubscription]
    fees: Sequence[Fee]

    def invoice(self, event: UsageEvent, owner: Subscription) -> Invoice | None:
        """Return the invoice that bills the period of an event."""
        for row in self.periods:
            is_inside = row.charges_start_at <= event.at < row.charges_end_at
            if row.subscription_id == owner.pk and is_inside:
                return row.invoice
        return None

    def late(self, event: UsageEvent, owner: Subscription) -> Invoice | None:
        """Return the invoice that was final before the event arrived."""
        invoice = self.invoice(event, owner)
        is_late = invoice and invoice.finalized_at and invoice.finalized_at < event.created_at
        return invoice if is_late else None

    def fee(
        self,
        event: UsageEvent,
        owner: Subscription,
        charge: Charge,
        charge_filter_id: UUID | None,
        group: Mapping[str, Any],
    ) -> tuple[str, str] | None:
        """Return the line that an event is part of, or at least its invoice; None while it is not billed."""
        invoice = self.invoice(event, owner)
        own = (owner.pk, charge.pk, charge_filter_id, dict(group))
        for fee in self.fees:
            key = (fee.subscription_id, fee.charge_id, fee.charge_filter_id, dict(fee.grouped_by))
            is_its = fee.event_transaction_id == event.transaction_id
            is_of_period = fee.event_transaction_id is None and fee.invoice == invoice
            if key == own and fee.invoice is not None and (is_its or is_of_period):
                page = reverse("invoices:fee", args=[fee.invoice.pk, fee.pk])
                named = {"number": fee.invoice.number, "line": fee.shown_name}
                return _("Invoice %(number)s: %(line)s") % named, page
        if invoice is None:
            return None
        page = reverse("invoices:detail", args=[invoice.pk])
        return _("Invoice %(number)s") % {"number": invoice.number}, page


def billed(
    organization: Organization, events: Sequence[UsageEvent], own: Sequence[Subscription]
) -> Billed:
    """Return what has been billed of the periods that the events fall into; two queries."""
    ids = {one.pk for one in own}
    moments = [event.at for event in events]
    if not ids:
        return Billed([], [])
    periods = list(
        InvoiceSubscription.objects.of(organization)
        .filter(subscription_id__in=ids, invoicing_reason__in=BILLING)
        .filter(charges_start_at__lte=max(moments), charges_end_at__gt=min(moments))
        .exclude(invoice__status__in=GONE)
        .select_related("invoice")
        .order_by("-billed_at", "-pk")
    )
    invoices = {row.invoice_id for row in periods}
    named = {event.transaction_id for event in events}
    fees = Fee.objects.of(organization).filter(deleted_at=None, subscription_id__in=ids)
    wanted = Q(event_transaction_id__in=named) | Q(invoice_id__in=invoices, charge__isnull=False)
    return Billed(
        periods, list(fees.filter(wanted).select_related("invoice").order_by("-created_at", "-pk"))
    )
