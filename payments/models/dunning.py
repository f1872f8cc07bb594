"""Dunning campaigns: when and how often customers are asked for what is overdue."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as noop

from customers.models import Customer
from organizations.models import Organization
from persistence.fields import cents_field, currency_field, id_field
from persistence.querysets import KeptRows, Rows


class DunningCampaign(models.Model):
    """How often and at which distance customers are asked, once their overdue balance reaches a threshold."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="dunning_campaigns")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    max_attempts = models.IntegerField(default=1)
    days_between_attempts = models.IntegerField(default=1)
    bcc_emails = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at=None),
                name="dunning_campaign_code_is_unique",
                violation_error_code="code.value_already_exist",
                violation_error_message=noop("Another campaign has this code."),
            ),
            models.UniqueConstraint(
                fields=["organization"],
                condition=Q(deleted_at=None, is_default=True),
                name="dunning_campaign_is_default_once",
            ),
            models.CheckConstraint(
                name="dunning_campaign_attempts_are_positive",
                condition=Q(max_attempts__gte=1),
                violation_error_code="max_attempts.value_is_out_of_range",
                violation_error_message=noop("A campaign asks once or more often."),
            ),
            models.CheckConstraint(
                name="dunning_campaign_days_are_positive",
                condition=Q(days_between_attempts__gte=1),
                violation_error_code="days_between_attempts.value_is_out_of_range",
                violation_error_message=noop("Between two attempts lies a day or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DunningThreshold(models.Model):
    """The overdue balance in a currency from which a campaign asks."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    campaign = models.ForeignKey(DunningCampaign, models.CASCADE, related_name="thresholds")
    currency = currency_field()
    amount_cents = cents_field()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "currency"],
                name="dunning_threshold_is_one_a_currency",
                violation_error_code="thresholds.value_already_exist",
                violation_error_message=noop("A campaign has one threshold a currency."),
            ),
            models.CheckConstraint(
                name="dunning_threshold_is_positive",
                condition=Q(amount_cents__gt=0),
                violation_error_code="thresholds.value_is_out_of_range",
                violation_error_message=noop("A threshold is more than 0."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} {self.currency}"


class CustomerDunning(models.Model):
    """How far a customer has been asked, and the campaign of their own; without one the default asks."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    customer = models.OneToOneField(Customer, models.PROTECT, related_name="dunning")
    campaign = models.ForeignKey(
        DunningCampaign, models.PROTECT, null=True, blank=True, related_name="customers"
    )
    attempts = models.IntegerField(default=0)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.attempts} attempts"
