"""The sandbox's clock in the header."""

from __future__ import annotations

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.http import HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.errors import Invalid
from console import formats
from console.access import OperatorRequest, operator_view
from console.htmx import done
from organizations import clock
from workflows.advance_clock import advance_clock

STEPS = {
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": relativedelta(months=1),
}


@operator_view("sandbox_clock")
@require_POST
def move_clock(request: OperatorRequest) -> HttpResponse:
    """Move the sandbox's clock to a moment of the organization's zone, or on by a step."""
    to = _target(request)
    advance_clock(request.organization, to=to, actor=request.actor)
    written = formats.moment(to, request.organization.timezone)
    return done(request, _("The clock stands at %(moment)s.") % {"moment": written})


def _target(request: OperatorRequest) -> datetime:
    zone = formats.zone_of(request.organization.timezone)
    here = clock.now(request.organization).astimezone(zone)
    step = STEPS.get(request.POST.get("by", ""))
    if step is not None:
        # Civil steps: the same hour of another day, whatever the zone's summer time does.
        return (here.replace(tzinfo=None) + step).replace(tzinfo=zone)
    try:
        typed = parse_datetime(request.POST.get("to", ""))
    except ValueError:
        typed = None
    if typed is None:
        raise Invalid({"now": ["invalid_date"]}, _("Write a day and a time to move to."))
    return typed if typed.tzinfo else typed.replace(tzinfo=zone)
