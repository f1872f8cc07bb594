"""Events: find them, and import a file of them."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.htmx import page_or_fragment
from delivery.views.developers import crumbs, tabs
from organizations import clock
from usage.forms import ImportForm
from usage.reads import found_events, verdicts
from workflows.import_usage import import_usage

MOST = 50


@operator_view()
def events(request: OperatorRequest) -> HttpResponse:
    """Find events by the id of their transaction or subscription."""
    term = request.GET.get("q", "").strip()
    found = found_events(request.organization, term, most=MOST) if term else []
    context = {
        "term": term,
        "events": found,
        "verdicts": verdicts(request.organization, found) if found else [],
        "most": MOST,
        "tabs": tabs("events"),
    }
    return page_or_fragment(request, "usage/events.html", context)


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
