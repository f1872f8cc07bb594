"""What may follow what in an invoice and in a credit note."""

from django.db import models

from billing.lifecycle import Lifecycle


class InvoiceStatus(models.TextChoices):
    """Where an invoice stands."""

    DRAFT = "draft", "Draft"
    FINALIZED = "finalized", "Finalized"
    VOIDED = "voided", "Voided"
    GENERATING = "generating", "Generating"
    FAILED = "failed", "Failed"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    PENDING = "pending", "Pending"
    DELETED = "deleted", "Deleted"


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

    PENDING = "pending", "Pending"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    REFUNDED = "refunded", "Refunded"


class CreditStatus(models.TextChoices):
    """What became of the credit part of a credit note."""

    AVAILABLE = "available", "Available"
    CONSUMED = "consumed", "Consumed"
    VOIDED = "voided", "Voided"


CREDIT = Lifecycle(
    "credit note",
    {
        "available": frozenset({"consumed", "voided"}),
        "consumed": frozenset({"available"}),
    },
)


class RefundStatus(models.TextChoices):
    """What became of the refund part of a credit note."""

    PENDING = "pending", "Pending"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
