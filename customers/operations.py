"""What changes a customer."""

from __future__ import annotations

import uuid

from billing.errors import NotFound
from customers.models import Customer


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
