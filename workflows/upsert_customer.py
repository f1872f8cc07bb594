"""Create a customer, or change the one that has this external ID."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from billing.errors import Invalid
from customers.models import Customer
from organizations.models import Organization
from workflows.create_customer import create_customer
from workflows.edit_customer import edit_customer


@transaction.atomic
def upsert_customer(
    organization: Organization, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Customer:
    """Return the live customer with ``values["external_id"]``, made or changed; absent members stay.

    Two requests for a new customer at once make one: the second changes what the first has made. One that meets a
    deletion makes the customer anew. Raises Invalid and NotFound as `create_customer` and `edit_customer` do.
    """
    external_id = str(values.get("external_id") or "").strip()
    if not external_id:
        raise Invalid({"external_id": ["value_is_mandatory"]}, "A customer needs an external ID.")
    rows = Customer.objects.of(organization).kept().filter(external_id=external_id)
    for is_last in (False, False, True):
        found = rows.locked().first()  # waits for a deletion under way, and then finds nobody
        if found is not None:
            return edit_customer(found, values, actor=actor, at=at)
        try:
            return create_customer(organization, values, actor=actor, at=at)
        except Invalid as refusal:
            if is_last or refusal.errors != {"external_id": ["value_already_exist"]}:
                raise
    raise AssertionError("The last attempt returns or raises.")
