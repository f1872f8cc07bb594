"""Finding customers that are not deleted, and locking them."""

from __future__ import annotations

import uuid

from billing.errors import NotFound
from customers.models import Customer
from organizations.models import Organization


def lock_kept(customer_id: uuid.UUID) -> Customer:
    """Lock a customer that is not deleted and return it; raises NotFound when it is gone.

    Whoever adds something to a customer calls this first: a deletion that is under way is waited for, and then
    refuses the addition, so that nothing is ever orphaned.
    """
    customer = (
        Customer.objects.kept()
        .select_related("organization")
        .select_for_update(of=("self",))
        .filter(pk=customer_id)
        .first()
    )
    if customer is None:
        raise NotFound("customer", "This customer has been deleted.")
    return customer


def find_kept(organization: Organization, external_id: str) -> Customer:
    """Return the live customer with this `external_id`; raises NotFound (``customer_not_found``)."""
    customer = (
        Customer.objects.of(organization)
        .kept()
        .select_related("organization")
        .filter(external_id=external_id)
        .first()
    )
    if customer is None:
        raise NotFound("customer")
    return customer
