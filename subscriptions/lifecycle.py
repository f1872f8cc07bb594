"""What may follow what in a subscription."""

from django.db import models

from billing.lifecycle import Lifecycle


class Status(models.TextChoices):
    """Where a subscription stands."""

    PENDING = "pending", "Pending"
    ACTIVE = "active", "Active"
    TERMINATED = "terminated", "Terminated"
    CANCELED = "canceled", "Canceled"
    INCOMPLETE = "incomplete", "Incomplete"


SUBSCRIPTION = Lifecycle(
    "subscription",
    {
        "pending": frozenset({"active", "canceled", "incomplete"}),
        "incomplete": frozenset({"active", "canceled"}),
        "active": frozenset({"terminated"}),
    },
)
