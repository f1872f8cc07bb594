"""The figures, one query each. Amounts are minor units; a month is the day it begins on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth

from billing.money import round_to_cents
from catalog.models.plan import Interval
from invoices.models import Fee, Invoice
from invoices.models.fee import FeeType
from organizations.models import Organization
from subscriptions.models import Subscription

MOST_MONTHS = 120
PERIODS_A_YEAR = {
    Interval.YEARLY: 1,
    Interval.SEMIANNUAL: 2,
    Interval.QUARTERLY: 4,
    Interval.MONTHLY: 12,
    Interval.WEEKLY: 52,
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a request narrows the figures down to; `months` counts back from the one of `at`."""

    organization: Organization
    at: datetime
    currency: str | None = None
    months: int | None = None
    external_customer_id: str | None = None

    @property
    def first_month(self) -> date | None:
        """The earliest month that is shown; None for all."""
        return None if self.months is None else months_before(self.this_month, self.months - 1)

    @property
    def this_month(self) -> date:
        """The month it is in the organization's timezone."""
        return self.at.astimezone(ZoneInfo(self.organization.timezone)).date().replace(day=1)


def months_before(month: date, count: int) -> date:
    """Return the first day of the month `count` months earlier."""
    number = month.year * 12 + month.month - 1 - min(count, MOST_MONTHS)
    return date(number // 12, number % 12 + 1, 1)


def gross_revenue(asked: Asked) -> list[Row]:
    """Sum up what has been invoiced a month and currency, lost disputes left out."""
    rows = _invoices(asked).filter(payment_dispute_lost_at=None)
    return list(
        rows.values(month=TruncMonth("issuing_date"), code=F("currency"))
        .annotate(invoices_count=Count("pk"), amount=Sum("total_amount_cents"))
        .order_by("month", "code")
    )


def invoice_collection(asked: Asked) -> list[Row]:
    """Sum up what has been invoiced a month, currency and payment status."""
    rows = _invoices(asked).filter(payment_dispute_lost_at=None)
    return list(
        rows.values("payment_status", month=TruncMonth("issuing_date"), code=F("currency"))
        .annotate(invoices_count=Count("pk"), amount=Sum("total_amount_cents"))
        .order_by("month", "code", "payment_status")
    )


def invoiced_usage(asked: Asked) -> list[Row]:
    """Sum up the usage that has been invoiced a month, currency and metric."""
    return list(
        _usage_fees(asked)
        .values(
            month=TruncMonth("invoice__issuing_date"),
            currency=F("amount_currency"),
            metric=F("charge__billable_metric__code"),
        )
        .annotate(amount=Sum("amount_cents"))
        .order_by("month", "currency", "metric")
    )


def overdue_balance(asked: Asked) -> list[Row]:
    """Sum up what is overdue by the month it was due in, with the invoices."""
    owed: dict[tuple[date, str], Row] = {}
    rows = _invoices(asked, by="payment_due_date").filter(payment_overdue=True)
    for invoice in rows.order_by("payment_due_date", "pk"):
        key = (invoice.payment_due_date.replace(day=1), invoice.currency)
        row = owed.setdefault(key, {"month": key[0], "code": key[1], "amount": 0, "ids": []})
        row["amount"] += invoice.total_due_amount_cents
        row["ids"].append(str(invoice.pk))
    return sorted(owed.values(), key=lambda row: (row["month"], row["code"]))


def recurring_revenue(asked: Asked) -> list[Row]:
    """Sum up the plan prices, a month's worth each, of the subscriptions that ran at the end of each month.

    A yearly plan counts a twelfth of its price; the running month is counted as it stands now.
    """
    runs = Subscription.objects.of(asked.organization).exclude(started_at=None)
    if asked.currency:
        runs = runs.filter(plan__amount_currency=asked.currency)
    totals: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for run in runs.select_related("plan").only(
        "started_at",
        "terminated_at",
        "plan__amount_cents",
        "plan__amount_currency",
        "plan__interval",
    ):
        share = Decimal(run.plan.amount_cents * PERIODS_A_YEAR[Interval(run.plan.interval)]) / 12
        for month in _months_of(run, asked):
            totals[month, run.plan.amount_currency] += share
    return [
        {"month": month, "code": code, "amount": round_to_cents(total)}
        for (month, code), total in sorted(totals.items())
    ]


def usage_by_day(asked: Asked, *, metric_code: str | None = None) -> list[Row]:
    """Sum up the usage that has been invoiced by day of billing, currency and metric."""
    fees = _usage_fees(asked)
    if metric_code:
        fees = fees.filter(charge__billable_metric__code=metric_code)
    return list(
        fees.values(
            on=TruncDate("invoice__billed_at", tzinfo=ZoneInfo(asked.organization.timezone)),
            currency=F("amount_currency"),
            metric=F("charge__billable_metric__code"),
            metric_deleted_at=F("charge__billable_metric__deleted_at"),
        )
        .annotate(amount=Sum("amount_cents"), counted=Sum("units"))
        .order_by("on", "currency", "metric")
    )


def _invoices(asked: Asked, *, by: str = "issuing_date") -> QuerySet[Invoice]:
    rows = Invoice.objects.of(asked.organization).finalized().filter(self_billed=False)
    if asked.currency:
        rows = rows.filter(currency=asked.currency)
    if asked.external_customer_id:
        rows = rows.filter(customer__external_id=asked.external_customer_id)
    if asked.first_month:
        rows = rows.filter(**{f"{by}__gte": asked.first_month})
    return rows


def _usage_fees(asked: Asked) -> QuerySet[Fee]:
    return Fee.objects.filter(
        invoice__in=_invoices(asked).values("pk"), fee_type=FeeType.CHARGE, deleted_at=None
    )


def _months_of(run: Subscription, asked: Asked) -> list[date]:
    """Return the months at whose end `run` was running, the current month at its present state."""
    zone = ZoneInfo(asked.organization.timezone)
    started, month = run.started_at or asked.at, asked.this_month
    first = max(
        started.astimezone(zone).date().replace(day=1),
        asked.first_month or months_before(month, MOST_MONTHS),
    )
    found = []
    while month >= first:
        next_month = (month + timedelta(days=32)).replace(day=1)
        ends_at = min(datetime.combine(next_month, datetime.min.time(), zone), asked.at)
        is_over = run.terminated_at is not None and run.terminated_at <= ends_at.astimezone(UTC)
        if started <= ends_at and not is_over:
            found.append(month)
        month = months_before(month, 1)
    return found
