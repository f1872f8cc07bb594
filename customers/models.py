"""The customer and what is known of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from billing.invoice_dates import LONGEST_TERM
from catalog.models import Tax
from organizations.models import Organization
from organizations.models.organization import IssuingDateAdjustment, IssuingDateAnchor
from persistence.fields import currency_field, id_field
from persistence.querysets import KeptRows, Rows
from persistence.searching import contains, trigrams


class AccountType(models.TextChoices):
    """Whether the customer buys, or is a partner who is billed on their own behalf."""

    CUSTOMER = "customer", _("Customer")
    PARTNER = "partner", _("Partner")


class CustomerType(models.TextChoices):
    """What kind of person the customer is."""

    COMPANY = "company", _("Company")
    INDIVIDUAL = "individual", _("Individual")


class ZeroAmountInvoices(models.TextChoices):
    """What becomes of a customer's invoice whose fees are zero."""

    INHERIT = "inherit", _("As the organization does")
    SKIP = "skip", _("Skip")
    FINALIZE = "finalize", _("Finalize")


NAMES = "name firstname lastname legal_name external_id email slug"
NUMBERS = "phone legal_number tax_identification_number external_salesforce_id"


class CustomerRows(KeptRows):
    """Sets of customers."""

    def matching(self, text: str) -> Self:
        """Those whose names, ids or e-mail contain `text`."""
        return self.filter(contains(NAMES, text))


