"""Endpoints of the figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema
from typing_extensions import TypedDict

from api.envelopes import answer, list_out
from api.requests import ApiRequest
from api.values import decimal
from invoices.reads import figures as reads

router = Router(tags=["analytics"])


class Narrowed(Schema):
    """What the figures may be narrowed down to; `months` counts back from the current one."""

    currency: str | None = None
    months: int | None = None
    external_customer_id: str | None = None

    def asked(self, request: ApiRequest) -> reads.Asked:
        """Return it with whose figures are meant, and when."""
        months = self.months if self.months is None else max(self.months, 1)
        return reads.Asked(
            organization=request.organization,
            at=request.at,
            currency=self.currency and self.currency.upper(),
            months=months,
            external_customer_id=self.external_customer_id,
        )


class GrossRevenueOut(TypedDict):
    """What was invoiced in a month and currency."""

    month: str
    invoices_count: int
    amount_cents: int
    currency: str


class CollectionOut(TypedDict):
    """What was invoiced in a month and currency, and is paid, pending or failed."""

    month: str
    payment_status: str
    invoices_count: int
    amount_cents: int
    currency: str


class InvoicedUsageOut(TypedDict):
    """The usage that was invoiced of a metric in a month."""

    month: str
    code: str | None
    currency: str
    amount_cents: int


class MrrOut(TypedDict):
    """Recurring revenue of a month."""

    month: str
    amount_cents: int
    currency: str


class OverdueOut(TypedDict):
    """What fell due in a month and has not been paid."""

    month: str
    amount_cents: int
    currency: str
    lago_invoice_ids: list[str]


class DailyUsageOut(TypedDict):
    """The usage that was invoiced of a metric on a day."""

    organization_id: str
    start_of_period_dt: str
    end_of_period_dt: str
    amount_currency: str
    amount_cents: int
    billable_metric_code: str
    units: str | None
    is_billable_metric_deleted: bool


@router.get(
    "/analytics/gross_revenue", response=list_out("gross_revenues", GrossRevenueOut, has_meta=False)
)
def gross_revenue(request: ApiRequest, narrowed: Query[Narrowed]) -> HttpResponse:
    """What was invoiced, by month and currency."""
    rows = reads.gross_revenue(narrowed.asked(request))
    shown = [{**_figure(row), "invoices_count": row["invoices_count"]} for row in rows]
    return answer("gross_revenues", shown)


@router.get(
    "/analytics/invoice_collection",
    response=list_out("invoice_collections", CollectionOut, has_meta=False),
)
def invoice_collection(request: ApiRequest, narrowed: Query[Narrowed]) -> HttpResponse:
    """What was invoiced, by month, currency and payment status."""
    rows = reads.invoice_collection(narrowed.asked(request))
    names = ("payment_status", "invoices_count")
    shown = [{**_figure(row), **{name: row[name] for name in names}} for row in rows]
    return answer("invoice_collections", shown)


@router.get(
    "/analytics/invoiced_usage",
    response=list_out("invoiced_usages", InvoicedUsageOut, has_meta=False),
)
def invoiced_usage(request: ApiRequest, narrowed: Query[Narrowed]) -> HttpResponse:
    """The usage that was invoiced, by month, currency and metric."""
    shown = [
        {
            "month": _month(row["month"]),
            "code": row["metric"],
            "currency": row["currency"],
            "amount_cents": int(row["amount"]),
        }
        for row in reads.invoiced_usage(narrowed.asked(request))
    ]
    return answer("invoiced_usages", shown)


@router.get("/analytics/mrr", response=list_out("mrrs", MrrOut, has_meta=False))
def mrr(request: ApiRequest, narrowed: Query[Narrowed]) -> HttpResponse:
    """Recurring revenue by month: a month's worth of each plan that was running at its end."""
    rows = reads.recurring_revenue(narrowed.asked(request))
    return answer("mrrs", [_figure(row) for row in rows])


@router.get(
    "/analytics/overdue_balance", response=list_out("overdue_balances", OverdueOut, has_meta=False)
)
def overdue_balance(request: ApiRequest, narrowed: Query[Narrowed]) -> HttpResponse:
    """What is overdue, by the month it fell due in."""
    rows = reads.overdue_balance(narrowed.asked(request))
    shown = [{**_figure(row), "lago_invoice_ids": row["ids"]} for row in rows]
    return answer("overdue_balances", shown)


@router.get("/analytics/usage", response=list_out("usages", DailyUsageOut, has_meta=False))
def usage(
    request: ApiRequest, narrowed: Query[Narrowed], billable_metric_code: str | None = None
) -> HttpResponse:
    """The usage that was invoiced, by day, currency and metric."""
    rows = reads.usage_by_day(narrowed.asked(request), metric_code=billable_metric_code)
    shown = [
        {
            "organization_id": str(request.organization.pk),
            "start_of_period_dt": row["on"].isoformat(),
            "end_of_period_dt": row["on"].isoformat(),
            "amount_currency": row["currency"],
            "amount_cents": int(row["amount"]),
            "billable_metric_code": row["metric"],
            "units": decimal(row["counted"]),
            "is_billable_metric_deleted": row["metric_deleted_at"] is not None,
        }
        for row in rows
    ]
    return answer("usages", shown)


def _figure(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "month": _month(row["month"]),
        "amount_cents": int(row["amount"]),
        "currency": row["code"],
    }


def _month(first: date) -> str:
    """Write a month as the instant at which it begins."""
    return f"{first.isoformat()}T00:00:00.000Z"
