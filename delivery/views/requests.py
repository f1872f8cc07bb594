"""The log of the API: every request that would change something, and how it was answered."""

from __future__ import annotations

import json
from http import HTTPStatus
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from console.htmx import page_or_fragment
from console.listing import Column, Filter, Listing, Rows
from console.views import OperatorRequest, operator_view
from delivery.views.developers import crumbs, tabs
from organizations.api_log import KEPT_FOR
from organizations.models import ApiKey, LoggedRequest

CLASSES = {"done": (200, 399), "refused": (400, 499), "failed": (500, 599)}


@operator_view()
def requests(request: OperatorRequest) -> HttpResponse:
    """List the requests, the newest first."""
    context = {"listing": _listing(request), "tabs": tabs("requests"), "days": KEPT_FOR.days}
    return page_or_fragment(request, "delivery/requests.html", context)


def _listing(request: OperatorRequest) -> Listing:
    keys = ApiKey.objects.of(request.organization).order_by("name", "pk")
    rows = LoggedRequest.objects.of(request.organization)
    return Listing(
        request,
        rows.select_related("api_key").defer("answer"),
        name="request-list",
        default="-at",
        columns=[
            Column("path", _("Request")),
            Column("status", _("Status")),
            Column("duration", _("Duration"), order=("duration_ms",), is_number=True),
            Column("key", _("Key")),
            Column("at", _("At"), order=("at", "id")),
        ],
        filters=[
            Filter("status", _("Status"), _statuses(), _of_status),
            Filter(
                "method",
                _("Method"),
                [(one, one) for one in ("POST", "PUT", "PATCH", "DELETE")],
                lambda rows, value: rows.filter(method=value),
            ),
            Filter(
                "key",
                _("Key"),
                [(str(key.pk), key.name or key.last_four) for key in keys],
                lambda rows, value: rows.filter(api_key_id=value),
            ),
        ],
        search=lambda rows, term: rows.filter(Q(request_id=term) | Q(path__icontains=term)),
    )


def _statuses() -> list[tuple[str, str]]:
    return [("done", _("Done")), ("refused", _("Refused (4xx)")), ("failed", _("Failed (5xx)"))]


def _of_status(rows: Rows, value: str) -> Rows:
    return rows.filter(status__range=CLASSES[value])


@operator_view()
def request_detail(request: OperatorRequest, pk: UUID) -> HttpResponse:
    """Show a request with the body of its refusal."""
    rows = LoggedRequest.objects.of(request.organization).select_related("api_key")
    logged = get_object_or_404(rows, pk=pk)
    context = {
        "logged": logged,
        "phrase": HTTPStatus(logged.status).phrase if logged.status in set(HTTPStatus) else "",
        "answer": _indented(logged.answer),
        "crumbs": crumbs((_("API log"), "/developers/requests/"), (str(logged), "")),
    }
    template = "delivery/request.html"
    return page_or_fragment(request, template, context, fragment=template)


def _indented(answer: str) -> str:
    try:
        return json.dumps(json.loads(answer), indent=2, ensure_ascii=False)
    except ValueError:  # cut, or no JSON
        return answer
