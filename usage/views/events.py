"""Events: find them, and import a file of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import submit
from console.htmx import page_or_fragment
from delivery.views.developers import crumbs, tabs
from organizations import clock
from organizations.models import Organization
from usage.forms import ImportForm
from usage.reads import MOST, explore, verdicts
from workflows.import_usage import import_usage

HEAD = [
    "transaction_id",
    "code",
    "external_subscription_id",
    "timestamp",
    "received_at",
    "counted",
    "properties",
]
BLOCK = 1000


@operator_view()
def events(request: OperatorRequest) -> HttpResponse:
    """Show what has arrived, or the events of a transaction or subscription."""
    found = explore(request, request.organization)
    listing = found.listing
    if listing.wants_export:
        return csv_answer("events", HEAD, _lines(request.organization, listing.matching))
    context = {
        "listing": listing,
        "verdicts": verdicts(request.organization, listing.rows) if listing.total else [],
        "older_url": found.older_url,
        "most": MOST,
        "tabs": tabs("events"),
    }
    return page_or_fragment(request, "usage/events.html", context)


def _lines(organization: Organization, rows: Any) -> Iterator[list[Any]]:
    events = rows.iterator(chunk_size=BLOCK)
    while block := list(islice(events, BLOCK)):
        for one in verdicts(organization, block):
            event = one.event
            yield [
                event.transaction_id,
                event.code,
                event.external_subscription_id,
                event.at,
                event.created_at,
                one.is_counted,
                json.dumps(event.properties, ensure_ascii=False),
            ]


@operator_view("usage_import")
def import_events(request: OperatorRequest) -> HttpResponse:
    """Take a file and show what became of its lines; sent twice, it stores nothing twice."""
    form = ImportForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST":
        report = submit(
            form,
            lambda data: import_usage(
                request.organization,
                data["file"],
                at=clock.now(request.organization),
                actor=request.actor,
            ),
        )
    context = {
        "form": form,
        "report": report,
        "crumbs": crumbs((_("Events"), reverse("usage:events")), (_("Import"), "")),
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "usage/import.html", context, status=status)
