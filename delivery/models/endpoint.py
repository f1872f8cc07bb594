"""Addresses that hear of what happens."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from organizations.models import Organization
from persistence.fields import id_field
from persistence.querysets import Rows


class SignatureAlgorithm(models.TextChoices):
    """How a webhook is signed."""

    JWT = "jwt", _("JWT (RS256)")
    HMAC = "hmac", _("HMAC (SHA-256)")


class WebhookEndpoint(models.Model):
    """An address that hears of what happens; `event_types` null means everything."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="webhook_endpoints")
    webhook_url = models.CharField(max_length=1000)
    signature_algo = models.CharField(
        max_length=5, choices=SignatureAlgorithm, default=SignatureAlgorithm.JWT
    )
    name = models.CharField(max_length=255, null=True, blank=True)
    event_types = ArrayField(models.CharField(max_length=60), null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "webhook_url"],
                name="webhook_url_is_unique",
                violation_error_code="webhook_url.value_already_exist",
                violation_error_message=noop("This address is registered already."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.webhook_url

    def hears(self, kind: str) -> bool:
        """Say whether the endpoint is told of `kind` (``invoice.created``)."""
        return self.event_types is None or kind in self.event_types
