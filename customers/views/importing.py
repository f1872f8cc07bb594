"""Import customers from a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.htmx import page_or_fragment
from console.views import once
from customers.forms.importing import ImportForm
from organizations import clock
from workflows.import_customers import import_customers


@operator_view("customers")
@once
def import_(request: OperatorRequest) -> HttpResponse:
    """Take a file, check or import it, and show the report of its rows."""
    form = ImportForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST":
        report = submit(
            form,
            lambda data: import_customers(
                request.organization,
                data["file"],
                is_dry_run=data["is_dry_run"],
                actor=request.actor,
                at=clock.now(request.organization),
            ),
        )
    context = {
        "form": form,
        "report": report,
        "crumbs": [(_("Customers"), reverse("customers:list")), (_("Import"), "")],
    }
    if report is not None:
        context |= {name: report.count(name) for name in ("created", "updated", "refused")}
    status = 422 if form.errors else 200
    return page_or_fragment(request, "customers/import.html", context, status=status)
