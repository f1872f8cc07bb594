"""Endpoints of events: store one or many, list, find."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.pagination import paged
from api.requests import ApiRequest
from api.values import Instant
from billing.errors import Invalid, NotFound
from catalog.models import BillableMetric
from invoices.schemas.fees import FeeOut, estimated_fee_out
from subscriptions.models import Subscription
from usage import reads
from usage.attribution import owners
from usage.incoming import incoming
from usage.models import UsageEvent
from usage.schemas import EventIn, EventOut, EventsIn, event_out
from workflows.bill_in_advance import as_estimated, estimated_fees
from workflows.ingest_usage import ingest_usage, ingest_usage_batch

router = Router(tags=["events"])


@router.post("/events", response=root_out("event", EventOut))
def create_event(request: ApiRequest, body: root_in("event", EventIn)) -> HttpResponse:
    """Store an event. Unknown metrics and subscriptions are accepted; whose it is, is found out later."""
    event = ingest_usage(
        request.organization, body.event.given(), actor=request.actor, at=request.at
    )
    return answer("event", event_out(event, None))


@router.post("/events/batch", response=list_out("events", EventOut, has_meta=False))
def create_events(request: ApiRequest, body: EventsIn) -> HttpResponse:
    """Store 1 to 100 events, all or none; errors are told by index."""
    events = ingest_usage_batch(
        request.organization, body.events, actor=request.actor, at=request.at
    )
    return answer("events", [event_out(event, None) for event in events])


@router.get("/events", response=list_out("events", EventOut))
def list_events(
    request: ApiRequest,
    external_subscription_id: str | None = None,
    code: str | None = None,
    timestamp_from: Instant | None = None,
    timestamp_to: Instant | None = None,
    timestamp_from_started_at: bool = False,
) -> HttpResponse:
    """List events, the latest first."""
    start_at = timestamp_from
    if timestamp_from_started_at and external_subscription_id:
        started_at = reads.first_start(request.organization, external_subscription_id)
        start_at = max(filter(None, (start_at, started_at)), default=None)
    rows = reads.events_of(
        request.organization,
        external_subscription_id=external_subscription_id,
        code=code,
        start_at=start_at,
        end_at=timestamp_to and reads.after(timestamp_to),
    )
    return paged(request, "events", rows, shape_all=lambda events: _shown(request, list(events)))


@router.post("/events/estimate_fees", response=list_out("fees", FeeOut, has_meta=False))
def estimate_fees(request: ApiRequest, body: root_in("event", EventIn)) -> HttpResponse:
    """Say which fees in advance an event would make, without storing it."""
    given = {"transaction_id": "estimate"} | {
        name: value for name, value in body.event.given().items() if value is not None
    }
    event = incoming(given, at=request.at)
    row = (
        Subscription.objects.of(request.organization)
        .active()
        .filter(external_id=event.external_subscription_id)
        .select_related("plan", "customer__organization")
        .first()
    )
    if row is None:
        raise NotFound("subscription")
    if not BillableMetric.objects.of(request.organization).kept().filter(code=event.code).exists():
        raise Invalid({"code": ["metric_not_found"]})
    rated = estimated_fees(row, as_estimated(event))
    if not rated:
        raise Invalid({"code": ["does_not_match_an_instant_charge"]})
    return answer("fees", [estimated_fee_out(each, row) for each in rated])


@router.get("/events/{path:transaction_id}", response=root_out("event", EventOut))
def get_event(request: ApiRequest, transaction_id: str) -> HttpResponse:
    """Return the event of a transaction."""
    event = reads.find_event(request.organization, transaction_id)
    return answer("event", _shown(request, [event])[0])


def _shown(request: ApiRequest, events: list[UsageEvent]) -> list[EventOut]:
    found = owners(request.organization, events)
    return [event_out(event, owner) for event, owner in zip(events, found, strict=True)]
