"""API keys: how machines sign in."""

from django.db import models

from organizations.models.organization import Organization
from persistence.fields import id_field
from persistence.querysets import Rows


class ApiKey(models.Model):
    """A key of an organization; only its SHA-256 is stored, the key itself is shown once."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    last_four = models.CharField(max_length=4)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return f"{self.name} (…{self.last_four})"
