"""The subscription that an address names."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext as _

from billing.errors import NotFound
from console.access import OperatorRequest
from subscriptions.models import Subscription
from subscriptions.reads.details import shown


def find(request: OperatorRequest, pk: uuid.UUID) -> Subscription:
    """Return a subscription of the organization with its plan and customer; raises NotFound."""
    found = shown(request.organization).filter(pk=pk).first()
    if found is None:
        raise NotFound("subscription", _("This subscription does not exist."))
    return found


def crumbs_to(subscription: Subscription, here: str = "") -> list[tuple[str, str]]:
    """Return the way to a subscription, or to a page below it."""
    customer = subscription.customer
    way = [(_("Customers"), "/customers/"), (str(customer), f"/customers/{customer.pk}/")]
    own = (subscription.name or subscription.plan.name, f"/subscriptions/{subscription.pk}/")
    return [*way, own, (here, "")] if here else [*way, (own[0], "")]
