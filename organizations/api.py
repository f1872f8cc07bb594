"""Endpoints of the organization: the sandbox's clock."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, root_in, root_out
from api.requests import ApiRequest
from billing.errors import NotFound
from organizations.schemas import ClockIn, ClockOut, clock_out
from workflows.advance_clock import advance_clock

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
