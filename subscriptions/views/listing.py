"""The list of subscriptions."""

from __future__ import annotations

from django.http import HttpResponse

from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.htmx import page_or_fragment
from subscriptions.reads.tables import EXPORTED, exported, lines, subscription_list


@operator_view()
def index(request: OperatorRequest) -> HttpResponse:
    """List subscriptions: search, filters, sort and page stand in the address."""
    listing = subscription_list(request, request.organization)
    if listing.wants_export:
        return csv_answer("subscriptions", EXPORTED, exported(listing))
    context = {"listing": listing, "subscriptions": lines(listing.rows), "has_customers": True}
    return page_or_fragment(request, "subscriptions/list.html", context)
