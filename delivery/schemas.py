"""Webhook endpoints, and asking for an e-mail, on the wire."""

from __future__ import annotations

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import instant
from delivery.models import WebhookEndpoint


class WebhookEndpointIn(In):
    """An address that hears of what happens; without `event_types`, of everything."""

    webhook_url: str | None = None
    signature_algo: str | None = None
    name: str | None = None
    event_types: list[str] | None = None


class ResendIn(In):
    """To whom a document is mailed again; without `to`, to its customer."""

    to: list[str] | None = None


class WebhookEndpointOut(TypedDict):
    """A webhook endpoint."""

    lago_id: str
    lago_organization_id: str
    webhook_url: str
    signature_algo: str
    name: str | None
    event_types: list[str] | None
    created_at: str | None


class PublicKeyOut(TypedDict):
    """The key that checks the signatures of webhooks: PEM, in base64."""

    public_key: str


def webhook_endpoint_out(endpoint: WebhookEndpoint) -> WebhookEndpointOut:
    """Show a webhook endpoint."""
    return {
        "lago_id": str(endpoint.pk),
        "lago_organization_id": str(endpoint.organization_id),
        "webhook_url": endpoint.webhook_url,
        "signature_algo": endpoint.signature_algo,
        "name": endpoint.name,
        "event_types": endpoint.event_types,
        "created_at": instant(endpoint.created_at),
    }