class Customer(models.Model):
    """Somebody whom the organization bills; `external_id` is their id in the organization's own backend."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="customers")
    external_id = models.CharField(max_length=255)
    sequential_id = models.IntegerField()
    slug = models.CharField(max_length=30)
    account_type = models.CharField(
        max_length=10, choices=AccountType, default=AccountType.CUSTOMER
    )
    customer_type = models.CharField(max_length=10, choices=CustomerType, null=True, blank=True)

    name = models.CharField(max_length=255, null=True, blank=True)
    firstname = models.CharField(max_length=255, null=True, blank=True)
    lastname = models.CharField(max_length=255, null=True, blank=True)
    legal_name = models.CharField(max_length=255, null=True, blank=True)
    legal_number = models.CharField(max_length=255, null=True, blank=True)
    tax_identification_number = models.CharField(max_length=255, null=True, blank=True)
    email = models.CharField(max_length=1000, null=True, blank=True)
    phone = models.CharField(max_length=255, null=True, blank=True)
    url = models.CharField(max_length=1000, null=True, blank=True)
    logo_url = models.CharField(max_length=1000, null=True, blank=True)

    address_line1 = models.CharField(max_length=255, null=True, blank=True)
    address_line2 = models.CharField(max_length=255, null=True, blank=True)
    city = models.CharField(max_length=255, null=True, blank=True)
    state = models.CharField(max_length=255, null=True, blank=True)
    zipcode = models.CharField(max_length=255, null=True, blank=True)
    country = models.CharField(max_length=2, null=True, blank=True)
    shipping_address_line1 = models.CharField(max_length=255, null=True, blank=True)
    shipping_address_line2 = models.CharField(max_length=255, null=True, blank=True)
    shipping_city = models.CharField(max_length=255, null=True, blank=True)
    shipping_state = models.CharField(max_length=255, null=True, blank=True)
    shipping_zipcode = models.CharField(max_length=255, null=True, blank=True)
    shipping_country = models.CharField(max_length=2, null=True, blank=True)

    currency = currency_field(null=True, blank=True)
    timezone = models.CharField(max_length=64, null=True, blank=True)
    document_locale = models.CharField(max_length=10, null=True, blank=True)
    net_payment_term = models.IntegerField(null=True, blank=True)
    invoice_grace_period = models.IntegerField(null=True, blank=True)
    finalize_zero_amount_invoice = models.CharField(
        max_length=10, choices=ZeroAmountInvoices, default=ZeroAmountInvoices.INHERIT
    )
    issuing_date_anchor = models.CharField(
        max_length=20, choices=IssuingDateAnchor, null=True, blank=True
    )
    issuing_date_adjustment = models.CharField(
        max_length=30, choices=IssuingDateAdjustment, null=True, blank=True
    )
    external_salesforce_id = models.CharField(max_length=255, null=True, blank=True)
    skip_invoice_custom_sections = models.BooleanField(default=False)
    exclude_from_dunning_campaign = models.BooleanField(default=False)
    taxes = models.ManyToManyField(Tax, blank=True, related_name="customers")

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    deletion_reason = models.TextField(blank=True)

    objects = CustomerRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=Q(deleted_at=None),
                name="customer_external_id_is_unique",
                violation_error_code="external_id.value_already_exist",
                violation_error_message=noop("Another customer has this external ID."),
            ),
            models.UniqueConstraint(
                fields=["organization", "sequential_id"],
                name="customer_sequential_id_is_unique",
            ),
            models.CheckConstraint(
                name="customer_has_an_external_id",
                condition=~Q(external_id=""),
                violation_error_code="external_id.value_is_mandatory",
                violation_error_message=noop("A customer needs the ID it has in your backend."),
            ),
            models.CheckConstraint(
                name="customer_payment_term_is_sensible",
                condition=Q(net_payment_term=None) | Q(net_payment_term__range=(0, LONGEST_TERM)),
                violation_error_code="net_payment_term.value_is_out_of_range",
                violation_error_message=noop("A payment term is 0 to 3650 days."),
            ),
            models.CheckConstraint(
                name="customer_grace_period_is_sensible",
                condition=Q(invoice_grace_period=None)
                | Q(invoice_grace_period__range=(0, LONGEST_TERM)),
                violation_error_code="invoice_grace_period.value_is_out_of_range",
                violation_error_message=noop("A grace period is 0 to 3650 days."),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-created_at", "-id"], name="customer_newest"),
            models.Index(fields=["organization", "name", "id"], name="customer_by_name"),
            trigrams("customer_contains", f"{NAMES} {NUMBERS}"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """What people call the customer: its name, else first and last name, legal name or external ID."""
        person = " ".join(part for part in (self.firstname, self.lastname) if part)
        return self.name or person or self.legal_name or self.external_id

    @property
    def is_deleted(self) -> bool:
        """Whether the customer has been deleted; its documents remain."""
        return self.deleted_at is not None

    @property
    def applicable_timezone(self) -> str:
        """The customer's zone, else the organization's."""
        return self.timezone or self.organization.timezone or "UTC"

    @property
    def zone(self) -> ZoneInfo:
        """The applicable zone, ready for arithmetic."""
        return ZoneInfo(self.applicable_timezone)

    def local_date(self, at: datetime) -> date:
        """Return the civil day it is for the customer at `at`."""
        return at.astimezone(self.zone).date()

    @property
    def applicable_net_payment_term(self) -> int:
        """Days until an invoice is due."""
        own = self.net_payment_term
        return self.organization.net_payment_term if own is None else own

    @property
    def applicable_grace_period(self) -> int:
        """Days that a draft waits before it is finalized."""
        own = self.invoice_grace_period
        return self.organization.invoice_grace_period if own is None else own

    @property
    def applicable_document_locale(self) -> str:
        """The language of the customer's documents."""
        return self.document_locale or self.organization.document_locale or "en"

    @property
    def applicable_issuing_date_anchor(self) -> str:
        """The customer's anchor, else the organization's."""
        return self.issuing_date_anchor or self.organization.issuing_date_anchor

    @property
    def applicable_issuing_date_adjustment(self) -> str:
        """The customer's adjustment, else the organization's."""
        return self.issuing_date_adjustment or self.organization.issuing_date_adjustment

    @property
    def skips_zero_amount_invoices(self) -> bool:
        """Whether an invoice whose fees are zero is closed instead of finalized."""
        if self.finalize_zero_amount_invoice == ZeroAmountInvoices.INHERIT:
            return not self.organization.finalize_zero_amount_invoice
        return self.finalize_zero_amount_invoice == ZeroAmountInvoices.SKIP


class CustomerMetadata(models.Model):
    """A note of the organization's on a customer: at most five, some shown on invoices."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="metadata")
    key = models.CharField(max_length=20)
    value = models.CharField(max_length=100)
    display_in_invoice = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "key"],
                name="customer_metadata_key_is_unique",
                violation_error_code="metadata.value_already_exist",
                violation_error_message=noop("This customer has that key already."),
            )
        ]

    def __str__(self) -> str:
        return self.key
