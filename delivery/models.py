"""Webhook endpoints, their deliveries, and documents."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from organizations.models import Organization
from persistence.fields import id_field
from persistence.querysets import Rows


class SignatureAlgorithm(models.TextChoices):
    """How a webhook is signed."""

    JWT = "jwt", "JWT (RS256)"
    HMAC = "hmac", "HMAC (SHA-256)"


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
                violation_error_message="This address is registered already.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.webhook_url


class Document(models.Model):
    """The PDF of an invoice, credit note or receipt: its bytes as they were first made."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    object_type = models.CharField(max_length=20)
    object_id = models.UUIDField()
    locale = models.CharField(max_length=10)
    content = models.BinaryField()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "locale"], name="document_is_made_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.object_type} {self.object_id}"
