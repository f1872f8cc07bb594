"""The invoice."""

from __future__ import annotations

from datetime import UTC, date
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from billing.money import Money
from customers.models import Customer
from invoices.lifecycle import VISIBLE, InvoiceStatus, PaymentStatus
from organizations.models import Organization
from persistence.fields import cents_field, currency_field, id_field, rate_field
from persistence.querysets import Rows
from persistence.searching import trigrams


class InvoiceType(models.TextChoices):
    """What an invoice is for."""

    SUBSCRIPTION = "subscription", _("Subscription")
    ONE_OFF = "one_off", _("One-off")
    CREDIT = "credit", _("Prepaid credits")
    PROGRESSIVE = "progressive_billing", _("Progressive billing")
    ADVANCE_CHARGES = "advance_charges", _("Advance charges")


class InvoiceRows(Rows):
    """Sets of invoices."""

    def visible(self) -> Self:
        """Those that lists and the API show."""
        return self.filter(status__in=VISIBLE)

    def drafts(self) -> Self:
        """Those in their grace period."""
        return self.filter(status=InvoiceStatus.DRAFT)

    def finalized(self) -> Self:
        """Those that are final."""
        return self.filter(status=InvoiceStatus.FINALIZED)

    def due_for_finalization(self, on: date) -> Self:
        """Drafts whose grace period is over on the civil day `on`."""
        return self.drafts().filter(expected_finalization_date__lte=on)

    def becoming_overdue(self, on: date) -> Self:
        """Final, unpaid ones whose due date lies before `on` and that are not marked yet."""
        return (
            self.finalized()
            .filter(
                payment_overdue=False,
                payment_dispute_lost_at=None,
                payment_due_date__lt=on,
            )
            .exclude(payment_status=PaymentStatus.SUCCEEDED)
        )


