"""The key pair with which an organization's webhooks are signed."""

from django.db import models

from organizations.models.organization import Organization
from persistence.fields import id_field
from persistence.querysets import Rows


class SigningKey(models.Model):
    """An RSA key pair in PEM; the private one is sealed (persistence.encryption)."""

    id = id_field()
    organization = models.OneToOneField(Organization, models.PROTECT, related_name="signing_key")
    private_key = models.TextField()
    public_key = models.TextField()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return f"Signing key of {self.organization_id}"
