"""What changes webhook endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotFound, Sentence
from delivery.events import EVENT_TYPES, EVERYTHING
from delivery.models import WebhookEndpoint
from organizations.models import Organization
from persistence.columns import assign, check
from persistence.saving import save_valid
from persistence.text_checks import is_url

COLUMNS = ("webhook_url", "signature_algo", "name", "event_types")
MOST = 10


@transaction.atomic
def create_endpoint(
    organization: Organization, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> WebhookEndpoint:
    """Register an address that hears of what happens; at most ten. Raises Invalid."""
    # Whoever registers waits for the other, so that eleven at once are not let in.
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
    if WebhookEndpoint.objects.of(organization).count() >= MOST:
        raise Invalid(
            {"base": ["exceeded_limit"]},
            Sentence("There are {most} webhook endpoints already.", most=MOST),
        )
    endpoint = WebhookEndpoint(organization=organization, created_at=at, updated_at=at)
    _take(endpoint, values)
    save_valid(endpoint)
    after = journal.snapshot(endpoint)
    journal.record(endpoint, "webhook_endpoint.created", actor=actor, at=at, after=after)
    return endpoint


@transaction.atomic
def update_endpoint(
    endpoint: WebhookEndpoint, changes: Mapping[str, Any], *, actor: Actor, at: datetime
) -> WebhookEndpoint:
    """Change what `changes` names. Raises Invalid."""
    endpoint = _locked(endpoint)
    before = journal.snapshot(endpoint)
    _take(endpoint, changes)
    old, new = journal.changes(before, journal.snapshot(endpoint))
    if new:
        endpoint.updated_at = at
        save_valid(endpoint, update_fields=[*COLUMNS, "updated_at"])
        action = "webhook_endpoint.updated"
        journal.record(endpoint, action, actor=actor, at=at, before=old, after=new)
    return endpoint


@transaction.atomic
def delete_endpoint(endpoint: WebhookEndpoint, *, actor: Actor, at: datetime) -> WebhookEndpoint:
    """Remove an endpoint; what it has not heard yet, it never hears."""
    endpoint = _locked(endpoint)
    before = journal.snapshot(endpoint)
    journal.record(endpoint, "webhook_endpoint.deleted", actor=actor, at=at, before=before)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).delete()
    return endpoint


def _take(endpoint: WebhookEndpoint, values: Mapping[str, Any]) -> None:
    assign(endpoint, values, COLUMNS)
    found = {}
    if endpoint.webhook_url and not is_url(endpoint.webhook_url):
        found["webhook_url"] = ["url_is_invalid"]
    types = endpoint.event_types
    if types == [EVERYTHING]:
        endpoint.event_types = None
    elif types is not None and not set(types) <= EVENT_TYPES:
        found["event_types"] = ["value_is_invalid"]
    check(endpoint, [name for name in COLUMNS if name not in found], found)


def _locked(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.locked().filter(pk=endpoint.pk).first()
    if found is None:
        raise NotFound("webhook_endpoint")
    return found
