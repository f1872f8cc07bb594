"""What subscriptions have used: a panel each, for the running period or for one that has been billed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.money import round_to_cents
from billing.periods import Period, days
from catalog.models.charge import ChargeModel
from console import charts, formats
from invoices.current_usage import ChargeUsage, CurrentUsage, current_usages
from invoices.models import Fee, InvoiceSubscription
from invoices.models.periods import InvoicingReason
from subscriptions.models import Subscription
from subscriptions.reads.usage_charts import Drawing, charts_of

MOST_PERIODS = 12
BILLS_USAGE = (InvoicingReason.PERIODIC, InvoicingReason.TERMINATING)


@dataclass(frozen=True)
class UsageLine:
    """A charge as a row of the panel: how much, how dear, and where the details are."""

    usage: ChargeUsage
    currency: str
    url: str
    projected_cents: int

    @property
    def name(self) -> str:
        """What the charge is called on invoices."""
        return self.usage.charge.shown_name

    @property
    def model(self) -> str:
        """How the charge prices units."""
        return str(ChargeModel(self.usage.charge.charge_model).label)

    @property
    def parts(self) -> int:
        """How many filters and groups the charge has used."""
        return len(self.usage.fees)


@dataclass(frozen=True)
class UsagePanel:
    """The usage of a subscription in one period; `entry` is the billing of a past one."""

    subscription: Subscription
    period: Period
    currency: str
    lines: tuple[UsageLine, ...]
    taxes_cents: int
    elapsed_days: int
    period_days: int
    chart: charts.Chart | None
    periods: tuple[dict[str, Any], ...]
    entry: InvoiceSubscription | None = None

    @property
    def is_current(self) -> bool:
        """Whether the period is still running."""
        return self.entry is None

    @property
    def amount_cents(self) -> int:
        """What was used, before taxes."""
        return sum(line.usage.amount_cents for line in self.lines)

    @property
    def total_cents(self) -> int:
        """What was used, with taxes."""
        return self.amount_cents + self.taxes_cents

    @property
    def projected_cents(self) -> int:
        """What it comes to at the end of the period if it goes on like that, before taxes."""
        return sum(line.projected_cents for line in self.lines)

    @property
    def events_count(self) -> int:
        """The events that the charges count."""
        return sum(line.usage.events_count for line in self.lines)

    @property
    def written_period(self) -> str:
        """The civil days of the period where the customer is."""
        return span(self.period, self.subscription.customer.zone)


def span(period: Period, zone: Any) -> str:
    """Write the civil days that a period touches: a whole month by its name, else first and last."""
    first = period.start.astimezone(zone).date()
    last = max(period.start, period.end - timedelta(microseconds=1)).astimezone(zone).date()
    if first == last:
        return formats.day(first)
    if first.day == 1 and last == monthly_end(first):
        return format_date(first, "MMMM y", (get_language() or "en").replace("-", "_"))
    return f"{formats.day(first)} – {formats.day(last)}"


def monthly_end(first: date) -> date:
    """Return the last day of the month that begins on `first`."""
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def usage_panels(subscriptions: Sequence[Subscription], *, at: datetime) -> list[UsagePanel]:
    """Return the running usage of active subscriptions, with as many queries for many as for one."""
    usages = current_usages(subscriptions, at=at)
    drawn = charts_of(
        [
            Drawing(
                usage.subscription,
                tuple(one.charge for one in usage.charges),
                usage.period,
                usage.elapsed_days,
            )
            for usage in usages
        ]
    )
    billed = periods_of(subscriptions)
    return [
        _current(usage, chart, billed[usage.subscription.pk])
        for usage, chart in zip(usages, drawn, strict=True)
    ]


def _current(
    usage: CurrentUsage, chart: charts.Chart | None, billed: list[InvoiceSubscription]
) -> UsagePanel:
    subscription = usage.subscription
    ratio = Decimal(usage.elapsed_days) / Decimal(usage.period_days)
    return UsagePanel(
        subscription=subscription,
        period=usage.period,
        currency=usage.currency,
        lines=tuple(
            UsageLine(one, usage.currency, _charge_url(subscription, one), _projected(one, ratio))
            for one in usage.charges
        ),
        taxes_cents=usage.taxes_amount_cents,
        elapsed_days=usage.elapsed_days,
        period_days=usage.period_days,
        chart=chart,
        periods=tuple(period_links(subscription, billed)),
    )


def _projected(usage: ChargeUsage, ratio: Decimal) -> int:
    """Return what the charge comes to at the end of the period; recurring metrics stay as they are."""
    if usage.charge.billable_metric.recurring:
        return usage.amount_cents
    return round_to_cents(Decimal(usage.amount_cents) / ratio)


def past_panel(subscription: Subscription, entry: InvoiceSubscription) -> UsagePanel:
    """Return the usage of a period as it was billed; 6 queries."""
    fees = (
        Fee.objects.filter(
            invoice_id=entry.invoice_id,
            subscription_id=entry.subscription_id,
            fee_type="charge",
            true_up_parent=None,
        )
        .select_related("charge__billable_metric")
        .order_by("charge__billable_metric__name", "created_at", "pk")
    )
    by_charge: dict[Any, list[Fee]] = defaultdict(list)
    for fee in fees:
        by_charge[fee.charge].append(fee)
    usages = [ChargeUsage(charge, tuple(own)) for charge, own in by_charge.items()]
    period = Period(entry.charges_start_at, entry.charges_end_at)
    count = days(period, subscription.customer.zone)
    drawing = Drawing(subscription, tuple(one.charge for one in usages), period, count)
    billed = periods_of([subscription])[subscription.pk]
    return UsagePanel(
        subscription=subscription,
        period=period,
        currency=entry.invoice.currency,
        lines=tuple(
            UsageLine(
                one,
                entry.invoice.currency,
                _charge_url(subscription, one, entry),
                one.amount_cents,
            )
            for one in usages
        ),
        taxes_cents=sum(fee.taxes_amount_cents for own in by_charge.values() for fee in own),
        elapsed_days=count,
        period_days=count,
        chart=charts_of([drawing])[0],
        periods=tuple(period_links(subscription, billed, entry)),
        entry=entry,
    )


def _charge_url(
    subscription: Subscription, usage: ChargeUsage, entry: InvoiceSubscription | None = None
) -> str:
    url = reverse("subscriptions:charge_usage", args=[subscription.pk, usage.charge.pk])
    return f"{url}?period={entry.pk}" if entry else url


def periods_of(
    subscriptions: Sequence[Subscription],
) -> dict[UUID, list[InvoiceSubscription]]:
    """Return the periods of each subscription that final invoices billed, the latest first; 1 query."""
    rows = InvoiceSubscription.objects.filter(
        subscription__in=subscriptions,
        invoicing_reason__in=BILLS_USAGE,
        invoice__status="finalized",
    )
    found: dict[UUID, list[InvoiceSubscription]] = {one.pk: [] for one in subscriptions}
    for row in rows.order_by("-charges_start_at", "-billed_at", "-pk"):
        if len(found[row.subscription_id]) < MOST_PERIODS:
            found[row.subscription_id].append(row)
    return found


def period_links(
    subscription: Subscription,
    billed: Sequence[InvoiceSubscription],
    current: InvoiceSubscription | None = None,
) -> list[dict[str, Any]]:
    """Return the running period and those that have been billed as links."""
    url = reverse("subscriptions:usage", args=[subscription.pk])
    running = {"label": _("Current"), "url": url, "is_current": current is None}
    past = [
        {
            "label": span(
                Period(entry.charges_start_at, entry.charges_end_at), subscription.customer.zone
            ),
            "url": f"{url}?period={entry.pk}",
            "is_current": current is not None and current.pk == entry.pk,
        }
        for entry in billed
    ]
    return [running, *past] if subscription.is_active else past


def grand_totals(panels: Sequence[UsagePanel]) -> list[dict[str, Any]]:
    """Return the sums over subscriptions, by currency, with taxes."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for panel in panels:
        for index, cents in enumerate(
            (panel.amount_cents, panel.taxes_cents, panel.projected_cents)
        ):
            sums[panel.currency][index] += cents
    return [
        {
            "total": formats.money(amount + taxes, currency),
            "amount": formats.money(amount, currency),
            "taxes": formats.money(taxes, currency),
            "projected": formats.money(projected, currency),
        }
        for currency, (amount, taxes, projected) in sorted(sums.items())
    ]
