"""An organization: the seller whose customers are billed, and the settings they inherit."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from billing.invoice_dates import LONGEST_TERM
from persistence.fields import currency_field, id_field

DEFAULT_ENTITY = "default"
"""The code of the one billing entity that an organization has."""


class DocumentNumbering(models.TextChoices):
    """Whose sequence an invoice number counts."""

    PER_CUSTOMER = "per_customer", _("Per customer")
    PER_ORGANIZATION = "per_organization", _("Per organization")


class IssuingDateAnchor(models.TextChoices):
    """Which day a periodic invoice bears (docs/billing-policy.md, "Invoice dates")."""

    NEXT_PERIOD_START = "next_period_start", _("First day of the next period")
    CURRENT_PERIOD_END = "current_period_end", _("Last day of the period")


class IssuingDateAdjustment(models.TextChoices):
    """Whether the issuing date moves with a grace period."""

    KEEP_ANCHOR = "keep_anchor", _("Keep the anchor")
    ALIGN = "align_with_finalization_date", _("Align with the finalization date")


class Organization(models.Model):
    """A tenant: every other row belongs to one."""

    id = id_field()
    name = models.CharField(max_length=255)
    is_sandbox = models.BooleanField(default=False)
    sandbox_now = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    timezone = models.CharField(max_length=64, default="UTC")
    default_currency = currency_field(default="USD")
    document_locale = models.CharField(max_length=10, default="en")
    document_numbering = models.CharField(
        max_length=20, choices=DocumentNumbering, default=DocumentNumbering.PER_CUSTOMER
    )
    document_number_prefix = models.CharField(max_length=10)
    net_payment_term = models.IntegerField(default=0)
    invoice_grace_period = models.IntegerField(default=0)
    finalize_zero_amount_invoice = models.BooleanField(default=True)
    issuing_date_anchor = models.CharField(
        max_length=20, choices=IssuingDateAnchor, default=IssuingDateAnchor.NEXT_PERIOD_START
    )
    issuing_date_adjustment = models.CharField(
        max_length=30, choices=IssuingDateAdjustment, default=IssuingDateAdjustment.ALIGN
    )

    legal_name = models.CharField(max_length=255, null=True, blank=True)
    legal_number = models.CharField(max_length=255, null=True, blank=True)
    tax_identification_number = models.CharField(max_length=255, null=True, blank=True)
    email = models.CharField(max_length=255, null=True, blank=True)
    address_line1 = models.CharField(max_length=255, null=True, blank=True)
    address_line2 = models.CharField(max_length=255, null=True, blank=True)
    city = models.CharField(max_length=255, null=True, blank=True)
    state = models.CharField(max_length=255, null=True, blank=True)
    zipcode = models.CharField(max_length=255, null=True, blank=True)
    country = models.CharField(max_length=2, null=True, blank=True)
    email_settings = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    invoice_footer = models.CharField(max_length=600, null=True, blank=True)

    hmac_key = models.CharField(max_length=64)
    last_customer_sequential_id = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="organization_clock_only_in_a_sandbox",
                condition=Q(is_sandbox=True) | Q(sandbox_now=None),
                violation_error_code="now.value_is_invalid",
                violation_error_message=noop("Only a sandbox has a clock of its own."),
            ),
            models.CheckConstraint(
                name="organization_terms_are_sensible",
                condition=Q(
                    net_payment_term__range=(0, LONGEST_TERM),
                    invoice_grace_period__range=(0, LONGEST_TERM),
                ),
                violation_error_code="net_payment_term.value_is_out_of_range",
                violation_error_message=noop("Payment term and grace period are 0 to 3650 days."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
