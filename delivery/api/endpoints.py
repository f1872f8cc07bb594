"""Endpoints of webhook endpoints, and the key that checks what they are sent."""

from __future__ import annotations

import base64

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from delivery import operations
from delivery.models import WebhookEndpoint
from delivery.schemas import (
    PublicKeyOut,
    WebhookEndpointIn,
    WebhookEndpointOut,
    webhook_endpoint_out,
)
from workflows.signing_key import signing_key

router = Router(tags=["webhooks"])
Body = root_in("webhook_endpoint", WebhookEndpointIn)
ONE = root_out("webhook_endpoint", WebhookEndpointOut)


@router.post("/webhook_endpoints", response=ONE)
def create(request: ApiRequest, body: Body) -> HttpResponse:
    """Register an address that hears of what happens; at most ten."""
    values = body.webhook_endpoint.given()
    endpoint = operations.create_endpoint(
        request.organization, values, actor=request.actor, at=request.at
    )
    return _answer(endpoint)


@router.get("/webhook_endpoints", response=list_out("webhook_endpoints", WebhookEndpointOut))
def list_all(request: ApiRequest) -> HttpResponse:
    """List webhook endpoints, newest first."""
    rows = WebhookEndpoint.objects.of(request.organization).order_by("-created_at", "-pk")
    return paged(request, "webhook_endpoints", rows, webhook_endpoint_out)


@router.get("/webhook_endpoints/{lago_id}", response=ONE)
def get(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return one webhook endpoint."""
    return _answer(_find(request, lago_id))


@router.put("/webhook_endpoints/{lago_id}", response=ONE)
def update(request: ApiRequest, lago_id: str, body: Body) -> HttpResponse:
    """Change a webhook endpoint; absent members stay."""
    changes = body.webhook_endpoint.given()
    endpoint = _find(request, lago_id)
    changed = operations.update_endpoint(endpoint, changes, actor=request.actor, at=request.at)
    return _answer(changed)


@router.delete("/webhook_endpoints/{lago_id}", response=ONE)
def delete(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Remove a webhook endpoint."""
    endpoint = _find(request, lago_id)
    return _answer(operations.delete_endpoint(endpoint, actor=request.actor, at=request.at))


@router.get("/webhooks/json_public_key", response=root_out("webhook", PublicKeyOut))
def get_json_public_key(request: ApiRequest) -> HttpResponse:
    """Return the key that checks the signatures of webhooks."""
    return answer("webhook", {"public_key": _public_key(request)})


@router.get("/webhooks/public_key", deprecated=True)
def get_public_key(request: ApiRequest) -> HttpResponse:
    """Return the key that checks the signatures of webhooks, as text."""
    return HttpResponse(_public_key(request), content_type="text/plain")


def _public_key(request: ApiRequest) -> str:
    pem = signing_key(request.organization, at=request.at).public_key
    return base64.encodebytes(pem.encode()).decode()


def _find(request: ApiRequest, lago_id: str) -> WebhookEndpoint:
    return find(WebhookEndpoint.objects.of(request.organization), "webhook_endpoint", pk=lago_id)


def _answer(endpoint: WebhookEndpoint) -> HttpResponse:
    return answer("webhook_endpoint", webhook_endpoint_out(endpoint))
