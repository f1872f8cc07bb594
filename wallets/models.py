"""Wallets, their ledger and their recurring top-ups."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from catalog.models import BillableMetric
from customers.models import Customer
from organizations.models import Organization
from persistence.fields import cents_field, credits_field, currency_field, id_field
from persistence.querysets import Rows


class Status(models.TextChoices):
    """Whether a wallet pays."""

    ACTIVE = "active", "Active"
    TERMINATED = "terminated", "Terminated"


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
                violation_error_message="Another active wallet of this customer has this code.",
            ),
            models.CheckConstraint(
                name="wallet_balance_is_never_negative",
                condition=Q(balance_cents__gte=0),
                violation_error_code="base.insufficient_credits",
                violation_error_message="The wallet does not hold that much.",
            ),
            models.CheckConstraint(
                name="wallet_rate_is_positive",
                condition=Q(rate_amount__gt=0),
                violation_error_code="rate_amount.value_is_out_of_range",
                violation_error_message="A credit is worth more than 0.",
            ),
            models.CheckConstraint(
                name="wallet_priority_is_1_to_50",
                condition=Q(priority__gte=1, priority__lte=50),
                violation_error_code="priority.value_is_invalid",
                violation_error_message="The priority is 1 (first) to 50.",
            ),
            models.CheckConstraint(
                name="wallet_status_agrees_with_its_moment",
                condition=Q(status="active", terminated_at=None)
                | Q(status="terminated", terminated_at__isnull=False, balance_cents=0),
                violation_error_code="status.value_is_invalid",
                violation_error_message="A terminated wallet is empty and has the moment of its end.",
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


class TransactionStatus(models.TextChoices):
    """Whether a transaction counts."""

    PENDING = "pending", "Pending"
    SETTLED = "settled", "Settled"
    FAILED = "failed", "Failed"


class TransactionKind(models.TextChoices):
    """Why credits came or went (the API's `transaction_status`)."""

    PURCHASED = "purchased", "Purchased"
    GRANTED = "granted", "Granted"
    VOIDED = "voided", "Voided"
    INVOICED = "invoiced", "Invoiced"


class TransactionType(models.TextChoices):
    """Whether credits came or went."""

    INBOUND = "inbound", "In"
    OUTBOUND = "outbound", "Out"


class TransactionSource(models.TextChoices):
    """What made the transaction."""

    MANUAL = "manual", "Manual"
    INTERVAL = "interval", "Interval"
    THRESHOLD = "threshold", "Threshold"


class WalletTransactionRows(Rows):
    """Sets of transactions."""

    def settled(self) -> Self:
        """Those that count."""
        return self.filter(status=TransactionStatus.SETTLED)


class WalletTransaction(models.Model):
    """A row of a wallet's ledger: credits and their worth; only its status may change, once."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="transactions")
    status = models.CharField(max_length=10, choices=TransactionStatus)
    kind = models.CharField(max_length=10, choices=TransactionKind)
    transaction_type = models.CharField(max_length=10, choices=TransactionType)
    source = models.CharField(
        max_length=10, choices=TransactionSource, default=TransactionSource.MANUAL
    )
    amount_cents = cents_field()
    credit_amount = credits_field()
    name = models.CharField(max_length=255, null=True, blank=True)
    priority = models.IntegerField(default=50)
    metadata = models.JSONField(default=list, blank=True)
    invoice_requires_successful_payment = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = WalletTransactionRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="wallet_transaction_is_not_negative",
                condition=Q(amount_cents__gte=0, credit_amount__gte=0),
                violation_error_code="base.value_is_out_of_range",
                violation_error_message="A transaction moves 0 credits or more.",
            ),
            models.CheckConstraint(
                name="wallet_transaction_kind_agrees_with_its_type",
                condition=Q(kind__in=["purchased", "granted"], transaction_type="inbound")
                | Q(kind__in=["voided", "invoiced"], transaction_type="outbound"),
                violation_error_code="transaction_type.value_is_invalid",
                violation_error_message="Purchased and granted credits come in, voided and invoiced ones go out.",
            ),
            models.CheckConstraint(
                name="wallet_transaction_status_agrees_with_its_moment",
                condition=Q(status="pending", settled_at=None, failed_at=None)
                | Q(status="settled", settled_at__isnull=False, failed_at=None)
                | Q(status="failed", settled_at=None, failed_at__isnull=False),
                violation_error_code="status.value_is_invalid",
                violation_error_message="The status does not agree with the transaction's moments.",
            ),
        ]
        indexes = [models.Index(fields=["wallet", "-created_at", "-id"], name="wallet_ledger")]

    def __str__(self) -> str:
        return f"{self.kind} {self.credit_amount.normalize():f}"


class RuleTrigger(models.TextChoices):
    """What sets off a recurring top-up."""

    INTERVAL = "interval", "Interval"
    THRESHOLD = "threshold", "Threshold"


class RuleMethod(models.TextChoices):
    """How a recurring top-up knows its size."""

    FIXED = "fixed", "Fixed"
    TARGET = "target", "Target"


class RecurringTransactionRule(models.Model):
    """A top-up that happens by itself: each interval, or when the ongoing balance falls to a threshold."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="recurring_transaction_rules")
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    trigger = models.CharField(max_length=10, choices=RuleTrigger)
    method = models.CharField(max_length=10, choices=RuleMethod, default=RuleMethod.FIXED)
    interval = models.CharField(max_length=12, null=True, blank=True)
    threshold_credits = credits_field(default=0)
    paid_credits = credits_field(default=0)
    granted_credits = credits_field(default=0)
    target_ongoing_balance = credits_field(null=True, blank=True)
    grants_target_top_up = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True, blank=True)
    expiration_at = models.DateTimeField(null=True, blank=True)
    transaction_name = models.CharField(max_length=255, null=True, blank=True)
    transaction_metadata = models.JSONField(default=list, blank=True)
    invoice_requires_successful_payment = models.BooleanField(default=False)
    ignore_paid_top_up_limits = models.BooleanField(default=False)
    last_run_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    terminated_at = models.DateTimeField(null=True, blank=True)

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wallet"],
                condition=Q(status="active"),
                name="wallet_has_one_active_rule",
                violation_error_code="recurring_transaction_rules.invalid_number_of_recurring_rules",
                violation_error_message="A wallet has at most one recurring top-up rule.",
            ),
            models.CheckConstraint(
                name="rule_by_interval_has_one",
                condition=Q(trigger="threshold") | Q(interval__isnull=False),
                violation_error_code="recurring_transaction_rules.invalid_recurring_rule",
                violation_error_message="A rule by interval needs its interval.",
            ),
            models.CheckConstraint(
                name="rule_by_target_has_one",
                condition=Q(method="fixed") | Q(target_ongoing_balance__isnull=False),
                violation_error_code="recurring_transaction_rules.invalid_recurring_rule",
                violation_error_message="A rule with a target needs the balance to reach.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} rule"
