"""What an operator has set on a line of a draft."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as noop

from billing.adjustments import Adjustment
from catalog.models import Charge, ChargeFilter, FixedCharge
from invoices.models.fee import Fee, FeeType
from invoices.models.invoice import Invoice
from organizations.models import Organization
from persistence.fields import amount_field, id_field, units_field
from persistence.querysets import Rows
from subscriptions.models import Subscription


class AdjustedFee(models.Model):
    """Units, unit price or name that an operator has set for a line of an invoice.

    It names the line by what it bills (subscription, charge, filter, group), since the fee itself is made anew at each
    refresh, and applies each time. `unit_amount` is in currency units; what is null is worked out as ever.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="adjusted_fees")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="+")
    fee_type = models.CharField(max_length=14, choices=FeeType)
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, blank=True, related_name="+")
    charge_filter = models.ForeignKey(
        ChargeFilter, models.PROTECT, null=True, blank=True, related_name="+"
    )
    fixed_charge = models.ForeignKey(
        FixedCharge, models.PROTECT, null=True, blank=True, related_name="+"
    )
    grouped_by = models.JSONField(default=dict, blank=True)
    units = units_field(null=True, blank=True)
    unit_amount = amount_field(null=True, blank=True)
    invoice_display_name = models.CharField(max_length=255, null=True, blank=True)
    adjusted_by = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "invoice",
                    "subscription",
                    "fee_type",
                    "charge",
                    "charge_filter",
                    "fixed_charge",
                    "grouped_by",
                ],
                nulls_distinct=False,
                name="fee_is_adjusted_once",
                violation_error_code="adjusted_fee.already_exists",
                violation_error_message=noop("This line has been adjusted. Undo that first."),
            ),
            models.CheckConstraint(
                name="adjusted_fee_says_something",
                condition=Q(units__isnull=False)
                | Q(unit_amount__isnull=False)
                | Q(invoice_display_name__isnull=False),
                violation_error_code="base.value_is_mandatory",
                violation_error_message=noop("Set the units, the unit price or the name."),
            ),
            models.CheckConstraint(
                name="adjusted_fee_is_not_negative",
                condition=(Q(units=None) | Q(units__gte=0))
                & (Q(unit_amount=None) | Q(unit_amount__gte=0)),
                violation_error_code="base.value_is_out_of_range",
                violation_error_message=noop("Units and price are 0 or more."),
            ),
            models.CheckConstraint(
                name="adjusted_fee_is_of_one_item",
                condition=Q(
                    fee_type="subscription", charge=None, charge_filter=None, fixed_charge=None
                )
                | Q(fee_type="charge", charge__isnull=False, fixed_charge=None)
                | Q(
                    fee_type="fixed_charge",
                    charge=None,
                    charge_filter=None,
                    fixed_charge__isnull=False,
                ),
                violation_error_code="base.value_is_invalid",
                violation_error_message=noop("Only fees, usage and fixed charges can be adjusted."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee_type} on {self.invoice_id}"

    @property
    def adjustment(self) -> Adjustment:
        """What was set, as the pure core sees it."""
        return Adjustment(units=self.units, unit_amount=self.unit_amount)


def item_of(row: AdjustedFee | Fee) -> dict[str, Any]:
    """Return the columns that say which line of an invoice a fee or an adjustment is."""
    return {
        "subscription_id": row.subscription_id,
        "fee_type": str(row.fee_type),
        "charge_id": row.charge_id,
        "charge_filter_id": row.charge_filter_id,
        "fixed_charge_id": row.fixed_charge_id,
        "grouped_by": row.grouped_by,
    }
