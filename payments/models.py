"""Payment providers, a customer's tie to one, payments, payment requests."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from customers.models import Customer
from invoices.models import Invoice
from organizations.models import Organization
from persistence.fields import cents_field, currency_field, id_field
from persistence.querysets import KeptRows, Rows


class ProviderKind(models.TextChoices):
    """Who moves the money."""

    MANUAL = "manual", "Manual"
    STRIPE = "stripe", "Stripe"
    GOCARDLESS = "gocardless", "GoCardless"
    ADYEN = "adyen", "Adyen"


class PaymentProvider(models.Model):
    """A connection of the organization to a payment provider; `secrets` is encrypted at rest."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payment_providers")
    kind = models.CharField(max_length=12, choices=ProviderKind)
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    secrets = models.TextField(blank=True)
    settings = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at=None),
                name="payment_provider_code_is_unique",
                violation_error_code="code.value_already_exist",
                violation_error_message="Another connection has this code.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CustomerProvider(models.Model):
    """A customer's default payment provider, and who they are there."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    customer = models.OneToOneField(Customer, models.PROTECT, related_name="customer_provider")
    provider = models.ForeignKey(PaymentProvider, models.PROTECT, related_name="customer_providers")
    provider_customer_id = models.CharField(max_length=255, null=True, blank=True)
    sync_with_provider = models.BooleanField(default=False)
    provider_payment_methods = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    payment_method_id = models.CharField(max_length=255, null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return f"{self.customer_id} at {self.provider_id}"


class PaymentState(models.TextChoices):
    """Where a payment stands."""

    PENDING = "pending", "Pending"
    PROCESSING = "processing", "Processing"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"


class PaymentRequest(models.Model):
    """A request to pay several overdue invoices at once."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payment_requests")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payment_requests")
    invoices = models.ManyToManyField(Invoice, related_name="payment_requests")
    amount_cents = cents_field()
    amount_currency = currency_field()
    email = models.CharField(max_length=1000)
    payment_status = models.CharField(
        max_length=10, choices=PaymentState, default=PaymentState.PENDING
    )
    payment_attempts = models.IntegerField(default=0)
    ready_for_payment_processing = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return f"Payment request {self.id}"


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
                violation_error_message="A payment is more than 0.",
            ),
            models.CheckConstraint(
                name="payment_is_for_one_thing",
                condition=Q(invoice__isnull=False, payment_request=None)
                | Q(invoice=None, payment_request__isnull=False),
                violation_error_code="base.value_is_invalid",
                violation_error_message="A payment is for an invoice or for a payment request.",
            ),
            models.CheckConstraint(
                name="payment_is_refunded_at_most_whole",
                condition=Q(refunded_amount_cents__gte=0)
                & Q(refunded_amount_cents__lte=models.F("amount_cents")),
                violation_error_code="refund_amount_cents.higher_than_remaining_invoice_amount",
                violation_error_message="More would be refunded than was paid.",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_payment_id"],
                condition=Q(provider_payment_id__isnull=False),
                name="payment_of_a_provider_is_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="payment_newest"),
        ]

    def __str__(self) -> str:
        return self.reference or str(self.id)
