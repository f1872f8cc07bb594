"""Plans: a price per interval, with charges, a minimum commitment and usage thresholds."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from catalog.models.tax import Tax
from organizations.models import Organization
from persistence.fields import cents_field, currency_field, id_field
from persistence.querysets import KeptRows, Rows


class Interval(models.TextChoices):
    """How long a billing period is."""

    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")
    QUARTERLY = "quarterly", _("Quarterly")
    SEMIANNUAL = "semiannual", _("Half-yearly")
    YEARLY = "yearly", _("Yearly")


class PlanRows(KeptRows):
    """Sets of plans."""

    def offered(self) -> "PlanRows":
        """Plans that may be chosen: not deleted, not about to be, and no override made for one customer."""
        return self.filter(deleted_at=None, pending_deletion=False, parent=None)


class Plan(models.Model):
    """What a subscription costs. A plan with a `parent` overrides it for one subscription."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="plans")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    name = models.CharField(max_length=255)
    invoice_display_name = models.CharField(max_length=255, null=True, blank=True)
    code = models.CharField(max_length=255)
    description = models.TextField(null=True, blank=True)
    interval = models.CharField(max_length=12, choices=Interval)
    amount_cents = cents_field()
    amount_currency = currency_field()
    pay_in_advance = models.BooleanField(default=False)
    trial_period = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    bill_charges_monthly = models.BooleanField(null=True, blank=True)
    bill_fixed_charges_monthly = models.BooleanField(null=True, blank=True)
    taxes = models.ManyToManyField(Tax, blank=True, related_name="plans")
    pending_deletion = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = PlanRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at=None, parent=None),
                name="plan_code_is_unique",
                violation_error_code="code.value_already_exist",
                violation_error_message=noop("Another plan has this code."),
            ),
            models.CheckConstraint(
                name="plan_amount_is_not_negative",
                condition=Q(amount_cents__gte=0),
                violation_error_code="amount_cents.value_is_out_of_range",
                violation_error_message=noop("A plan costs 0 or more."),
            ),
            models.CheckConstraint(
                name="plan_trial_is_not_negative",
                condition=Q(trial_period=None) | Q(trial_period__gte=0),
                violation_error_code="trial_period.value_is_out_of_range",
                violation_error_message=noop("A trial lasts 0 days or more."),
            ),
            models.CheckConstraint(
                name="plan_bills_monthly_only_in_long_intervals",
                condition=Q(interval__in=["yearly", "semiannual"])
                | Q(bill_charges_monthly=None, bill_fixed_charges_monthly=None),
                violation_error_code="bill_charges_monthly.value_is_invalid",
                violation_error_message=noop(
                    "Charges are billed monthly on yearly and half-yearly plans only."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The name that stands on invoices."""
        return self.invoice_display_name or self.name


class MinimumCommitment(models.Model):
    """What a subscription pays at least in a period; the rest is billed as a true-up."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    plan = models.OneToOneField(Plan, models.CASCADE, related_name="minimum_commitment")
    amount_cents = cents_field()
    invoice_display_name = models.CharField(max_length=255, null=True, blank=True)
    taxes = models.ManyToManyField(Tax, blank=True, related_name="commitments")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="minimum_commitment_is_positive",
                condition=Q(amount_cents__gt=0),
                violation_error_code="amount_cents.value_is_out_of_range",
                violation_error_message=noop("A minimum commitment is more than 0."),
            )
        ]

    def __str__(self) -> str:
        return f"Minimum commitment of {self.plan_id}"


class UsageThreshold(models.Model):
    """An amount of usage at which a subscription of the plan is billed at once (progressive billing)."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="usage_thresholds")
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
                fields=["plan", "amount_cents", "recurring"],
                condition=Q(deleted_at=None),
                name="usage_threshold_amount_is_unique",
                violation_error_code="usage_thresholds.duplicate_threshold_values",
                violation_error_message=noop("Two thresholds have the same amount."),
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(deleted_at=None, recurring=True),
                name="usage_threshold_recurs_once",
                violation_error_code="usage_thresholds.multiple_recurring_thresholds",
                violation_error_message=noop("Only one threshold may recur."),
            ),
            models.CheckConstraint(
                name="usage_threshold_is_positive",
                condition=Q(amount_cents__gt=0),
                violation_error_code="usage_thresholds.value_is_out_of_range",
                violation_error_message=noop("A threshold is more than 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.threshold_display_name or str(self.amount_cents)
