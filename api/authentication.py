"""Who is asking: the second word of the Authorization header is an API key."""

from __future__ import annotations

import time
from datetime import timedelta

from django.db.models import Q

from activity.actors import Actor
from api.requests import ApiRequest
from organizations import clock
from organizations.models import ApiKey
from workflows.issue_api_key import digest
from workflows.note_key_use import note_key_use

SECONDS_KEPT = 3  # a revoked key may live on for as long in a process that knows it
NOTED_EVERY = timedelta(minutes=1)
MOST_KEPT = 10_000

_known: dict[str, tuple[float, ApiKey]] = {}


def authenticate(request: ApiRequest) -> bool:
    """Find the key of `request` and set `organization`, `actor` and `at` on it; False without a good key.

    The key and its organization are remembered for a few seconds; a sandbox is always read anew, since its clock
    moves.
    """
    words = request.headers.get("Authorization", "").split()
    key = _find(words[1]) if len(words) > 1 else None
    if key is None:
        return False
    request.organization = key.organization
    request.at = clock.now(key.organization)
    request.actor = Actor("api_key", str(key.pk), key.name, "api", getattr(request, "id", ""))
    return True


def forget() -> None:
    """Forget the keys that are remembered, as after a change of the organization's settings."""
    _known.clear()


def _find(secret: str) -> ApiKey | None:
    hashed = digest(secret)
    kept_until, key = _known.get(hashed, (0.0, None))
    if key is not None and kept_until > time.monotonic():
        return key
    now = clock.now()
    key = (
        ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), digest=hashed)
        .filter(Q(revoked_at=None) | Q(revoked_at__gt=now))
        .select_related("organization")
        .first()
    )
    _known.pop(hashed, None)
    if key is None:
        return None
    if key.last_used_at is None or now - key.last_used_at >= NOTED_EVERY:
        note_key_use(key, at=now)
    if not key.organization.is_sandbox:
        if len(_known) >= MOST_KEPT:
            _known.clear()
        _known[hashed] = (time.monotonic() + SECONDS_KEPT, key)
    return key
