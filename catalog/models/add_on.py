"""Add-ons: one-off items with a price."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as noop

from catalog.models.tax import Tax
from organizations.models import Organization
from persistence.fields import cents_field, currency_field, id_field
from persistence.querysets import KeptRows


class AddOn(models.Model):
    """Something sold once, on a one-off invoice, or as a fixed charge of a plan."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="add_ons")
    name = models.CharField(max_length=255)
    invoice_display_name = models.CharField(max_length=255, null=True, blank=True)
    code = models.CharField(max_length=255)
    description = models.TextField(null=True, blank=True)
    amount_cents = cents_field()
    amount_currency = currency_field()
    taxes = models.ManyToManyField(Tax, blank=True, related_name="add_ons")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at=None),
                name="add_on_code_is_unique",
                violation_error_code="code.value_already_exist",
                violation_error_message=noop("Another add-on has this code."),
            ),
            models.CheckConstraint(
                name="add_on_amount_is_not_negative",
                condition=Q(amount_cents__gte=0),
                violation_error_code="amount_cents.value_is_out_of_range",
                violation_error_message=noop("An add-on costs 0 or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The name that stands on invoices."""
        return self.invoice_display_name or self.name
