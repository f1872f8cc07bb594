"""Revoke an API key."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import NotAllowed
from organizations.models import ApiKey
from persistence.saving import save_valid


@transaction.atomic
def revoke_api_key(key: ApiKey, *, actor: Actor, at: datetime) -> ApiKey:
    """Stop `key` from working; raises NotAllowed when it is revoked already."""
    key = ApiKey.objects.locked().get(pk=key.pk)
    if key.revoked_at is not None:
        raise NotAllowed("already_revoked", "This key has been revoked already.")
    key.revoked_at = at
    save_valid(key, update_fields=["revoked_at"])
    journal.record(key, "api_key.revoked", actor=actor, at=at)
    return key
