"""The subscription."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from catalog.models import FixedCharge, Plan
from customers.models import Customer
from organizations.models import Organization
from persistence.fields import cents_field, id_field
from persistence.querysets import KeptRows, Rows
from persistence.searching import trigrams
from subscriptions.lifecycle import Status


class BillingTime(models.TextChoices):
    """Whether periods follow the calendar or the day the subscription began."""

    CALENDAR = "calendar", _("Calendar")
    ANNIVERSARY = "anniversary", _("Anniversary")


class TerminationCreditNote(models.TextChoices):
    """What becomes of time that was paid in advance and is not used."""

    CREDIT = "credit", _("Credit")
    REFUND = "refund", _("Refund what was paid, credit the rest")
    OFFSET = "offset", _("Refund what was paid, offset the rest")
    SKIP = "skip", _("Nothing")


class TerminationInvoice(models.TextChoices):
    """Whether a terminated subscription is invoiced for what it has used."""

    GENERATE = "generate", _("Generate")
    SKIP = "skip", _("Skip")


class SubscriptionRows(Rows):
    """Sets of subscriptions."""

    def active(self) -> Self:
        """Those that run."""
        return self.filter(status=Status.ACTIVE)

    def pending(self) -> Self:
        """Those that have not begun."""
        return self.filter(status=Status.PENDING)

    def open(self) -> Self:
        """Those that run or have not begun."""
        return self.filter(status__in=[Status.ACTIVE, Status.PENDING, Status.INCOMPLETE])

    def due(self, at: datetime) -> Self:
        """Active ones whose next billing day has begun by `at`."""
        return self.filter(status=Status.ACTIVE, next_billing_at__lte=at)


class Subscription(models.Model):
    """A customer on a plan; `external_id` is unique among the active ones of the organization.

    `next_billing_at` is the moment (local midnight) at which the next billing day begins; it is the work list of
    the billing run.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="subscriptions")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="subscriptions")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="subscriptions")
    external_id = models.CharField(max_length=255)
    name = models.CharField(max_length=255, null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status)
    billing_time = models.CharField(
        max_length=12, choices=BillingTime, default=BillingTime.CALENDAR
    )
    subscription_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ending_at = models.DateTimeField(null=True, blank=True)
    terminated_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    trial_ended_at = models.DateTimeField(null=True, blank=True)
    previous_subscription = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="next_subscriptions"
    )
    on_termination_credit_note = models.CharField(
        max_length=10, choices=TerminationCreditNote, null=True, blank=True
    )
    on_termination_invoice = models.CharField(
        max_length=10, choices=TerminationInvoice, default=TerminationInvoice.GENERATE
    )
    consolidate_invoice = models.BooleanField(default=True)
    progressive_billing_disabled = models.BooleanField(default=False)
    purchase_order_number = models.CharField(max_length=255, null=True, blank=True)
    next_billing_at = models.DateTimeField(null=True, blank=True)
    alerted_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = SubscriptionRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=Q(status="active"),
                name="subscription_external_id_is_unique_while_active",
                violation_error_code="external_id.value_already_exist",
                violation_error_message=noop("An active subscription has this external ID."),
            ),
            models.UniqueConstraint(
                fields=["previous_subscription"],
                condition=Q(status__in=["pending", "active", "terminated"]),
                name="subscription_has_one_successor",
                violation_error_code="base.value_already_exist",
                violation_error_message=noop("This subscription has a successor already."),
            ),
            models.CheckConstraint(
                name="subscription_status_agrees_with_its_moments",
                condition=Q(
                    status="pending",
                    started_at=None,
                    terminated_at=None,
                    canceled_at=None,
                )
                | Q(status="incomplete", terminated_at=None, canceled_at=None)
                | Q(
                    status="active",
                    started_at__isnull=False,
                    terminated_at=None,
                    canceled_at=None,
                )
                | Q(
                    status="terminated",
                    started_at__isnull=False,
                    terminated_at__isnull=False,
                    canceled_at=None,
                )
                | Q(status="canceled", terminated_at=None, canceled_at__isnull=False),
                violation_error_code="status.value_is_invalid",
                violation_error_message=noop(
                    "The status does not agree with the subscription's moments."
                ),
            ),
            models.CheckConstraint(
                name="subscription_external_id_is_given",
                condition=~Q(external_id=""),
                violation_error_code="external_id.value_is_mandatory",
                violation_error_message=noop("A subscription needs an external ID."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "next_billing_at"],
                name="subscription_due",
                condition=Q(status="active"),
            ),
            models.Index(
                fields=["organization", "external_id"], name="subscription_by_external_id"
            ),
            models.Index(
                fields=["organization", "-subscription_at", "-id"], name="subscription_newest"
            ),
            trigrams("subscription_contains", "external_id name"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id

    @property
    def is_active(self) -> bool:
        """Whether the subscription runs."""
        return self.status == Status.ACTIVE


class FixedChargeUnits(models.Model):
    """From a moment on, a fixed charge of a subscription counts so many units."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="fixed_charge_units"
    )
    fixed_charge = models.ForeignKey(FixedCharge, models.PROTECT, related_name="+")
    units = models.DecimalField(max_digits=30, decimal_places=10)
    effective_at = models.DateTimeField()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fixed_charge_units_value_is_not_negative",
                condition=Q(units__gte=0),
                violation_error_code="units.value_is_out_of_range",
                violation_error_message=noop("Units are 0 or more."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.units} from {self.effective_at:%Y-%m-%d}"


class SubscriptionUsageThreshold(models.Model):
    """A usage threshold of one subscription; when there is any, the plan's do not apply."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="usage_thresholds")
    amount_cents = cents_field()
    threshold_display_name = models.CharField(max_length=255, null=True, blank=True)
    recurring = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "amount_cents", "recurring"],
                condition=Q(deleted_at=None),
                name="subscription_threshold_amount_is_unique",
                violation_error_code="usage_thresholds.duplicate_threshold_values",
                violation_error_message=noop("Two thresholds have the same amount."),
            ),
            models.CheckConstraint(
                name="subscription_threshold_is_positive",
                condition=Q(amount_cents__gt=0),
                violation_error_code="usage_thresholds.value_is_out_of_range",
                violation_error_message=noop("A threshold is more than 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.threshold_display_name or str(self.amount_cents)


class LifetimeUsage(models.Model):
    """Usage of a subscription from before it came here, counted by progressive billing."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    external_subscription_id = models.CharField(max_length=255)
    historical_usage_amount_cents = cents_field(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "external_subscription_id"],
                name="lifetime_usage_is_one_per_subscription_id",
            )
        ]

    def __str__(self) -> str:
        return self.external_subscription_id
