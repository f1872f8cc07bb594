"""Money that goes back through the provider it came from."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from invoices.models import CreditNote
from organizations.models import Organization
from payments.lifecycle import RefundState
from payments.models.payment import Payment
from persistence.fields import cents_field, id_field
from persistence.querysets import Rows


class Refund(models.Model):
    """The part of a credit note's refund that goes back by the way of one payment."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="refunds")
    amount_cents = cents_field()
    status = models.CharField(max_length=12, choices=RefundState, default=RefundState.PENDING)
    provider_refund_id = models.CharField(max_length=255, null=True, blank=True)
    error_code = models.CharField(max_length=100, blank=True)
    error_message = models.TextField(blank=True)
    attempts = models.IntegerField(default=0)
    # How often it was refused before it was begun again: each time it is asked for under a key of its own.
    refusals = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="refund_is_positive", condition=Q(amount_cents__gt=0)),
            models.UniqueConstraint(
                fields=["credit_note", "payment"], name="refund_is_one_row_a_payment"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "next_attempt_at"],
                name="refund_to_try",
                condition=Q(status="pending"),
            ),
            models.Index(fields=["provider_refund_id"], name="refund_by_provider_id"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.payment_id}"

    @property
    def key(self) -> str:
        """The provider's idempotency key: the same until the provider has said no."""
        return f"refund-{self.pk}-{self.refusals}" if self.refusals else f"refund-{self.pk}"

    @property
    def has_failed(self) -> bool:
        """Whether the money did not go back, or nobody knows."""
        return self.status == RefundState.FAILED

    @property
    def customer_id(self) -> uuid.UUID:
        """The customer in whose timeline the refund stands (queries unless the payment is loaded)."""
        return self.payment.customer_id
