"""Endpoints of plans."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from catalog.models import Plan
from catalog.operations import plans
from catalog.schemas.plans import PlanIn, PlanOut, plan_out, with_parts
from workflows.delete_plan import delete_plan
from workflows.edit_plan import edit_plan

router = Router(tags=["plans"])
Body = root_in("plan", PlanIn)
ONE = root_out("plan", PlanOut)


@router.post("/plans", response=ONE)
def create(request: ApiRequest, body: Body) -> HttpResponse:
    """Create a plan with its charges."""
    plan = plans.create(request.organization, body.plan.given(), actor=request.actor, at=request.at)
    return _answer(plan)


@router.get("/plans", response=list_out("plans", PlanOut))
def list_all(request: ApiRequest) -> HttpResponse:
    """List plans, newest first; overrides made for one subscription are not among them."""
    rows = with_parts(listed(request)).order_by("-created_at", "-pk")
    return paged(request, "plans", rows, plan_out)


@router.get("/plans/{code}", response=ONE)
def get(request: ApiRequest, code: str) -> HttpResponse:
    """Return one plan."""
    return _answer(find_plan(request, code))


@router.put("/plans/{code}", response=ONE)
def update(request: ApiRequest, code: str, body: Body) -> HttpResponse:
    """Change a plan; once it is subscribed only name, description, amount, taxes and charges."""
    plan = find_plan(request, code)
    return _answer(edit_plan(plan, body.plan.given(), actor=request.actor, at=request.at))


@router.delete("/plans/{code}", response=ONE)
def delete(request: ApiRequest, code: str) -> HttpResponse:
    """Delete a plan; its subscriptions end."""
    plan = find(with_parts(listed(request)), "plan", code=code)
    shown = plan_out(plan) | {"pending_deletion": True}
    delete_plan(plan, actor=request.actor, at=request.at)
    return answer("plan", shown)


def listed(request: ApiRequest) -> QuerySet[Plan]:
    """Return the plans that the API knows: not deleted and no overrides."""
    return Plan.objects.of(request.organization).kept().filter(parent=None)


def find_plan(request: ApiRequest, code: str) -> Plan:
    """Return the plan that a path names; raises NotFound."""
    return find(listed(request), "plan", code=code)


def _answer(plan: Plan) -> HttpResponse:
    return answer("plan", plan_out(with_parts(Plan.objects.filter(pk=plan.pk)).get()))
