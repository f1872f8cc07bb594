"""The figures of the analytics page, drawn and in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from catalog.models import BillableMetric
from console import charts, formats
from customers.models import Customer
from invoices.models import Invoice
from invoices.reads import figures
from organizations.models import Organization

SPANS = (6, 12, 24)
MOST = 8
Row = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What the page shows: whose figures, in which currency, of how many months."""

    organization: Organization
    at: datetime
    currency: str
    months: int

    @property
    def asked(self) -> figures.Asked:
        """The same, as the figures are asked for."""
        return figures.Asked(self.organization, self.at, self.currency, self.months)

    @property
    def every_month(self) -> list[date]:
        """All months of the span, the earliest first."""
        last = self.asked.this_month
        return [figures.months_before(last, back) for back in range(self.months - 1, -1, -1)]

    def money(self, cents: int | Decimal) -> str:
        """Write minor units of the currency."""
        return formats.money(int(cents), self.currency)

    def scale(self, value: Decimal) -> str:
        """Write a value of a chart's scale, without cents."""
        return formats.whole(value, self.currency)


def currencies(organization: Organization) -> list[str]:
    """Return the currencies of the organization's invoices, its own first; one query."""
    rows = Invoice.objects.of(organization).finalized().order_by("currency")
    found = list(rows.values_list("currency", flat=True).distinct())
    own = organization.default_currency
    return sorted(dict.fromkeys([own, *found]), key=lambda code: (code != own, code))


def page(wanted: Wanted) -> Row:
    """Return all figures; nine queries, and a walk over all subscriptions for the MRR."""
    asked = wanted.asked
    revenue = _by_month(figures.gross_revenue(asked))
    mrr = _by_month(figures.recurring_revenue(asked))
    overdue = figures.overdue_balance(
        figures.Asked(wanted.organization, wanted.at, wanted.currency)
    )
    return {
        "kpis": _kpis(wanted, revenue, mrr, overdue),
        "revenue": _bars(wanted, revenue, _("Invoiced each month")),
        "mrr": _line(wanted, mrr, _("Monthly recurring revenue")),
        "collection": _collection(wanted),
        "usage": _usage(wanted),
        "customers": _customers(wanted),
        "overdue": _overdue(wanted, overdue),
        "is_empty": not revenue and not any(mrr.values()),
    }


def _by_month(rows: Sequence[Row]) -> dict[date, int]:
    found: dict[date, int] = defaultdict(int)
    for row in rows:
        found[row["month"]] += int(row["amount"])
    return found


def _kpis(
    wanted: Wanted, revenue: dict[date, int], mrr: dict[date, int], overdue: Sequence[Row]
) -> list[Row]:
    this, before = wanted.every_month[-1], wanted.every_month[-2]
    late = sum(row["amount"] for row in overdue)
    count = sum(len(row["ids"]) for row in overdue)
    due = _due(wanted)
    words = ngettext("%(count)d invoice", "%(count)d invoices", count) % {"count": count}
    return [
        _kpi(wanted, _("Invoiced this month"), revenue, this, before),
        _kpi(wanted, _("Monthly recurring revenue"), mrr, this, before),
        {
            "label": pgettext("amount", "Due"),
            "value": wanted.money(due),
            "note": _("of all final invoices"),
            "url": f"{reverse('invoices:list')}?payment=due",
        },
        {
            "label": _("Overdue"),
            "value": wanted.money(late),
            "note": words,
            "tone": "bad" if late else "",
            "url": f"{reverse('invoices:list')}?payment=overdue",
        },
    ]


def _kpi(wanted: Wanted, label: str, amounts: dict[date, int], this: date, before: date) -> Row:
    now, then = amounts.get(this, 0), amounts.get(before, 0)
    note, trend = _("none the month before"), ""
    if then:
        change = (Decimal(now - then) * 100 / then).quantize(Decimal("0.1"))
        sign = "+" if change > 0 else ""
        note = _("%(change)s on the month before") % {"change": sign + formats.rate(change)}
        trend = "up" if change > 0 else "down" if change < 0 else ""
    return {"label": label, "value": wanted.money(now), "note": note, "trend": trend}


