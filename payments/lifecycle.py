"""What may follow what in a payment and in a refund."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.lifecycle import Lifecycle


class PaymentState(models.TextChoices):
    """Where a payment stands."""

    PENDING = "pending", _("Pending")
    PROCESSING = "processing", _("Processing")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")


PAYMENT = Lifecycle(
    "payment",
    {
        "pending": frozenset({"processing", "succeeded", "failed"}),
        "processing": frozenset({"succeeded", "failed"}),
        # A bank may take a debit back, and a card that was declined may be paid after all.
        "failed": frozenset({"processing", "succeeded"}),
    },
)


class RefundState(models.TextChoices):
    """Where a refund stands."""

    PENDING = "pending", _("Pending")
    PROCESSING = "processing", _("Processing")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")


REFUND = Lifecycle(
    "refund",
    {
        "pending": frozenset({"processing", "succeeded", "failed"}),
        # A bank may send a refund back that had seemed to arrive.
        "processing": frozenset({"succeeded", "failed"}),
        "succeeded": frozenset({"failed"}),
        # An operator has it tried again.
        "failed": frozenset({"pending"}),
    },
)
