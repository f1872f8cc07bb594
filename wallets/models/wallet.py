"""The wallet: credits that a customer has paid before they are used."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from catalog.models import BillableMetric
from customers.models import Customer
from organizations.models import Organization
from persistence.fields import cents_field, credits_field, currency_field, id_field
from persistence.querysets import Rows


class Status(models.TextChoices):
    """Whether a wallet pays."""

    ACTIVE = "active", _("Active")
    TERMINATED = "terminated", _("Terminated")


class FeeType(models.TextChoices):
    """The fees that a wallet may be limited to."""

    CHARGE = "charge", _("Usage charges")
    FIXED_CHARGE = "fixed_charge", _("Fixed charges")
    SUBSCRIPTION = "subscription", _("Subscription fees")
    COMMITMENT = "commitment", _("Minimum commitments")


class WalletRows(Rows):
    """Sets of wallets."""

    def active(self) -> Self:
        """Those that pay, the first to pay first."""
        return self.filter(status=Status.ACTIVE)

    def expired(self, at: datetime) -> Self:
        """Active ones whose expiration has passed by `at`."""
        return self.filter(status=Status.ACTIVE, expiration_at__lte=at)


class Wallet(models.Model):
    """Credits that a customer has paid before they are used.

    `balance_cents` and `credits_balance` are sums over the settled ledger; they change only together with it. The
    ongoing figures subtract what the running period has used so far.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="wallets")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="wallets")
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    name = models.CharField(max_length=255, null=True, blank=True)
    code = models.CharField(max_length=255)
    currency = currency_field()
    rate_amount = credits_field()
    priority = models.IntegerField(default=50)
    expiration_at = models.DateTimeField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)
    invoice_requires_successful_payment = models.BooleanField(default=False)
    paid_top_up_min_amount_cents = cents_field(null=True, blank=True)
    paid_top_up_max_amount_cents = cents_field(null=True, blank=True)
    allowed_fee_types = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    allowed_metrics = models.ManyToManyField(BillableMetric, blank=True, related_name="+")
    purchase_order_number = models.CharField(max_length=255, null=True, blank=True)

    balance_cents = cents_field(default=0)
    credits_balance = credits_field(default=0)
    consumed_cents = cents_field(default=0)
    consumed_credits = credits_field(default=0)
    ongoing_balance_cents = cents_field(default=0)
    credits_ongoing_balance = credits_field(default=0)
    ongoing_usage_balance_cents = cents_field(default=0)
    credits_ongoing_usage_balance = credits_field(default=0)
    is_ongoing_stale = models.BooleanField(default=False)
    last_balance_sync_at = models.DateTimeField(null=True, blank=True)
    last_consumed_credit_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = WalletRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "code"],
                condition=Q(status="active"),
                name="wallet_code_is_unique_while_active",
                violation_error_code="code.value_already_exist",
                violation_error_message=noop(
                    "Another active wallet of this customer has this code."
                ),
            ),
            models.CheckConstraint(
                name="wallet_balance_is_never_negative",
                condition=Q(balance_cents__gte=0),
                violation_error_code="base.insufficient_credits",
                violation_error_message=noop("The wallet does not hold that much."),
            ),
            models.CheckConstraint(
                name="wallet_rate_is_positive",
                condition=Q(rate_amount__gt=0),
                violation_error_code="rate_amount.value_is_out_of_range",
                violation_error_message=noop("A credit is worth more than 0."),
            ),
            models.CheckConstraint(
                name="wallet_priority_is_1_to_50",
                condition=Q(priority__gte=1, priority__lte=50),
                violation_error_code="priority.value_is_invalid",
                violation_error_message=noop("The priority is 1 (first) to 50."),
            ),
            models.CheckConstraint(
                name="wallet_status_agrees_with_its_moment",
                condition=Q(status="active", terminated_at=None)
                | Q(status="terminated", terminated_at__isnull=False, balance_cents=0),
                violation_error_code="status.value_is_invalid",
                violation_error_message=noop(
                    "A terminated wallet is empty and has the moment of its end."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "status", "priority"], name="wallet_by_customer"),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def is_active(self) -> bool:
        """Whether the wallet pays."""
        return self.status == Status.ACTIVE
