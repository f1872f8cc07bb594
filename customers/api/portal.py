"""The customer's own page: what they owe and have paid, behind a signed link."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from customers.portal import customer_of
from invoices.models import Invoice

MOST_SHOWN = 100


def portal(request: HttpRequest, token: str) -> HttpResponse:
    """Show the latest invoices of the customer whom the link is for; 404 when it is too old or forged."""
    customer = customer_of(token)
    if customer is None:
        raise Http404
    rows = Invoice.objects.visible().filter(customer=customer)
    context = {
        "customer": customer,
        "invoices": rows.order_by("-issuing_date", "-created_at", "-pk")[:MOST_SHOWN],
    }
    response = render(request, "customers/portal.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
