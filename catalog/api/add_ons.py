"""Endpoints of add-ons."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from catalog.models import AddOn
from catalog.operations import add_ons
from catalog.schemas.add_ons import AddOnIn, AddOnOut, add_on_out

router = Router(tags=["add_ons"])
Body = root_in("add_on", AddOnIn)
ONE = root_out("add_on", AddOnOut)


@router.post("/add_ons", response=ONE)
def create(request: ApiRequest, body: Body) -> HttpResponse:
    """Create an add-on."""
    add_on = add_ons.create(
        request.organization, body.add_on.given(), actor=request.actor, at=request.at
    )
    return answer("add_on", add_on_out(add_on))


@router.get("/add_ons", response=list_out("add_ons", AddOnOut))
def list_all(request: ApiRequest) -> HttpResponse:
    """List add-ons, newest first."""
    rows = AddOn.objects.of(request.organization).kept().prefetch_related("taxes")
    return paged(request, "add_ons", rows.order_by("-created_at", "-pk"), add_on_out)


@router.get("/add_ons/{code}", response=ONE)
def get(request: ApiRequest, code: str) -> HttpResponse:
    """Return one add-on."""
    return answer("add_on", add_on_out(_find(request, code)))


@router.put("/add_ons/{code}", response=ONE)
def update(request: ApiRequest, code: str, body: Body) -> HttpResponse:
    """Change an add-on; invoices keep what they say."""
    add_on = _find(request, code)
    changed = add_ons.update(add_on, body.add_on.given(), actor=request.actor, at=request.at)
    return answer("add_on", add_on_out(changed))


@router.delete("/add_ons/{code}", response=ONE)
def delete(request: ApiRequest, code: str) -> HttpResponse:
    """Delete an add-on."""
    deleted = add_ons.delete(_find(request, code), actor=request.actor, at=request.at)
    return answer("add_on", add_on_out(deleted))


def _find(request: ApiRequest, code: str) -> AddOn:
    return find(AddOn.objects.of(request.organization).kept(), "add_on", code=code)
