"""Recurring top-ups."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from organizations.models import Organization
from persistence.fields import credits_field, id_field
from persistence.querysets import Rows
from wallets.models.wallet import Status, Wallet


class RuleTrigger(models.TextChoices):
    """What sets off a recurring top-up."""

    INTERVAL = "interval", _("Interval")
    THRESHOLD = "threshold", _("Threshold")


class RuleMethod(models.TextChoices):
    """How a recurring top-up knows its size."""

    FIXED = "fixed", _("Fixed")
    TARGET = "target", _("Target")


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
                violation_error_message=noop("A wallet has at most one recurring top-up rule."),
            ),
            models.CheckConstraint(
                name="rule_by_interval_has_one",
                condition=Q(trigger="threshold") | Q(interval__isnull=False),
                violation_error_code="recurring_transaction_rules.invalid_recurring_rule",
                violation_error_message=noop("A rule by interval needs its interval."),
            ),
            models.CheckConstraint(
                name="rule_by_target_has_one",
                condition=Q(method="fixed") | Q(target_ongoing_balance__isnull=False),
                violation_error_code="recurring_transaction_rules.invalid_recurring_rule",
                violation_error_message=noop("A rule with a target needs the balance to reach."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} rule"
