"""Endpoints of the organization and of a sandbox's clock."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api import authentication
from api.envelopes import answer, root_in, root_out
from api.requests import ApiRequest
from billing.errors import NotFound
from organizations.models import Organization
from organizations.schemas import (
    ClockIn,
    ClockOut,
    OrganizationIn,
    OrganizationOut,
    clock_out,
    organization_out,
)
from workflows.advance_clock import advance_clock
from workflows.edit_organization import edit_organization

router = Router(tags=["organizations"])


@router.get("/sandbox/clock", response=root_out("clock", ClockOut))
def get_clock(request: ApiRequest) -> HttpResponse:
    """Tell what time it is in this sandbox."""
    if not request.organization.is_sandbox:
        raise NotFound("resource")
    return answer("clock", clock_out(request.organization))


@router.put("/sandbox/clock", response=root_out("clock", ClockOut))
def set_clock(request: ApiRequest, body: root_in("clock", ClockIn)) -> HttpResponse:
    """Move the sandbox's clock forward; everything that falls due on the way has run before the answer."""
    if not request.organization.is_sandbox:
        raise NotFound("resource")
    moved = advance_clock(request.organization, to=body.clock.now, actor=request.actor)
    return answer("clock", clock_out(moved))


@router.get("/organizations", response=root_out("organization", OrganizationOut))
def get(request: ApiRequest) -> HttpResponse:
    """Return the organization that the key belongs to."""
    organization = Organization.objects.get(pk=request.organization.pk)
    return answer("organization", organization_out(organization))


@router.put("/organizations", response=root_out("organization", OrganizationOut))
def update(request: ApiRequest, body: root_in("organization", OrganizationIn)) -> HttpResponse:
    """Change the organization's settings; absent members stay."""
    changed = edit_organization(
        request.organization, body.organization.columns(), actor=request.actor, at=request.at
    )
    authentication.forget()
    return answer("organization", organization_out(changed))
