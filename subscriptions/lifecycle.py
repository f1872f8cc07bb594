"""What may follow what in a subscription."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.lifecycle import Lifecycle


class Status(models.TextChoices):
    """Where a subscription stands."""

    PENDING = "pending", _("Pending")
    ACTIVE = "active", _("Active")
    TERMINATED = "terminated", _("Terminated")
    CANCELED = "canceled", _("Canceled")
    INCOMPLETE = "incomplete", _("Incomplete")


SUBSCRIPTION = Lifecycle(
    "subscription",
    {
        "pending": frozenset({"active", "canceled", "incomplete"}),
        "incomplete": frozenset({"active", "canceled"}),
        "active": frozenset({"terminated"}),
    },
)
