"""The sandbox's clock in the header."""

from __future__ import annotations

from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta
from django.http import HttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from billing.errors import Invalid
from console import formats
from console.access import OperatorRequest, operator_view
from console.htmx import done
from invoices.reads.lists import open_failures
from organizations import clock
from workflows.advance_clock import advance_clock

STEPS = {
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": relativedelta(months=1),
}
AT_MOST = relativedelta(years=1)


@operator_view("sandbox_clock")
@require_POST
def move_clock(request: OperatorRequest) -> HttpResponse:
    """Move the sandbox's clock to a moment of the organization's zone, or on by a step."""
    to = _target(request)
    _require_near(request, to)
    advance_clock(request.organization, to=to, actor=request.actor)
    written = formats.moment(to, request.organization.timezone)
    said = [_("The clock stands at %(moment)s.") % {"moment": written}]
    if left_out := open_failures(request.organization):
        words = ngettext(
            "%(count)d customer could not be billed: see Invoices.",
            "%(count)d customers could not be billed: see Invoices.",
            left_out,
        )
        said.append(words % {"count": left_out})
    return done(request, " ".join(said))


def _require_near(request: OperatorRequest, to: datetime) -> None:
    """Refuse what is more likely a slip of the hand, and would bill for a very long time."""
    now = request.organization.sandbox_now
    if now is not None and to > now + AT_MOST:
        raise Invalid(
            {"now": ["value_is_out_of_range"]},
            _("The clock moves by at most a year at a time. Nothing was changed."),
        )


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
