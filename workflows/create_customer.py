"""Create a customer, with the payment provider it is tied to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from activity.actors import Actor
from customers import operations
from customers.models import Customer
from organizations.models import Organization
from payments.operations.customer_provider import set_customer_provider


@transaction.atomic
def create_customer(
    organization: Organization, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Customer:
    """Create a customer; `values` are columns, `tax_codes`, `metadata` and what ties it to a provider.

    Raises Invalid, or NotFound for an unknown tax or payment provider.
    """
    customer = operations.create(organization, values, actor=actor, at=at)
    set_customer_provider(customer, values, actor=actor, at=at)
    return customer
