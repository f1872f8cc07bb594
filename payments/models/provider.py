"""Connections to payment providers, and who a customer is there."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from customers.models import Customer
from organizations.models import Organization
from persistence.fields import id_field
from persistence.querysets import KeptRows, Rows


class ProviderKind(models.TextChoices):
    """Who moves the money."""

    MANUAL = "manual", _("Manual")
    STRIPE = "stripe", _("Stripe")
    GOCARDLESS = "gocardless", _("GoCardless")
    ADYEN = "adyen", _("Adyen")


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
                violation_error_message=noop("Another connection has this code."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def moves_money(self) -> bool:
        """Whether payments go through it by themselves."""
        return self.kind != ProviderKind.MANUAL


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

    @property
    def can_be_asked(self) -> bool:
        """Whether the provider can be asked for the customer's money: it moves money, is connected, and knows them."""
        is_connected = self.provider.deleted_at is None
        return is_connected and self.provider.moves_money and bool(self.provider_customer_id)


class PaymentMethod(models.Model):
    """A card, mandate or account that a customer has left with a provider."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payment_methods")
    provider = models.ForeignKey(PaymentProvider, models.PROTECT, related_name="payment_methods")
    provider_method_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=30)
    label = models.CharField(max_length=100, blank=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_default=True, deleted_at=None),
                name="payment_method_is_default_once",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_method_id"],
                condition=Q(deleted_at=None),
                name="payment_method_is_kept_once",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.kind


class ProviderEvent(models.Model):
    """News that a provider has sent; each is acted on once."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    provider = models.ForeignKey(PaymentProvider, models.PROTECT, related_name="events")
    event_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_is_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
