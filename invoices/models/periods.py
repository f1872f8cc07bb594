"""What an invoice covers, and the rule that nothing is billed twice."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from invoices.models.invoice import Invoice
from organizations.models import Organization
from persistence.fields import id_field, period_field
from persistence.querysets import Rows
from subscriptions.models import Subscription


class InvoicingReason(models.TextChoices):
    """Why a subscription is on an invoice."""

    STARTING = "subscription_starting", _("Start")
    PERIODIC = "subscription_periodic", _("Period")
    TERMINATING = "subscription_terminating", _("Termination")
    IN_ADVANCE = "in_advance_charge", _("Usage in advance")
    IN_ADVANCE_PERIODIC = "in_advance_charge_periodic", _("Usage in advance, per period")
    PROGRESSIVE = "progressive_billing", _("Progressive billing")
    UPGRADING = "upgrading", _("Change of plan")


class InvoiceSubscription(models.Model):
    """A subscription on an invoice, with the periods that its fees cover (ends outside).

    A starting invoice bills no usage: its charges start and end at the same moment.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="invoice_subscriptions")
    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="invoice_subscriptions"
    )
    invoicing_reason = models.CharField(max_length=30, choices=InvoicingReason)
    billed_at = models.DateTimeField()
    period = period_field()
    charges_start_at = models.DateTimeField()
    charges_end_at = models.DateTimeField()
    fixed_charges_start_at = models.DateTimeField(null=True, blank=True)
    fixed_charges_end_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "subscription"], name="invoice_bears_a_subscription_once"
            )
        ]
        indexes = [
            models.Index(fields=["subscription", "-billed_at"], name="billed_of_subscription"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} on {self.invoice_id}"


class BilledPeriod(models.Model):
    """A span of an item (charge, fixed charge, or the subscription itself) that has been billed.

    The exclusion constraint makes billing the same thing twice impossible. Voiding an invoice or deleting a draft
    releases its spans.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="billed_periods")
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="billed_periods")
    item = models.UUIDField()
    period = period_field()
    is_released = models.BooleanField(default=False)

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="billed_period_is_not_empty",
                condition=Q(period__isempty=False),
                violation_error_code="base.value_is_invalid",
                violation_error_message=noop("A billed period is not empty."),
            ),
            ExclusionConstraint(
                name="billed_period_is_billed_once",
                expressions=[
                    ("subscription", RangeOperators.EQUAL),
                    ("item", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_released=False),
                violation_error_code="base.already_billed",
                violation_error_message=noop("Part of this period has been billed already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.period}"
