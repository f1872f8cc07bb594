"""What the pages of delivery show, a fixed number of queries each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.models import OutboxMessage
from delivery.events import EVENT_TYPES
from delivery.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from delivery.models.webhook import DeliveryRows
from invoices.models import CreditNote, Invoice
from organizations.models import ApiKey, Organization, SigningKey
from payments.models import PaymentReceipt
from persistence.querysets import Rows

SHOWN = ("draft", "finalized", "voided", "failed", "pending")


def documented(kind: str) -> Rows[Any]:
    """Return the rows of a kind that have a document, with what it needs; one query when read."""
    if kind == "invoice":
        rows = Invoice.objects.filter(status__in=SHOWN)
        return rows.select_related("customer__organization", "organization")
    if kind == "credit_note":
        rows = CreditNote.objects.filter(status__in=SHOWN)
        return rows.select_related("customer__organization", "organization", "invoice")
    return PaymentReceipt.objects.select_related(
        "organization",
        "payment__customer__organization",
        "payment__invoice",
        "payment__provider",
        "payment__payment_request",
    )


def issued(kind: str) -> Rows[Any]:
    """Return those that are final, so that customers may get them."""
    rows = documented(kind)
    return rows if kind == "payment_receipt" else rows.filter(status__in=("finalized", "voided"))


@dataclass(frozen=True)
class ShownKey:
    """An API key as the list shows it."""

    key: ApiKey
    state: str
    tone: str
    menu: list[dict[str, Any]]

    @property
    def menu_id(self) -> str:
        """The id of its menu on the page."""
        return f"key-{self.key.pk}"


def shown_keys(organization: Organization, *, at: datetime) -> list[ShownKey]:
    """Return the keys, those that work first and then the newest; one query."""
    rows = ApiKey.objects.of(organization).order_by(
        F("revoked_at").asc(nulls_first=True), "-created_at", "pk"
    )
    return [_shown_key(key, at) for key in rows]


def _shown_key(key: ApiKey, at: datetime) -> ShownKey:
    if key.revoked_at is not None:
        return ShownKey(key, _("Revoked"), "", [])
    entry = {
        "label": _("Revoke"),
        "url": reverse("delivery:revoke_key", args=[key.pk]),
        "icon": "ban",
        "is_danger": True,
        "dialog": True,
    }
    if key.expires_at is not None and key.expires_at <= at:
        return ShownKey(key, _("Expired"), "warn", [entry])
    return ShownKey(key, _("Active"), "ok", [entry])


@dataclass(frozen=True)
class ShownEndpoint:
    """An endpoint as the list shows it, with how its deliveries went."""

    endpoint: WebhookEndpoint
    succeeded: int
    pending: int
    failed: int
    menu: list[dict[str, Any]]

    @property
    def menu_id(self) -> str:
        """The id of its menu on the page."""
        return f"endpoint-{self.endpoint.pk}"


def shown_endpoints(organization: Organization) -> list[ShownEndpoint]:
    """Return the endpoints with the numbers of their deliveries; one query."""
    counts = {
        status: Count("deliveries", filter=Q(deliveries__status=status))
        for status in DeliveryStatus.values
    }
    rows = WebhookEndpoint.objects.of(organization).annotate(**counts).order_by("created_at", "pk")
    return [
        ShownEndpoint(row, row.succeeded, row.pending, row.failed, _endpoint_menu(row))
        for row in rows
    ]


def _endpoint_menu(endpoint: WebhookEndpoint) -> list[dict[str, Any]]:
    log = f"{reverse('delivery:deliveries')}?endpoint={endpoint.pk}"
    return [
        {
            "label": _("Edit"),
            "url": reverse("delivery:update_endpoint", args=[endpoint.pk]),
            "icon": "pencil",
        },
        {"label": _("Deliveries"), "url": log, "icon": "history"},
        {
            "label": _("Remove"),
            "url": reverse("delivery:delete_endpoint", args=[endpoint.pk]),
            "icon": "trash-2",
            "is_danger": True,
            "separator": True,
            "dialog": True,
        },
    ]


def public_key(organization: Organization) -> str:
    """Return the key that checks JWT signatures, in PEM; empty while nothing was signed yet."""
    key = SigningKey.objects.of(organization).first()
    return key.public_key.strip() if key else ""


def endpoint_choices(organization: Organization) -> list[tuple[str, str]]:
    """Return the endpoints as choices of a filter; one query."""
    rows = WebhookEndpoint.objects.of(organization).order_by("created_at", "pk")
    return [(str(row.pk), str(row)) for row in rows]


def kind_choices() -> list[tuple[str, str]]:
    """Return the types of webhooks as choices of a filter."""
    return [(kind, kind) for kind in sorted(EVENT_TYPES)]


def shown_deliveries(organization: Organization) -> DeliveryRows:
    """Return the deliveries with their endpoints, without the payloads; no order yet."""
    rows: DeliveryRows = WebhookDelivery.objects.of(organization)
    return rows.select_related("endpoint").defer("payload")


def told(delivery: WebhookDelivery) -> dict[str, Any]:
    """Return the payload for people, the attempts and where the object is found; two queries."""
    said = json.loads(bytes(delivery.payload))
    page = PAGES.get(delivery.object_type)
    return {
        "payload": json.dumps(said, indent=2, ensure_ascii=False),
        "size": len(bytes(delivery.payload)),
        "attempts": list(delivery.tries.order_by("-at", "-pk")),
        "object_url": page and page.format(delivery.object_id),
    }


PAGES = {
    "customer": "/customers/{}/",
    "invoice": "/invoices/{}/",
    "credit_note": "/credit-notes/{}/",
    "subscription": "/subscriptions/{}/",
    "payment": "/payments/{}/",
    "wallet": "/wallets/{}/",
    "plan": "/plans/{}/",
    "billable_metric": "/metrics/{}/",
}


def stuck_messages(organization: Organization) -> int:
    """Return how many messages could not be handled yet; one query."""
    open_ones = OutboxMessage.objects.of(organization).filter(handled_at=None)
    return open_ones.exclude(error="").count()
