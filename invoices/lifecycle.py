"""What may follow what in an invoice and in a credit note."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.lifecycle import Lifecycle


class InvoiceStatus(models.TextChoices):
    """Where an invoice stands."""

    DRAFT = "draft", _("Draft")
    FINALIZED = "finalized", _("Finalized")
    VOIDED = "voided", _("Voided")
    GENERATING = "generating", _("Generating")
    FAILED = "failed", _("Failed")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    PENDING = "pending", _("Pending")
    DELETED = "deleted", _("Deleted")


VISIBLE = ("draft", "finalized", "voided", "failed", "pending")
"""Statuses that lists and the API show; the others answer 404."""

INVOICE = Lifecycle(
    "invoice",
    {
        "generating": frozenset({"draft", "finalized", "closed", "open", "pending", "failed"}),
        "draft": frozenset({"finalized", "closed", "pending", "deleted"}),
        "pending": frozenset({"finalized", "draft", "failed"}),
        "failed": frozenset({"pending"}),
        "open": frozenset({"finalized", "closed"}),
        "finalized": frozenset({"voided"}),
    },
)


class PaymentStatus(models.TextChoices):
    """Whether an invoice or a fee has been paid."""

    PENDING = "pending", _("Pending")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    REFUNDED = "refunded", _("Refunded")


class CreditStatus(models.TextChoices):
    """What became of the credit part of a credit note."""

    AVAILABLE = "available", _("Available")
    CONSUMED = "consumed", _("Consumed")
    VOIDED = "voided", _("Voided")


CREDIT = Lifecycle(
    "credit note",
    {
        "available": frozenset({"consumed", "voided"}),
        "consumed": frozenset({"available"}),
    },
)


class RefundStatus(models.TextChoices):
    """What became of the refund part of a credit note."""

    PENDING = "pending", _("Pending")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
