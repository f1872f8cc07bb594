"""Create and edit customers."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from console.access import OperatorRequest, operator_view
from console.forms import grown, submit, wants_row
from console.htmx import done, page_or_fragment
from console.views import once
from customers.forms import CustomerForm, metadata_forms
from customers.models import Customer
from customers.reads.locks import locked_fields
from customers.views.finding import find, find_live
from organizations import clock
from workflows.create_customer import create_customer
from workflows.edit_customer import edit_customer

LIST = "/customers/"


@operator_view("customers")
@once
def create(request: OperatorRequest) -> HttpResponse:
    """Create a customer; ``?from=`` begins with the values of another one, deleted ones too."""
    model = _model(request)
    editor = Editor(request, model)
    if request.method == "POST" and not editor.is_growing:
        made = editor.submit(
            lambda values, at: create_customer(
                request.organization, values, actor=request.actor, at=at
            )
        )
        if made:
            to = reverse("customers:detail", args=[made.pk])
            return done(request, _("Customer %(name)s is created.") % {"name": made}, to=to)
    context = {
        "title": _("Add a customer"),
        "action": request.get_full_path(),
        "submit_label": _("Create customer"),
        "cancel_url": LIST,
        "crumbs": [(_("Customers"), LIST), (_("Add a customer"), "")],
    }
    return editor.answer(context)


@operator_view("customers")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit a customer; what its objects lock is shown with the reason."""
    customer = find_live(request, pk)
    editor = Editor(request, customer, locked=locked_fields(customer))
    url = reverse("customers:detail", args=[customer.pk])
    if request.method == "POST" and not editor.is_growing:
        changed = editor.submit(
            lambda values, at: edit_customer(customer, values, actor=request.actor, at=at)
        )
        if changed:
            return done(request, _("%(name)s is saved.") % {"name": changed}, to=url)
    context = {
        "title": _("Edit %(name)s") % {"name": customer},
        "action": request.path,
        "submit_label": _("Save customer"),
        "cancel_url": url,
        "customer": customer,
        "crumbs": [(_("Customers"), LIST), (str(customer), url), (_("Edit"), "")],
    }
    return editor.answer(context)


class Editor:
    """The form of a customer with the rows of its metadata, of one request."""

    def __init__(
        self,
        request: OperatorRequest,
        customer: Customer | None,
        locked: dict[str, str] | None = None,
    ) -> None:
        self.request = request
        self.at = clock.now(request.organization)
        sent = request.POST or None
        self.is_growing = bool(sent) and wants_row(request.POST)
        data = grown(request.POST) if self.is_growing else sent
        self.form = CustomerForm(
            data,
            organization=request.organization,
            at=self.at,
            customer=customer,
            locked=locked,
        )
        self.rows = metadata_forms(data, customer)

    def submit(self, call: Any) -> Customer | None:
        """Run `call(values, at)` if form and rows are valid; None when it was refused."""
        are_rows_valid = self.rows.is_valid()
        if not self.form.is_valid() or not are_rows_valid:
            return None
        values = self.form.values() | {"metadata": self.rows.rows()}
        made: Customer | None = submit(self.form, lambda data: call(values, self.at))
        return made

    def answer(self, context: dict[str, Any]) -> HttpResponse:
        """Show the form, with what was refused."""
        is_refused = bool(self.form.is_bound and not self.is_growing)
        context |= {"form": self.form, "rows": self.rows}
        return page_or_fragment(
            self.request, "customers/form.html", context, status=422 if is_refused else 200
        )


def _model(request: OperatorRequest) -> Customer | None:
    """Return the customer whose values a new one begins with."""
    try:
        wanted = uuid.UUID(request.GET.get("from", ""))
    except ValueError:
        return None
    return find(request, wanted)
