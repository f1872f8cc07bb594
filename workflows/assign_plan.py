"""Assign a plan by external ids, as backends do: an unknown customer is made on the way."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from billing.errors import Invalid
from customers.models import Customer
from organizations.models import Organization
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from workflows.create_customer import create_customer
from workflows.start_subscription import start_subscription


@transaction.atomic
def assign_plan(
    organization: Organization,
    *,
    external_customer_id: str,
    asked: NewSubscription,
    actor: Actor,
    at: datetime,
) -> Subscription:
    """Start a subscription for the customer with this external id, creating the customer if need be.

    Raises Invalid ``external_customer_id: [value_is_mandatory]`` without one, and whatever `start_subscription`
    raises.
    """
    wanted = external_customer_id.strip()
    if not wanted:
        raise Invalid({"external_customer_id": ["value_is_mandatory"]}, "Say which customer.")
    customer = Customer.objects.of(organization).kept().filter(external_id=wanted).first()
    if customer is None:
        customer = create_customer(organization, {"external_id": wanted}, actor=actor, at=at)
    return start_subscription(customer, asked=asked, actor=actor, at=at)
