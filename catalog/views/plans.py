"""Plans: list, one, create, edit, delete, and what a period would cost."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.errors import NotFound
from catalog.forms.plan import PlanForm, Thresholds, initial_of, thresholds_of
from catalog.models import Plan
from catalog.operations import plans as operations
from catalog.reads import lists, plans, wording
from catalog.views.common import by, edit_and_delete, form_page, url
from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import grown, submit, wants_row
from console.history import history
from console.htmx import done, page_or_fragment
from console.plans import answered
from console.views import once
from workflows.delete_plan import delete_plan
from workflows.edit_plan import edit_plan, frozen_members

LIST = (gettext_lazy("Plans"), "/plans/")


@operator_view()
def plan_list(request: OperatorRequest) -> HttpResponse:
    """List the plans; overrides made for one customer are left out."""
    listing = lists.plan_list(request, request.organization)
    if listing.wants_export:
        head = [
            "name",
            "code",
            "interval",
            "amount_cents",
            "currency",
            "charges",
            "active",
            "created",
            "deleted",
        ]
        return csv_answer("plans", head, (_line(plan) for plan in listing.matching.iterator()))
    return page_or_fragment(request, "catalog/plans.html", {"listing": listing})


def _line(plan: Any) -> list[Any]:
    return [
        plan.name,
        plan.code,
        plan.interval,
        plan.amount_cents,
        plan.amount_currency,
        plan.charge_count,
        plan.own_count + plan.override_count,
        plan.created_at,
        plan.deleted_at,
    ]


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a plan with its charges."""
    plan = find(request, pk)
    context = {
        "plan": plan,
        "billing": wording.billing(plan),
        "charges": plans.charges_of(plan),
        "fixed_charges": plans.fixed_charges_of(plan),
        "thresholds": plans.thresholds_of(plan),
        "commitment": plans.commitment_of(plan),
        "taxes": list(plan.taxes.order_by("name", "pk")),
        "subscriptions": plans.subscriptions_of(plan),
        "history": history(request.organization, [plan.pk]),
        "actions": edit_and_delete("plan", plan, _("plan")),
        "crumbs": [LIST, (plan.name, "")],
    }
    return page_or_fragment(request, "catalog/plan.html", context, fragment="catalog/plan.html")


@operator_view()
def cost(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what a period of the plan costs with the units that are typed."""
    plan = find(request, pk)
    context = {
        "plan": plan,
        "cost": plans.cost(plan, request.GET),
        "crumbs": [LIST, (plan.name, url("plan", plan.pk)), (_("Cost"), "")],
    }
    return page_or_fragment(request, "catalog/cost.html", context)


@operator_view("catalog")
@once
def create(request: OperatorRequest) -> HttpResponse:
    """Create a plan; its charges are added on its page."""
    form, rows, is_growing = _forms(request)
    plan = None
    if request.method == "POST" and not is_growing and _are_valid(form, rows):
        values = form.columns() | {"usage_thresholds": rows.thresholds()}
        plan = submit(
            form, lambda data: operations.create(request.organization, values, **by(request))
        )
    if plan:
        message = _("Plan %(name)s is created. Add charges to bill usage.") % {"name": plan.name}
        return done(request, message, to=url("plan", plan.pk))
    title = _("Create a plan")
    context = {"title": title, "label": title, "cancel_url": "/plans/"}
    crumbs = [LIST, (title, "")]
    return _page(request, context | {"crumbs": crumbs}, form, rows, is_growing)


@operator_view("catalog")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit a plan; when it bills is frozen once somebody subscribes to it."""
    plan = find(request, pk)
    form, rows, is_growing = _forms(request, plan)
    changed = None
    if request.method == "POST" and not is_growing and _are_valid(form, rows):
        values = form.columns() | {"usage_thresholds": rows.thresholds()}
        changed = submit(form, lambda data: edit_plan(plan, values, **by(request)))
    if changed:
        message = _("Plan %(name)s is saved.") % {"name": changed.name}
        return done(request, message, to=url("plan", plan.pk))
    context = {
        "title": _("Edit %(name)s") % {"name": plan.name},
        "note": _follows(plan),
        "label": _("Save plan"),
        "cancel_url": url("plan", plan.pk),
        "crumbs": [LIST, (plan.name, url("plan", plan.pk)), (_("Edit"), "")],
    }
    return _page(request, context, form, rows, is_growing)


@operator_view("deletion")
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what deleting a plan would do to its subscriptions, and do exactly that."""
    plan = find(request, pk)
    answer = answered(request, partial(delete_plan, plan, actor=request.actor))
    if answer.result is not None:
        message = _("Plan %(name)s is deleted.") % {"name": plan.name}
        return done(request, message, to="/plans/")
    running = plans.subscriptions_of(plan)["active"]
    question = {
        "title": _("Delete %(name)s?") % {"name": plan.name},
        "action": request.path,
        "submit_label": _("Delete plan"),
        "danger": True,
        "cancel_url": url("plan", plan.pk),
        "crumbs": [LIST, (plan.name, url("plan", plan.pk)), (_("Delete plan"), "")],
        **answer.context,
    }
    if running and not question["text"]:
        question["text"] = _ending(running)
    return page_or_fragment(request, "console/confirm.html", question, status=answer.status)


def _ending(count: int) -> str:
    words = ngettext(
        "%(count)d active subscription ends and is billed for the last time.",
        "%(count)d active subscriptions end and are billed for the last time.",
        count,
    )
    return words % {"count": count}


def _follows(plan: Plan) -> str:
    """Say for whom a change matters."""
    count = plans.subscriptions_of(plan)["active"]
    words = ngettext(
        "%(count)d active subscription follows a new price from its next invoice on.",
        "%(count)d active subscriptions follow a new price from their next invoice on.",
        count,
    )
    return words % {"count": count} if count else ""


def find(request: OperatorRequest, pk: uuid.UUID) -> Plan:
    """Return a plan of the organization; raises NotFound."""
    plan = plans.find(request.organization, pk)
    if plan is None:
        raise NotFound("plan", _("This plan does not exist, or it has been deleted."))
    return plan


def _forms(request: OperatorRequest, plan: Plan | None = None) -> tuple[PlanForm, Any, bool]:
    """Return the form, the rows of thresholds, and whether one more row is asked for."""
    posted = request.POST if request.method == "POST" else None
    is_growing = posted is not None and wants_row(posted)
    data = grown(posted) if is_growing else posted
    terms: dict[str, Any] = {"organization": request.organization}
    currency = (data or {}).get("amount_currency") or request.organization.default_currency
    initial: list[dict[str, Any]] = []
    if plan is not None:
        reason = _("Frozen: there are subscriptions to this plan.")
        locked = {name: reason for name in frozen_members(plan) if name in PlanForm.base_fields}
        terms |= {"initial": initial_of(plan, plans.commitment_of(plan)), "locked": locked}
        initial = thresholds_of(plan)
        currency = plan.amount_currency if locked else currency
    rows = Thresholds(
        data, initial=initial, prefix="thresholds", form_kwargs={"currency": currency}
    )
    return PlanForm(data, **terms), rows, is_growing


def _are_valid(form: PlanForm, rows: Any) -> bool:
    """Check both, so that all errors show at once."""
    return all([form.is_valid(), rows.is_valid()])


def _page(
    request: OperatorRequest, context: dict[str, Any], form: PlanForm, rows: Any, is_growing: bool
) -> HttpResponse:
    is_refused = request.method == "POST" and not is_growing
    context |= {"form": form, "rows": rows}
    return form_page(request, context, page="catalog/plan_form.html", is_refused=is_refused)
