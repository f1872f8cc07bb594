"""Charges: how a plan prices the units of a metric, or a fixed number of units of an add-on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from catalog.models.add_on import AddOn
from catalog.models.metric import BillableMetric
from catalog.models.plan import Plan
from catalog.models.tax import Tax
from organizations.models import Organization
from persistence.fields import cents_field, id_field
from persistence.querysets import KeptRows


class ChargeModel(models.TextChoices):
    """The price function of a charge."""

    STANDARD = "standard", _("Standard")
    GRADUATED = "graduated", _("Graduated")
    PACKAGE = "package", _("Package")
    PERCENTAGE = "percentage", _("Percentage")
    VOLUME = "volume", _("Volume")
    GRADUATED_PERCENTAGE = "graduated_percentage", _("Graduated percentage")
    DYNAMIC = "dynamic", _("Dynamic")


class FixedChargeModel(models.TextChoices):
    """The price functions that a fixed charge may have."""

    STANDARD = "standard", _("Standard")
    GRADUATED = "graduated", _("Graduated")
    VOLUME = "volume", _("Volume")


class Charge(models.Model):
    """The price of a metric in a plan. `properties` are those of the charge model, as the API has them."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="charges")
    billable_metric = models.ForeignKey(BillableMetric, models.PROTECT, related_name="charges")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    code = models.CharField(max_length=255)
    invoice_display_name = models.CharField(max_length=255, null=True, blank=True)
    charge_model = models.CharField(max_length=22, choices=ChargeModel)
    properties = models.JSONField(default=dict)
    pay_in_advance = models.BooleanField(default=False)
    invoiceable = models.BooleanField(default=True)
    prorated = models.BooleanField(default=False)
    min_amount_cents = cents_field(default=0)
    regroup_paid_fees = models.CharField(max_length=10, null=True, blank=True)
    taxes = models.ManyToManyField(Tax, blank=True, related_name="charges")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                condition=Q(deleted_at=None),
                name="charge_code_is_unique_in_its_plan",
                violation_error_code="code.value_already_exist",
                violation_error_message=noop("Another charge of the plan has this code."),
            ),
            models.CheckConstraint(
                name="charge_minimum_is_not_negative",
                condition=Q(min_amount_cents__gte=0),
                violation_error_code="min_amount_cents.value_is_out_of_range",
                violation_error_message=noop("A spending minimum is 0 or more."),
            ),
            models.CheckConstraint(
                name="charge_in_advance_has_no_minimum",
                condition=Q(pay_in_advance=False) | Q(min_amount_cents=0),
                violation_error_code="min_amount_cents.not_compatible_with_pay_in_advance",
                violation_error_message=noop(
                    "A charge that is paid in advance has no spending minimum."
                ),
            ),
            models.CheckConstraint(
                name="charge_without_invoice_is_in_advance",
                condition=Q(invoiceable=True) | Q(pay_in_advance=True),
                violation_error_code="invoiceable.must_be_true_unless_pay_in_advance",
                violation_error_message=noop(
                    "Only a charge that is paid in advance may stay off invoices."
                ),
            ),
            models.CheckConstraint(
                name="charge_regroups_only_paid_fees",
                condition=Q(regroup_paid_fees=None)
                | Q(regroup_paid_fees="invoice", pay_in_advance=True, invoiceable=False),
                violation_error_code="regroup_paid_fees.only_compatible_with_pay_in_advance_and_non_invoiceable",
                violation_error_message=noop(
                    "Only fees that are paid in advance and not invoiced are regrouped."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.invoice_display_name or self.code

    @property
    def shown_name(self) -> str:
        """The name that stands on invoices; the charge comes with its metric."""
        return self.invoice_display_name or self.billable_metric.name


class ChargeFilter(models.Model):
    """Another price of a charge for events whose properties match `values` ({key: [value, …]})."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="filters")
    values = models.JSONField()
    properties = models.JSONField(default=dict)
    invoice_display_name = models.CharField(max_length=255, null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    def __str__(self) -> str:
        return self.invoice_display_name or ", ".join(
            value for values in self.values.values() for value in values
        )


class FixedCharge(models.Model):
    """A fixed number of units of an add-on, billed each period."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="fixed_charges")
    add_on = models.ForeignKey(AddOn, models.PROTECT, related_name="fixed_charges")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    code = models.CharField(max_length=255)
    invoice_display_name = models.CharField(max_length=255, null=True, blank=True)
    charge_model = models.CharField(max_length=12, choices=FixedChargeModel)
    properties = models.JSONField(default=dict)
    units = models.DecimalField(max_digits=30, decimal_places=10, default=1)
    pay_in_advance = models.BooleanField(default=False)
    prorated = models.BooleanField(default=False)
    taxes = models.ManyToManyField(Tax, blank=True, related_name="fixed_charges")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                condition=Q(deleted_at=None),
                name="fixed_charge_code_is_unique_in_its_plan",
                violation_error_code="code.value_already_exist",
                violation_error_message=noop("Another fixed charge of the plan has this code."),
            ),
            models.CheckConstraint(
                name="fixed_charge_units_are_not_negative",
                condition=Q(units__gte=0),
                violation_error_code="units.value_is_out_of_range",
                violation_error_message=noop("Units are 0 or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.invoice_display_name or self.code