class Invoice(models.Model):
    """What a customer owes for something. Amounts are in minor units of `currency` and never change once final.

    fees − progressive − coupons = sub_total_excluding; + taxes = sub_total_including;
    − credit notes − prepaid credits = total; total − paid − offset = due (0 when voided).
    `billed_at` is the moment of billing: periods and dates follow from it, also when a draft is refreshed.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="invoices")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="invoices")
    invoice_type = models.CharField(max_length=20, choices=InvoiceType)
    status = models.CharField(max_length=12, choices=InvoiceStatus)
    payment_status = models.CharField(
        max_length=10, choices=PaymentStatus, default=PaymentStatus.PENDING
    )
    tax_status = models.CharField(max_length=10, null=True, blank=True)
    number = models.CharField(max_length=60)
    sequential_id = models.IntegerField(null=True, blank=True)
    organization_sequential_id = models.IntegerField(null=True, blank=True)
    currency = currency_field()
    timezone = models.CharField(max_length=64)
    billed_at = models.DateTimeField()
    issuing_date = models.DateField()
    expected_finalization_date = models.DateField()
    payment_due_date = models.DateField()
    net_payment_term = models.IntegerField()

    fees_amount_cents = cents_field(default=0)
    progressive_billing_credit_amount_cents = cents_field(default=0)
    coupons_amount_cents = cents_field(default=0)
    sub_total_excluding_taxes_amount_cents = cents_field(default=0)
    taxes_amount_cents = cents_field(default=0)
    taxes_rate = rate_field(default=0)
    sub_total_including_taxes_amount_cents = cents_field(default=0)
    credit_notes_amount_cents = cents_field(default=0)
    prepaid_credit_amount_cents = cents_field(default=0)
    total_amount_cents = cents_field(default=0)
    total_paid_amount_cents = cents_field(default=0)
    offset_amount_cents = cents_field(default=0)

    payment_overdue = models.BooleanField(default=False)
    payment_dispute_lost_at = models.DateTimeField(null=True, blank=True)
    payment_attempts = models.IntegerField(default=0)
    ready_for_payment_processing = models.BooleanField(default=True)
    ready_to_be_refreshed = models.BooleanField(default=False)
    skip_psp = models.BooleanField(default=False)
    self_billed = models.BooleanField(default=False)
    purchase_order_number = models.CharField(max_length=255, null=True, blank=True)
    voided_invoice = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="regenerations"
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    finalized_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = InvoiceRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "sequential_id"],
                condition=Q(sequential_id__isnull=False),
                name="invoice_sequential_id_is_unique",
                violation_error_code="number.value_already_exist",
                violation_error_message=noop("Another invoice has this number."),
            ),
            models.UniqueConstraint(
                fields=["organization", "organization_sequential_id"],
                condition=Q(organization_sequential_id__isnull=False),
                name="invoice_organization_sequential_id_is_unique",
                violation_error_code="number.value_already_exist",
                violation_error_message=noop("Another invoice has this number."),
            ),
            models.UniqueConstraint(
                fields=["organization", "number"],
                condition=Q(status__in=["finalized", "voided"]),
                name="invoice_number_is_unique",
                violation_error_code="number.value_already_exist",
                violation_error_message=noop("Another invoice has this number."),
            ),
            models.UniqueConstraint(
                fields=["voided_invoice"],
                condition=Q(voided_invoice__isnull=False),
                name="invoice_is_regenerated_once",
                violation_error_code="voided_invoice.value_already_exist",
                violation_error_message=noop("This invoice has been regenerated already."),
            ),
            models.CheckConstraint(
                name="invoice_amounts_add_up",
                condition=Q(
                    sub_total_excluding_taxes_amount_cents=F("fees_amount_cents")
                    - F("progressive_billing_credit_amount_cents")
                    - F("coupons_amount_cents"),
                    sub_total_including_taxes_amount_cents=F(
                        "sub_total_excluding_taxes_amount_cents"
                    )
                    + F("taxes_amount_cents"),
                    total_amount_cents=F("sub_total_including_taxes_amount_cents")
                    - F("credit_notes_amount_cents")
                    - F("prepaid_credit_amount_cents"),
                ),
                violation_error_code="base.value_is_invalid",
                violation_error_message=noop("The invoice's amounts do not add up."),
            ),
            models.CheckConstraint(
                name="invoice_amounts_are_not_negative",
                condition=Q(
                    fees_amount_cents__gte=0,
                    progressive_billing_credit_amount_cents__gte=0,
                    coupons_amount_cents__gte=0,
                    taxes_amount_cents__gte=0,
                    credit_notes_amount_cents__gte=0,
                    prepaid_credit_amount_cents__gte=0,
                    total_amount_cents__gte=0,
                ),
                violation_error_code="base.value_is_out_of_range",
                violation_error_message=noop("No amount of an invoice is below 0."),
            ),
            models.CheckConstraint(
                name="invoice_is_not_paid_twice",
                condition=Q(
                    total_paid_amount_cents__gte=0,
                    offset_amount_cents__gte=0,
                    total_paid_amount_cents__lte=F("total_amount_cents") - F("offset_amount_cents"),
                ),
                violation_error_code="amount_cents.value_is_out_of_range",
                violation_error_message=noop("More would be paid than is due."),
            ),
            models.CheckConstraint(
                name="invoice_status_agrees_with_its_moments",
                condition=Q(
                    status="finalized",
                    finalized_at__isnull=False,
                    voided_at=None,
                    sequential_id__isnull=False,
                )
                | Q(
                    status="voided",
                    finalized_at__isnull=False,
                    voided_at__isnull=False,
                    sequential_id__isnull=False,
                )
                | (
                    ~Q(status__in=["finalized", "voided"])
                    & Q(finalized_at=None, voided_at=None, sequential_id=None)
                ),
                violation_error_code="status.value_is_invalid",
                violation_error_message=noop(
                    "The status does not agree with the invoice's moments."
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "-issuing_date", "-created_at", "-id"],
                name="invoice_newest",
            ),
            models.Index(fields=["customer", "-created_at", "-id"], name="invoice_by_customer"),
            models.Index(
                fields=["customer"], name="invoice_overdue", condition=Q(payment_overdue=True)
            ),
            trigrams("invoice_contains", "number"),
            models.Index(
                fields=["organization", "expected_finalization_date"],
                name="invoice_draft_due",
                condition=Q(status="draft"),
            ),
            models.Index(
                fields=["organization", "payment_due_date"],
                name="invoice_may_become_overdue",
                condition=Q(status="finalized", payment_overdue=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_draft(self) -> bool:
        """Whether the amounts may still change."""
        return self.status == InvoiceStatus.DRAFT

    @property
    def is_final(self) -> bool:
        """Whether the invoice has been finalized and not voided."""
        return self.status == InvoiceStatus.FINALIZED

    @property
    def is_voided(self) -> bool:
        """Whether the invoice has been voided."""
        return self.status == InvoiceStatus.VOIDED

    @property
    def has_served_its_grace(self) -> bool:
        """Whether the invoice was a draft and became final only when its grace period (UTC) was over."""
        billed_on = self.billed_at.astimezone(ZoneInfo(self.timezone)).date()
        if self.finalized_at is None or self.expected_finalization_date <= billed_on:
            return False
        return self.finalized_at.astimezone(UTC).date() >= self.expected_finalization_date

    @property
    def total_due_amount_cents(self) -> int:
        """What is still to be paid, in minor units; 0 when voided."""
        if self.is_voided:
            return 0
        return self.total_amount_cents - self.total_paid_amount_cents - self.offset_amount_cents

    @property
    def total(self) -> Money:
        """The total as money."""
        return Money(self.total_amount_cents, self.currency)
