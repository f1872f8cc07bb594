"""The list of customers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.first_steps import steps_to_show
from console.htmx import is_fragment_request, page_or_fragment
from customers.models import Customer
from customers.reads.listing import EXPORTED, customer_list, exported


@operator_view()
def index(request: OperatorRequest) -> HttpResponse:
    """List customers: search, filters, sort and page stand in the address."""
    listing = customer_list(request, request.organization)
    if listing.wants_export:
        return csv_answer("customers", EXPORTED, exported(listing))
    may_edit = request.membership.may("customers")
    may_delete = request.membership.may("deletion")
    rows = [(row, _menu(row, may_edit, may_delete)) for row in listing.rows]
    context: dict[str, Any] = {"listing": listing, "rows": rows, "may_create": may_edit}
    if not is_fragment_request(request):
        context["guide"] = steps_to_show(request.organization)
    return page_or_fragment(request, "customers/list.html", context)


def _menu(row: Customer, may_edit: bool, may_delete: bool) -> list[dict[str, Any]]:
    """Return what can be done to a customer from the list; nothing to a deleted one."""
    if row.is_deleted:
        return []
    entries: list[dict[str, Any]] = []
    if may_edit:
        url = reverse("customers:update", args=[row.pk])
        entries.append({"label": _("Edit customer"), "url": url, "icon": "pencil"})
    if may_delete:
        url = reverse("customers:delete", args=[row.pk])
        entries.append(
            {
                "label": _("Delete customer"),
                "url": url,
                "icon": "trash-2",
                "is_danger": True,
                "separator": True,
                "dialog": True,
            }
        )
    return entries
