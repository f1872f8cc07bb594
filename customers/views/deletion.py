"""Delete a customer: the plan of it, its confirmation, and what has changed in between."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import Invalid
from console.access import OperatorRequest, operator_view
from console.htmx import done, is_fragment_request, page_or_fragment
from console.plans import changed, opened, sealed
from console.views import once
from console.wording import spoken
from customers.forms import DeletionForm
from customers.models import Customer
from customers.reads import deletion
from customers.views.finding import find_live
from organizations import clock
from workflows.delete_customer import delete_customer
from workflows.preview import Plan, PlanChanged, confirm, preview


@operator_view("deletion")
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show the deletion plan; carry out exactly that, or show what has changed since."""
    customer = find_live(request, pk)
    form = DeletionForm(request.POST or None)
    needs_typing = deletion.has_something_active(customer)
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        if needs_typing and request.POST.get("typed", "").strip() != customer.external_id:
            shown["typed_error"] = _("This is not the external ID.")
        else:
            shown = _carried_out(request, customer, form.cleaned_data["reason"])
        if not shown:
            message = _("%(name)s is deleted.") % {"name": customer}
            return done(request, message, to=reverse("customers:detail", args=[customer.pk]))
    plan = shown.pop("plan", None) or preview(
        _deletion(request, customer), at=clock.now(request.organization)
    )
    context = _context(customer, plan) | shown | {"form": form, "needs_typing": needs_typing}
    if is_fragment_request(request) and _is_large(context):
        return HttpResponse(status=204, headers={"HX-Redirect": request.path})
    status = 422 if request.method == "POST" else 200
    fragment = "customers/_delete_dialog.html"
    return page_or_fragment(
        request, "customers/delete.html", context, fragment=fragment, status=status
    )


def _is_large(context: dict[str, Any]) -> bool:
    """Say whether the plan is a page's matter: it has documents; else a dialog holds it."""
    return any(context[name] for name in ("issued", "drafts", "notes"))


def _deletion(request: OperatorRequest, customer: Customer, reason: str = "") -> partial[Customer]:
    return partial(delete_customer, customer, actor=request.actor, reason=reason)


def _carried_out(request: OperatorRequest, customer: Customer, reason: str) -> dict[str, Any]:
    """Delete the customer as planned; nothing when it is done, else what the page has to say."""
    now = clock.now(request.organization)
    try:
        confirm(_deletion(request, customer, reason), opened(request), now=now)
    except PlanChanged as change:
        text = _(
            "Something has changed since this was shown. Nothing has been deleted. "
            "Below stands what would happen now: read it, and confirm again."
        )
        return changed(change) | {"plan": change.new, "text": text}
    except Invalid as error:
        if "plan" not in error.errors:
            raise
        return {"text": spoken(error.message)}
    return {}


def _context(customer: Customer, plan: Plan) -> dict[str, Any]:
    url = reverse("customers:detail", args=[customer.pk])
    return {
        "customer": customer,
        "sealed": sealed(plan),
        "plan_at": plan.at,
        "staying": deletion.staying(customer),
        "cancel_url": url,
        "crumbs": [
            (_("Customers"), "/customers/"),
            (str(customer), url),
            (_("Delete customer"), ""),
        ],
        **deletion.sections(plan.effects, customer),
    }
