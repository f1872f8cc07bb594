"""Revenue, recurring revenue, what is due, and what brings it in."""

from __future__ import annotations

from django.http import HttpResponse

from console.access import OperatorRequest, operator_view
from console.htmx import page_or_fragment
from invoices.reads import analytics
from organizations import clock


@operator_view()
def overview(request: OperatorRequest) -> HttpResponse:
    """Show the figures of the last months in one currency."""
    organization = request.organization
    codes = analytics.currencies(organization)
    currency, months = request.GET.get("currency", ""), request.GET.get("months", "")
    wanted = analytics.Wanted(
        organization=organization,
        at=clock.now(organization),
        currency=currency if currency in codes else codes[0],
        months=int(months) if months in map(str, analytics.SPANS) else 12,
    )
    context = {
        "wanted": wanted,
        "currencies": codes,
        "spans": analytics.SPANS,
        **analytics.page(wanted),
    }
    return page_or_fragment(request, "invoices/analytics.html", context)
