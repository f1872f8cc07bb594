"""What came off an invoice: coupons, credit notes, prepaid credits, progressive invoices."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from coupons.models import AppliedCoupon
from invoices.models.credit_note import CreditNote
from invoices.models.invoice import Invoice
from organizations.models import Organization
from persistence.fields import cents_field, id_field
from persistence.querysets import Rows
from subscriptions.models import Subscription
from wallets.models import WalletTransaction


class CouponCredit(models.Model):
    """What an applied coupon took off an invoice, before taxes."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="coupon_credits")
    applied_coupon = models.ForeignKey(AppliedCoupon, models.PROTECT, related_name="credits")
    amount_cents = cents_field()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "applied_coupon"], name="coupon_comes_off_an_invoice_once"
            ),
            models.CheckConstraint(
                name="coupon_credit_is_not_negative", condition=Q(amount_cents__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of coupon {self.applied_coupon_id}"


class CreditNoteCredit(models.Model):
    """What a credit note paid of an invoice; given back (`is_returned`) when that invoice is voided."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="credit_note_credits")
    credit_note = models.ForeignKey(CreditNote, models.PROTECT, related_name="credits")
    amount_cents = cents_field()
    is_returned = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "credit_note"], name="credit_note_pays_an_invoice_once"
            ),
            models.CheckConstraint(
                name="credit_note_credit_is_positive", condition=Q(amount_cents__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of credit note {self.credit_note_id}"


class ProgressiveCredit(models.Model):
    """What a progressive invoice had billed already, taken off the invoice that closes its period."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="progressive_credits")
    progressive_invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="progressive_credits_given"
    )
    amount_cents = cents_field()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "progressive_invoice"],
                name="progressive_invoice_comes_off_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.progressive_invoice_id}"


class PrepaidCredit(models.Model):
    """A wallet transaction and the invoice it belongs to."""

    class Role(models.TextChoices):
        """What the transaction is to the invoice."""

        SPENT = "spent", _("Paid part of the invoice")
        PURCHASED = "purchased", _("Is what the invoice sells")
        RESTORED = "restored", _("Gives back what a voided invoice had used")
        REFUNDED = "refunded", _("Takes back what a credit note refunds")

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="prepaid_credits")
    wallet_transaction = models.OneToOneField(
        WalletTransaction, models.PROTECT, related_name="prepaid_credit"
    )
    role = models.CharField(max_length=10, choices=Role)
    credit_note = models.ForeignKey(
        CreditNote, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return f"{self.role} {self.wallet_transaction_id}"


class AppliedUsageThreshold(models.Model):
    """A usage threshold that a progressive invoice was made for; amounts in minor units.

    `ordinal` counts how often a recurring threshold has been reached in the period that starts at `period_start_at`.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="applied_usage_thresholds")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="+")
    threshold = models.UUIDField()
    amount_cents = cents_field()
    threshold_display_name = models.CharField(max_length=255, null=True, blank=True)
    recurring = models.BooleanField()
    lifetime_usage_amount_cents = cents_field()
    period_start_at = models.DateTimeField()
    ordinal = models.IntegerField()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "threshold", "period_start_at", "ordinal"],
                name="usage_threshold_is_billed_once",
                violation_error_code="base.already_billed",
                violation_error_message=noop("This threshold has been billed already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} on {self.invoice_id}"
