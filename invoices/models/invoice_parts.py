"""What hangs on an invoice: its taxes and notes; and the sequence that numbers invoices."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_noop as noop

from catalog.models import Tax
from customers.models import Customer
from invoices.models.invoice import Invoice
from organizations.models import Organization
from persistence.fields import cents_field, id_field, rate_field
from persistence.querysets import Rows


class InvoiceTax(models.Model):
    """A tax of an invoice: its base and its amount, rounded by itself."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="applied_taxes")
    tax = models.ForeignKey(Tax, models.PROTECT, null=True, blank=True, related_name="+")
    tax_name = models.CharField(max_length=255)
    tax_code = models.CharField(max_length=255)
    tax_description = models.TextField(null=True, blank=True)
    tax_rate = rate_field()
    amount_cents = cents_field()
    fees_amount_cents = cents_field()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "tax_code"], name="invoice_bears_a_tax_once")
        ]

    def __str__(self) -> str:
        return self.tax_name


class InvoiceMetadata(models.Model):
    """A note on an invoice: at most five."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="metadata")
    key = models.CharField(max_length=20)
    value = models.CharField(max_length=255)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "key"],
                name="invoice_metadata_key_is_unique",
                violation_error_code="metadata.value_already_exist",
                violation_error_message=noop("This invoice has that key already."),
            )
        ]

    def __str__(self) -> str:
        return self.key


class NumberSequence(models.Model):
    """The last number of an organization-wide sequence; the row is the lock that keeps it free of gaps."""

    id = id_field()
    organization = models.OneToOneField(
        Organization, models.PROTECT, related_name="number_sequence"
    )
    last_value = models.IntegerField(default=0)

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return str(self.last_value)


class BillingFailure(models.Model):
    """A customer whom a billing run had to leave out, and why; open until a later run bills them."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="billing_failures")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="billing_failures")
    code = models.CharField(max_length=100)
    message = models.TextField()
    attempts = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    last_failed_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(resolved_at=None),
                name="billing_failure_is_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"