def _due(wanted: Wanted) -> int:
    rows = Invoice.objects.of(wanted.organization).finalized().filter(currency=wanted.currency)
    open_ones = rows.exclude(payment_status="succeeded").filter(payment_dispute_lost_at=None)
    names = ("total_amount_cents", "total_paid_amount_cents", "offset_amount_cents")
    sums = open_ones.aggregate(**{name: Sum(name) for name in names})
    total, paid, offset = (int(sums[name] or 0) for name in names)
    return total - paid - offset


def _points(wanted: Wanted, amounts: dict[date, int]) -> list[charts.Point]:
    return [
        charts.Point(
            format_date(month, "MMM", get_language() or "en"),
            amounts.get(month, 0),
            f"{format_date(month, 'MMM y', get_language() or 'en')}: {wanted.money(amounts.get(month, 0))}",
        )
        for month in wanted.every_month
    ]


def _bars(wanted: Wanted, amounts: dict[date, int], label: str) -> charts.Chart:
    return charts.bars(_points(wanted, amounts), label=label, height=210, write=wanted.scale)


def _line(wanted: Wanted, amounts: dict[date, int], label: str) -> charts.Chart:
    series = [(label, _points(wanted, amounts))]
    return charts.lines(series, label=label, height=210, write=wanted.scale)


PAID = (
    ("succeeded", gettext_lazy("Paid"), "ok"),
    ("pending", gettext_lazy("Not paid yet"), "info"),
    ("failed", gettext_lazy("Payment failed"), "bad"),
)


def _collection(wanted: Wanted) -> list[Row]:
    """Return what was invoiced in the span by what became of it."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in figures.invoice_collection(wanted.asked):
        sums[row["payment_status"]][0] += int(row["amount"])
        sums[row["payment_status"]][1] += row["invoices_count"]
    whole = sum(amount for amount, _count in sums.values())
    return [
        {
            "label": label,
            "tone": tone,
            "count": sums[key][1],
            "amount": wanted.money(sums[key][0]),
            "cents": sums[key][0],
            "whole": whole,
        }
        for key, label, tone in PAID
        if key in sums
    ]


def _top(totals: dict[str, int], write: Callable[[int], str]) -> list[Row]:
    """Return the greatest, each with its part of the greatest."""
    ordered = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
    highest = ordered[0][1] if ordered else 0
    return [
        {"label": label, "amount": write(cents), "cents": cents, "whole": highest}
        for label, cents in ordered
        if cents
    ]


def _usage(wanted: Wanted) -> list[Row]:
    """Return the metrics that brought most, by name."""
    totals: dict[str, int] = defaultdict(int)
    for row in figures.invoiced_usage(wanted.asked):
        totals[row["metric"] or ""] += int(row["amount"])
    kept = BillableMetric.objects.of(wanted.organization).kept().filter(code__in=list(totals))
    names = dict(kept.values_list("code", "name"))
    return _top({names.get(code, code): cents for code, cents in totals.items()}, wanted.money)


def _customers(wanted: Wanted) -> list[Row]:
    """Return the customers who were invoiced most."""
    rows = (
        Invoice.objects.of(wanted.organization)
        .finalized()
        .filter(currency=wanted.currency, issuing_date__gte=wanted.every_month[0])
        .values("customer")
        .annotate(amount=Sum("total_amount_cents"))
        .order_by("-amount", "customer")[:MOST]
    )
    amounts = {row["customer"]: int(row["amount"]) for row in rows}
    names = Customer.objects.in_bulk(list(amounts))
    highest = max(amounts.values(), default=0)
    return [
        {
            "label": str(names[pk]),
            "url": f"{reverse('console:home')}customers/{pk}/",
            "amount": wanted.money(cents),
            "cents": cents,
            "whole": highest,
        }
        for pk, cents in amounts.items()
        if cents
    ]


def _overdue(wanted: Wanted, rows: Sequence[Row]) -> list[Row]:
    return [
        {
            "label": format_date(row["month"], "MMMM y", get_language() or "en"),
            "count": len(row["ids"]),
            "amount": wanted.money(row["amount"]),
        }
        for row in rows
    ]
