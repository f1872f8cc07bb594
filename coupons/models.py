"""Coupons, and coupons applied to customers."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from catalog.models import BillableMetric, Plan
from customers.models import Customer
from organizations.models import Organization
from persistence.fields import cents_field, currency_field, id_field
from persistence.querysets import KeptRows, Rows


class CouponType(models.TextChoices):
    """Whether a coupon takes off an amount or a percentage."""

    FIXED_AMOUNT = "fixed_amount", _("Fixed amount")
    PERCENTAGE = "percentage", _("Percentage")


class Frequency(models.TextChoices):
    """How often a coupon works."""

    ONCE = "once", _("Once")
    RECURRING = "recurring", _("For a number of periods")
    FOREVER = "forever", _("Forever")


class Expiration(models.TextChoices):
    """Whether a coupon may be applied for ever."""

    NO_EXPIRATION = "no_expiration", _("Never")
    TIME_LIMIT = "time_limit", _("At a date")


class Status(models.TextChoices):
    """Whether an applied coupon still works."""

    ACTIVE = "active", _("Active")
    TERMINATED = "terminated", _("Terminated")


def _is_a_reduction() -> Q:
    return Q(coupon_type="fixed_amount", amount_cents__gt=0, amount_currency__isnull=False) | Q(
        coupon_type="percentage", percentage_rate__gt=0
    )


class CouponRows(KeptRows):
    """Sets of coupons."""

    def offered(self) -> Self:
        """Those that may be applied."""
        return self.filter(deleted_at=None, terminated_at=None)

    def expired(self, at: datetime) -> Self:
        """Those whose time limit has passed by `at` and that are not terminated."""
        return self.filter(deleted_at=None, terminated_at=None, expiration_at__lte=at)


class Coupon(models.Model):
    """A reduction that may be applied to customers; limited to plans or to metrics, or not at all."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="coupons")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    description = models.TextField(null=True, blank=True)
    coupon_type = models.CharField(max_length=15, choices=CouponType)
    amount_cents = cents_field(null=True, blank=True)
    amount_currency = currency_field(null=True, blank=True)
    percentage_rate = models.DecimalField(max_digits=15, decimal_places=5, null=True, blank=True)
    frequency = models.CharField(max_length=10, choices=Frequency)
    frequency_duration = models.IntegerField(null=True, blank=True)
    expiration = models.CharField(
        max_length=15, choices=Expiration, default=Expiration.NO_EXPIRATION
    )
    expiration_at = models.DateTimeField(null=True, blank=True)
    reusable = models.BooleanField(default=True)
    plans = models.ManyToManyField(Plan, blank=True, related_name="coupons")
    billable_metrics = models.ManyToManyField(BillableMetric, blank=True, related_name="coupons")
    terminated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = CouponRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at=None),
                name="coupon_code_is_unique",
                violation_error_code="code.value_already_exist",
                violation_error_message=noop("Another coupon has this code."),
            ),
            models.CheckConstraint(
                name="coupon_takes_something_off",
                condition=_is_a_reduction(),
                violation_error_code="amount_cents.value_is_out_of_range",
                violation_error_message=noop(
                    "A coupon takes off an amount in a currency, or a percentage."
                ),
            ),
            models.CheckConstraint(
                name="coupon_recurs_for_a_number_of_periods",
                condition=~Q(frequency="recurring") | Q(frequency_duration__gt=0),
                violation_error_code="frequency_duration.value_is_out_of_range",
                violation_error_message=noop("A recurring coupon works for 1 period or more."),
            ),
            models.CheckConstraint(
                name="coupon_with_a_time_limit_has_a_date",
                condition=Q(expiration="no_expiration", expiration_at=None)
                | Q(expiration="time_limit", expiration_at__isnull=False),
                violation_error_code="expiration_at.invalid_date",
                violation_error_message=noop("A coupon with a time limit needs its date."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AppliedCouponRows(Rows):
    """Sets of applied coupons."""

    def active(self) -> Self:
        """Those that still work."""
        return self.filter(status=Status.ACTIVE)


class AppliedCoupon(models.Model):
    """A coupon on a customer, with the terms it was given then.

    `is_single_use` is the opposite of the coupon's `reusable` at that time: the database lets such a coupon be
    applied to a customer only once. `is_exhausted` says that it ended because it was used up, so that a voided
    invoice may give it back.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="applied_coupons")
    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="applied_coupons")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="applied_coupons")
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    coupon_type = models.CharField(max_length=15, choices=CouponType)
    amount_cents = cents_field(null=True, blank=True)
    amount_currency = currency_field(null=True, blank=True)
    percentage_rate = models.DecimalField(max_digits=15, decimal_places=5, null=True, blank=True)
    frequency = models.CharField(max_length=10, choices=Frequency)
    frequency_duration = models.IntegerField(null=True, blank=True)
    frequency_duration_remaining = models.IntegerField(null=True, blank=True)
    is_single_use = models.BooleanField(default=False)
    is_exhausted = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    terminated_at = models.DateTimeField(null=True, blank=True)

    objects = AppliedCouponRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coupon", "customer"],
                condition=Q(is_single_use=True),
                name="applied_coupon_may_be_used_once",
                violation_error_code="coupon.coupon_is_not_reusable",
                violation_error_message=noop("This coupon may be applied to a customer only once."),
            ),
            models.CheckConstraint(
                name="applied_coupon_takes_something_off",
                condition=_is_a_reduction(),
                violation_error_code="amount_cents.value_is_out_of_range",
                violation_error_message=noop(
                    "A coupon takes off an amount in a currency, or a percentage."
                ),
            ),
            models.CheckConstraint(
                name="applied_coupon_status_agrees_with_its_moment",
                condition=Q(status="active", terminated_at=None)
                | Q(status="terminated", terminated_at__isnull=False),
                violation_error_code="status.value_is_invalid",
                violation_error_message=noop("A terminated coupon has the moment of its end."),
            ),
            models.CheckConstraint(
                name="applied_coupon_recurs_not_below_zero",
                condition=~Q(frequency="recurring")
                | Q(frequency_duration__gt=0, frequency_duration_remaining__gte=0),
                violation_error_code="frequency_duration.value_is_out_of_range",
                violation_error_message=noop("A recurring coupon works for 1 period or more."),
            ),
        ]
        indexes = [models.Index(fields=["customer", "status"], name="applied_coupon_by_customer")]

    def __str__(self) -> str:
        return f"Coupon {self.coupon_id} on {self.customer_id}"
