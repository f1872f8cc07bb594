"""Note when an API key was last used."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from organizations.models import ApiKey


@transaction.atomic
def note_key_use(key: ApiKey, *, at: datetime) -> None:
    """Set `last_used_at`; not a change that the journal tells of.

    A request that another one holds up does not wait to note it: the next one will.
    """
    free = ApiKey.objects.filter(pk=key.pk).select_for_update(skip_locked=True, of=("self",))
    if free.exists():
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
        key.last_used_at = at
