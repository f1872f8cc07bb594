"""Finding what the API names."""

from __future__ import annotations

import uuid

from api.lookups import find
from api.requests import ApiRequest
from customers.models import Customer


def customer_of(request: ApiRequest, external_id: str) -> Customer:
    """Return the customer that is not deleted; raises NotFound."""
    kept = Customer.objects.of(request.organization).kept().select_related("organization")
    return find(kept, "customer", external_id=external_id)


def is_id(text: str) -> bool:
    """Say whether this could be an id at all."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
