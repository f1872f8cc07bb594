"""The credit note."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from catalog.models import Tax
from customers.models import Customer
from invoices.lifecycle import CreditStatus, InvoiceStatus, RefundStatus
from invoices.models.fee import Fee
from invoices.models.invoice import Invoice
from organizations.models import Organization
from persistence.fields import (
    cents_field,
    currency_field,
    id_field,
    precise_cents_field,
    rate_field,
)
from persistence.querysets import Rows


class Reason(models.TextChoices):
    """Why something is given back."""

    DUPLICATED_CHARGE = "duplicated_charge", _("Duplicated charge")
    PRODUCT_UNSATISFACTORY = "product_unsatisfactory", _("Product unsatisfactory")
    ORDER_CHANGE = "order_change", _("Order change")
    ORDER_CANCELLATION = "order_cancellation", _("Order cancellation")
    FRAUDULENT_CHARGE = "fraudulent_charge", _("Fraudulent charge")
    OTHER = "other", _("Other")


class CreditNoteRows(Rows):
    """Sets of credit notes."""

    def finalized(self) -> Self:
        """Those that are final."""
        return self.filter(status=InvoiceStatus.FINALIZED)

    def available(self) -> Self:
        """Final ones with credit left, the oldest first."""
        return self.finalized().filter(
            credit_status=CreditStatus.AVAILABLE, balance_amount_cents__gt=0
        )


class CreditNote(models.Model):
    """What is given back of an invoice: as credit for later invoices, as a refund, or offset against what is due."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="credit_notes")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="credit_notes")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_notes")
    sequential_id = models.IntegerField()
    number = models.CharField(max_length=70)
    status = models.CharField(max_length=12, choices=InvoiceStatus)
    credit_status = models.CharField(max_length=10, choices=CreditStatus, null=True, blank=True)
    refund_status = models.CharField(max_length=10, choices=RefundStatus, null=True, blank=True)
    reason = models.CharField(max_length=25, choices=Reason, default=Reason.OTHER)
    description = models.TextField(null=True, blank=True)
    currency = currency_field()
    issuing_date = models.DateField()

    total_amount_cents = cents_field()
    credit_amount_cents = cents_field(default=0)
    refund_amount_cents = cents_field(default=0)
    offset_amount_cents = cents_field(default=0)
    balance_amount_cents = cents_field(default=0)
    sub_total_excluding_taxes_amount_cents = cents_field()
    taxes_amount_cents = cents_field(default=0)
    precise_taxes_amount_cents = precise_cents_field(5, default=0)
    taxes_rate = rate_field(default=0)
    coupons_adjustment_amount_cents = cents_field(default=0)
    precise_coupons_adjustment_amount_cents = precise_cents_field(5, default=0)
    explanation = models.JSONField(default=list, blank=True)
    metadata = models.JSONField(null=True, blank=True)

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    refunded_at = models.DateTimeField(null=True, blank=True)

    objects = CreditNoteRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "sequential_id"], name="credit_note_sequential_id_is_unique"
            ),
            models.CheckConstraint(
                name="credit_note_amounts_add_up",
                condition=Q(
                    total_amount_cents=F("credit_amount_cents")
                    + F("refund_amount_cents")
                    + F("offset_amount_cents")
                )
                & Q(
                    total_amount_cents=F("sub_total_excluding_taxes_amount_cents")
                    + F("taxes_amount_cents")
                ),
                violation_error_code="base.does_not_match_item_amounts",
                violation_error_message=noop("The credit note's amounts do not add up."),
            ),
            models.CheckConstraint(
                name="credit_note_balance_is_within_its_credit",
                condition=Q(
                    balance_amount_cents__gte=0,
                    balance_amount_cents__lte=F("credit_amount_cents"),
                ),
                violation_error_code="base.no_voidable_amount",
                violation_error_message=noop("The credit note does not hold that much."),
            ),
            models.CheckConstraint(
                name="credit_note_amounts_are_not_negative",
                condition=Q(
                    credit_amount_cents__gte=0,
                    refund_amount_cents__gte=0,
                    offset_amount_cents__gte=0,
                ),
                violation_error_code="base.total_amount_must_be_positive",
                violation_error_message=noop("No part of a credit note is below 0."),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="credit_note_newest"),
            models.Index(fields=["customer", "created_at", "id"], name="credit_note_by_customer"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def may_be_voided(self) -> bool:
        """Whether there is credit left that could be voided."""
        return (
            self.status == InvoiceStatus.FINALIZED
            and self.credit_status == CreditStatus.AVAILABLE
            and self.balance_amount_cents > 0
        )


class CreditNoteItem(models.Model):
    """The part of a fee that is given back, before coupons and taxes."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="items")
    fee = models.ForeignKey(Fee, models.PROTECT, related_name="credit_note_items")
    amount_cents = cents_field()
    precise_amount_cents = precise_cents_field(5)
    amount_currency = currency_field()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="credit_note_item_is_not_negative",
                condition=Q(amount_cents__gte=0),
                violation_error_code="amount_cents.invalid_value",
                violation_error_message=noop("An item gives back 0 or more."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.fee_id}"


class CreditNoteTax(models.Model):
    """A tax of a credit note."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="applied_taxes")
    tax = models.ForeignKey(Tax, models.PROTECT, null=True, blank=True, related_name="+")
    tax_name = models.CharField(max_length=255)
    tax_code = models.CharField(max_length=255)
    tax_description = models.TextField(null=True, blank=True)
    tax_rate = rate_field()
    amount_cents = cents_field()
    base_amount_cents = cents_field()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return self.tax_name
