"""Issue an API key: shown once, stored as a hash."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from organizations.models import ApiKey, Organization
from persistence.saving import save_valid


def digest(secret: str) -> str:
    """Return the hash under which a key is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_api_key(
    organization: Organization,
    *,
    name: str,
    actor: Actor,
    at: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Create a key and return it with its secret, which cannot be read again."""
    secret = str(uuid.uuid4())
    key = save_valid(
        ApiKey(
            organization=organization,
            name=name,
            digest=digest(secret),
            last_four=secret[-4:],
            created_at=at,
            expires_at=expires_at,
        )
    )
    journal.record(key, "api_key.issued", actor=actor, at=at, after=journal.snapshot(key))
    return key, secret
