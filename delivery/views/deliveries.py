"""The log of webhooks: every delivery, its attempts, and sending it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.exports import csv_answer
from console.htmx import done, page_or_fragment
from console.listing import Column, Filter, Listing, Rows
from console.views import OperatorRequest, once, operator_view
from delivery import reads, webhooks
from delivery.models import DeliveryStatus, WebhookDelivery
from delivery.views.developers import crumbs, tabs
from organizations import clock

EXPORTED = "id webhook_type status response_code attempts created_at endpoint".split()


@operator_view()
def deliveries(request: OperatorRequest) -> HttpResponse:
    """List deliveries, the newest first."""
    listing = _listing(request)
    if listing.wants_export:
        return csv_answer("deliveries", EXPORTED, _exported(listing))
    context = {
        "listing": listing,
        "tabs": tabs("deliveries"),
        "stuck": reads.stuck_messages(request.organization),
    }
    return page_or_fragment(request, "delivery/deliveries.html", context)


def _listing(request: OperatorRequest) -> Listing:
    endpoints = reads.endpoint_choices(request.organization)
    kinds = reads.kind_choices()
    return Listing(
        request,
        reads.shown_deliveries(request.organization),
        name="delivery-list",
        default="-created",
        columns=[
            Column("kind", _("Event"), order=("webhook_type",)),
            Column("endpoint", _("Endpoint"), order=("endpoint__webhook_url",)),
            Column("status", _("Status"), order=("status",)),
            Column("code", _("Answer"), order=("response_code",), is_number=True),
            Column("attempts", _("Attempts"), order=("attempts",), is_number=True),
            Column("created", _("Created"), order=("created_at", "id")),
            Column("menu", _("Actions"), is_hidden=True),
        ],
        filters=[
            Filter(
                "status",
                _("Status"),
                DeliveryStatus.choices,
                lambda rows, value: rows.filter(status=value),
            ),
            Filter("type", _("Event"), kinds, lambda rows, value: rows.filter(webhook_type=value)),
            Filter(
                "endpoint",
                _("Endpoint"),
                endpoints,
                lambda rows, value: rows.filter(endpoint_id=value),
            ),
        ],
        search=_search,
        can_export=True,
    )


def _exported(listing: Listing) -> Iterator[list[Any]]:
    """Return a line of the file for each delivery that matches."""
    for row in listing.matching.iterator():
        yield [getattr(row, name) for name in EXPORTED[:-1]] + [str(row.endpoint)]


def _search(rows: Rows, term: str) -> Rows:
    """Find by type, or by the id of the delivery or of what it tells of."""
    wanted = Q(webhook_type__icontains=term)
    try:
        pk = UUID(term)
    except ValueError:
        return rows.filter(wanted)
    return rows.filter(wanted | Q(object_id=pk) | Q(pk=pk))


@operator_view()
def delivery(request: OperatorRequest, pk: UUID) -> HttpResponse:
    """Show a delivery: what was said, to whom, and what came back."""
    row = get_object_or_404(reads.shown_deliveries(request.organization), pk=pk)
    way = crumbs((_("Deliveries"), reverse("delivery:deliveries")), (row.webhook_type, ""))
    context = {"delivery": row, "crumbs": way, **reads.told(row)}
    return page_or_fragment(request, "delivery/delivery.html", context)


@require_POST
@operator_view("resend")
@once
def resend(request: OperatorRequest, pk: UUID) -> HttpResponse:
    """Have a delivery sent once more, also one that has succeeded."""
    row = get_object_or_404(WebhookDelivery.objects.of(request.organization), pk=pk)
    at = clock.now(request.organization)
    webhooks.resend(row, actor=request.actor, at=at, now=clock.now())
    message = _("%(type)s is sent again within seconds.") % {"type": row.webhook_type}
    return done(request, message, to=reverse("delivery:delivery", args=[row.pk]))
