"""The fee: one line of an invoice, and how it came to be."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from billing.adjustments import ADJUSTABLE
from catalog.models import AddOn, Charge, ChargeFilter, FixedCharge, MinimumCommitment, Tax
from customers.models import Customer
from invoices.lifecycle import PaymentStatus
from invoices.models.invoice import Invoice
from organizations.models import Organization
from persistence.fields import (
    amount_field,
    cents_field,
    currency_field,
    id_field,
    period_field,
    precise_cents_field,
    rate_field,
    units_field,
)
from persistence.querysets import Rows
from subscriptions.models import Subscription
from wallets.models import WalletTransaction


class FeeType(models.TextChoices):
    """What a fee is for."""

    SUBSCRIPTION = "subscription", _("Subscription")
    CHARGE = "charge", _("Usage")
    FIXED_CHARGE = "fixed_charge", _("Fixed charge")
    COMMITMENT = "commitment", _("Minimum commitment")
    ADD_ON = "add_on", _("Add-on")
    CREDIT = "credit", _("Prepaid credits")


class Fee(models.Model):
    """One line of an invoice, or a stand-alone fee of a charge paid in advance (`invoice` is null).

    `amount_cents` is before coupons and taxes. What the line was called, its unit price and its price steps are kept
    with it, so that a later change of the catalog changes nothing that was billed. `explanation` holds the steps of
    the calculation for people; `period` is what the fee covers, end outside.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="fees")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="fees")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="fees")
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, null=True, blank=True, related_name="fees"
    )
    fee_type = models.CharField(max_length=14, choices=FeeType)
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, blank=True, related_name="fees")
    charge_filter = models.ForeignKey(
        ChargeFilter, models.PROTECT, null=True, blank=True, related_name="fees"
    )
    fixed_charge = models.ForeignKey(
        FixedCharge, models.PROTECT, null=True, blank=True, related_name="fees"
    )
    add_on = models.ForeignKey(AddOn, models.PROTECT, null=True, blank=True, related_name="fees")
    commitment = models.ForeignKey(
        MinimumCommitment, models.PROTECT, null=True, blank=True, related_name="fees"
    )
    wallet_transaction = models.ForeignKey(
        WalletTransaction, models.PROTECT, null=True, blank=True, related_name="fees"
    )
    true_up_parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="true_ups"
    )

    item_code = models.CharField(max_length=255)
    item_name = models.CharField(max_length=255)
    item_description = models.TextField(null=True, blank=True)
    invoice_display_name = models.CharField(max_length=255, null=True, blank=True)
    filter_display_name = models.CharField(max_length=255, null=True, blank=True)
    description = models.TextField(null=True, blank=True)
    grouped_by = models.JSONField(default=dict, blank=True)
    period = period_field(null=True, blank=True)

    units = units_field(default=0)
    total_aggregated_units = units_field(null=True, blank=True)
    events_count = models.BigIntegerField(null=True, blank=True)
    amount_cents = cents_field()
    amount_currency = currency_field()
    precise_amount_cents = precise_cents_field()
    precise_unit_amount = amount_field(default=0)
    taxes_amount_cents = cents_field(default=0)
    taxes_precise_amount_cents = precise_cents_field(default=0)
    taxes_rate = rate_field(default=0)
    precise_coupons_amount_cents = precise_cents_field(5, default=0)
    precise_credit_notes_amount_cents = precise_cents_field(5, default=0)
    amount_details = models.JSONField(default=dict, blank=True)
    explanation = models.JSONField(default=list, blank=True)

    pay_in_advance = models.BooleanField(default=False)
    invoiceable = models.BooleanField(default=True)
    event_transaction_id = models.CharField(max_length=255, null=True, blank=True)
    payment_status = models.CharField(
        max_length=10, choices=PaymentStatus, default=PaymentStatus.PENDING
    )
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    refunded_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="fee_is_not_negative",
                condition=Q(
                    amount_cents__gte=0,
                    precise_coupons_amount_cents__gte=0,
                    taxes_amount_cents__gte=0,
                ),
                violation_error_code="amount_cents.value_is_out_of_range",
                violation_error_message=noop("A fee is 0 or more."),
            ),
            models.UniqueConstraint(
                fields=[
                    "subscription",
                    "charge",
                    "charge_filter",
                    "grouped_by",
                    "event_transaction_id",
                ],
                condition=Q(event_transaction_id__isnull=False, deleted_at=None),
                nulls_distinct=False,
                name="fee_in_advance_is_billed_once",
                violation_error_code="transaction_id.value_already_exist",
                violation_error_message=noop("This event has been billed."),
            ),
        ]
        indexes = [
            models.Index(fields=["invoice", "id"], name="fee_by_invoice"),
            models.Index(
                fields=["subscription", "fee_type", "-created_at"], name="fee_of_subscription"
            ),
            models.Index(fields=["organization", "-created_at", "-id"], name="fee_newest"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name that stands on the invoice."""
        return self.invoice_display_name or self.item_name

    @property
    def is_adjustable(self) -> bool:
        """Whether units and price may be set by hand; what is added up to a minimum follows from the other lines."""
        return self.fee_type in ADJUSTABLE and self.true_up_parent_id is None

    @property
    def adjustment(self) -> dict[str, Any] | None:
        """The step of the explanation that says who has adjusted the line, and what it was before."""
        return next((step for step in self.explanation if step.get("step") == "adjusted"), None)

    @property
    def total_amount_cents(self) -> int:
        """The fee with its taxes, in minor units."""
        return self.amount_cents + self.taxes_amount_cents


class FeeTax(models.Model):
    """A tax of a fee."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    fee = models.ForeignKey(Fee, models.PROTECT, related_name="applied_taxes")
    tax = models.ForeignKey(Tax, models.PROTECT, null=True, blank=True, related_name="+")
    tax_name = models.CharField(max_length=255)
    tax_code = models.CharField(max_length=255)
    tax_description = models.TextField(null=True, blank=True)
    tax_rate = rate_field()
    amount_cents = cents_field()
    precise_amount_cents = precise_cents_field()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fee", "tax_code"], name="fee_bears_a_tax_once")
        ]

    def __str__(self) -> str:
        return self.tax_name
