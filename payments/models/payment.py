"""The payment and its receipt."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as noop

from customers.models import Customer
from invoices.models import Invoice
from organizations.models import Organization
from payments.lifecycle import PaymentState
from payments.models.provider import PaymentProvider
from payments.models.request import PaymentRequest
from persistence.fields import cents_field, currency_field, id_field
from persistence.querysets import Rows


class PaymentRows(Rows):
    """Sets of payments."""

    def succeeded(self) -> Self:
        """Those that arrived."""
        return self.filter(status=PaymentState.SUCCEEDED)


class Payment(models.Model):
    """Money for an invoice or a payment request, recorded by hand or moved by a provider."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payments")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payments")
    invoice = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    payment_request = models.ForeignKey(
        PaymentRequest, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    provider = models.ForeignKey(
        PaymentProvider, models.PROTECT, null=True, blank=True, related_name="payments"
    )
    amount_cents = cents_field()
    refunded_amount_cents = cents_field(default=0)
    currency = currency_field()
    status = models.CharField(max_length=12, choices=PaymentState)
    reference = models.CharField(max_length=40, blank=True)
    provider_payment_id = models.CharField(max_length=255, null=True, blank=True)
    provider_status = models.CharField(max_length=60, blank=True)
    next_action = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=100, blank=True)
    error_message = models.TextField(blank=True)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = PaymentRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payment_is_positive",
                condition=Q(amount_cents__gt=0),
                violation_error_code="amount_cents.invalid_value",
                violation_error_message=noop("A payment is more than 0."),
            ),
            models.CheckConstraint(
                name="payment_is_for_one_thing",
                condition=Q(invoice__isnull=False, payment_request=None)
                | Q(invoice=None, payment_request__isnull=False),
                violation_error_code="base.value_is_invalid",
                violation_error_message=noop(
                    "A payment is for an invoice or for a payment request."
                ),
            ),
            models.CheckConstraint(
                name="payment_is_refunded_at_most_whole",
                condition=Q(refunded_amount_cents__gte=0)
                & Q(refunded_amount_cents__lte=models.F("amount_cents")),
                violation_error_code="refund_amount_cents.higher_than_remaining_invoice_amount",
                violation_error_message=noop("More would be refunded than was paid."),
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_payment_id"],
                condition=Q(provider_payment_id__isnull=False),
                name="payment_of_a_provider_is_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="payment_newest"),
            models.Index(
                fields=["organization", "next_attempt_at"],
                name="payment_to_try",
                condition=Q(status="pending"),
            ),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.id)


class PaymentReceipt(models.Model):
    """The proof of a payment that arrived."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payment_receipts")
    payment = models.OneToOneField(Payment, models.PROTECT, related_name="receipt")
    number = models.CharField(max_length=60)
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "number"], name="payment_receipt_number_is_unique"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="receipt_newest"),
        ]

    def __str__(self) -> str:
        return self.number
