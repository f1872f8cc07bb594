"""Taxes: a name and a rate, set on organizations, customers, plans, charges and add-ons."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop as noop

from organizations.models import Organization
from persistence.fields import id_field, rate_field
from persistence.querysets import KeptRows


class Tax(models.Model):
    """A tax rate in percent (20 is 20 %)."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="taxes")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    rate = rate_field()
    description = models.TextField(null=True, blank=True)
    applied_to_organization = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at=None),
                name="tax_code_is_unique",
                violation_error_code="code.value_already_exist",
                violation_error_message=noop("Another tax has this code."),
            ),
            models.CheckConstraint(
                name="tax_rate_is_not_negative",
                condition=Q(rate__gte=0),
                violation_error_code="rate.value_is_out_of_range",
                violation_error_message=noop("A tax rate is 0 % or more."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.rate.normalize():f} %)"
