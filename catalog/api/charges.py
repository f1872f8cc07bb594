"""Endpoints of a plan's charges and of their filters."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from catalog.api.plans import find_plan
from catalog.models import Charge, ChargeFilter
from catalog.schemas.charges import (
    ChargeFilterIn,
    ChargeFilterOut,
    ChargeIn,
    ChargeOut,
    DeleteIn,
    charge_filter_out,
    charge_out,
)
from catalog.schemas.plans import charges_with_parts
from workflows.edit_charge import add_charge, edit_charge, remove_charge
from workflows.edit_charge_filter import (
    add_charge_filter,
    edit_charge_filter,
    remove_charge_filter,
)

router = Router(tags=["plans"])
Body = root_in("charge", ChargeIn)
ONE = root_out("charge", ChargeOut)
FilterBody = root_in("filter", ChargeFilterIn)
ONE_FILTER = root_out("filter", ChargeFilterOut)


@router.get("/plans/{code}/charges", response=list_out("charges", ChargeOut))
def list_all(request: ApiRequest, code: str) -> HttpResponse:
    """List the charges of a plan, oldest first."""
    rows = charges_with_parts().filter(plan=find_plan(request, code))
    return paged(request, "charges", rows, charge_out)


@router.post("/plans/{code}/charges", response=ONE)
def create(request: ApiRequest, code: str, body: Body) -> HttpResponse:
    """Add a charge to a plan."""
    plan = find_plan(request, code)
    charge = add_charge(plan, body.charge.given(), actor=request.actor, at=request.at)
    return _answer(charge)


@router.get("/plans/{code}/charges/{charge_code}", response=ONE)
def get(request: ApiRequest, code: str, charge_code: str) -> HttpResponse:
    """Return one charge."""
    return _answer(_find(request, code, charge_code))


@router.put("/plans/{code}/charges/{charge_code}", response=ONE)
def update(request: ApiRequest, code: str, charge_code: str, body: Body) -> HttpResponse:
    """Change a charge; once the plan is subscribed only prices, filters, minimum, name and taxes."""
    charge = _find(request, code, charge_code)
    changes = body.charge.given()
    return _answer(edit_charge(charge, changes, actor=request.actor, at=request.at))


@router.delete("/plans/{code}/charges/{charge_code}", response=ONE)
def delete(
    request: ApiRequest, code: str, charge_code: str, body: DeleteIn | None = None
) -> HttpResponse:
    """Take a charge out of the plan; its fees stay."""
    charge = _find(request, code, charge_code)
    shown = charge_out(charge)
    cascades = bool(body and body.charge and body.charge.cascade_updates)
    remove_charge(charge, cascades=cascades, actor=request.actor, at=request.at)
    return answer("charge", shown)


@router.get(
    "/plans/{code}/charges/{charge_code}/filters", response=list_out("filters", ChargeFilterOut)
)
def list_filters(request: ApiRequest, code: str, charge_code: str) -> HttpResponse:
    """List the filters of a charge, oldest first."""
    charge = _find(request, code, charge_code)
    rows = charge.filters.kept().order_by("created_at", "pk")
    return paged(request, "filters", rows, lambda one: charge_filter_out(one, charge))


@router.post("/plans/{code}/charges/{charge_code}/filters", response=ONE_FILTER)
def create_filter(
    request: ApiRequest, code: str, charge_code: str, body: FilterBody
) -> HttpResponse:
    """Add a filter to a charge."""
    charge = _find(request, code, charge_code)
    made = add_charge_filter(charge, body.filter.given(), actor=request.actor, at=request.at)
    return answer("filter", charge_filter_out(made, charge))


@router.get("/plans/{code}/charges/{charge_code}/filters/{filter_id}", response=ONE_FILTER)
def get_filter(request: ApiRequest, code: str, charge_code: str, filter_id: str) -> HttpResponse:
    """Return one filter of a charge."""
    charge = _find(request, code, charge_code)
    return answer("filter", charge_filter_out(_find_filter(charge, filter_id), charge))


@router.put("/plans/{code}/charges/{charge_code}/filters/{filter_id}", response=ONE_FILTER)
def update_filter(
    request: ApiRequest, code: str, charge_code: str, filter_id: str, body: FilterBody
) -> HttpResponse:
    """Change a filter of a charge."""
    charge = _find(request, code, charge_code)
    changed = edit_charge_filter(
        _find_filter(charge, filter_id), body.filter.given(), actor=request.actor, at=request.at
    )
    return answer("filter", charge_filter_out(changed, charge))


@router.delete("/plans/{code}/charges/{charge_code}/filters/{filter_id}", response=ONE_FILTER)
def delete_filter(request: ApiRequest, code: str, charge_code: str, filter_id: str) -> HttpResponse:
    """Take a filter off a charge."""
    charge = _find(request, code, charge_code)
    removed = remove_charge_filter(
        _find_filter(charge, filter_id), actor=request.actor, at=request.at
    )
    return answer("filter", charge_filter_out(removed, charge))


def _find(request: ApiRequest, code: str, charge_code: str) -> Charge:
    rows = charges_with_parts().filter(plan=find_plan(request, code))
    return find(rows, "charge", code=charge_code)


def _find_filter(charge: Charge, filter_id: str) -> ChargeFilter:
    return find(charge.filters.kept(), "charge_filter", pk=filter_id)


def _answer(charge: Charge) -> HttpResponse:
    return answer("charge", charge_out(charges_with_parts().get(pk=charge.pk)))
