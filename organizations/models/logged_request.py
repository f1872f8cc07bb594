"""What was asked of the API, kept for some days."""

from django.db import models

from organizations.models.api_key import ApiKey
from organizations.models.organization import Organization
from persistence.fields import id_field
from persistence.querysets import Rows


class LoggedRequest(models.Model):
    """A request of the API that would change something, and how it was answered.

    `answer` is the body of a refusal or fault. What was sent is not kept: it may hold what nobody should read.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, db_index=False, related_name="+")
    api_key = models.ForeignKey(ApiKey, models.PROTECT, db_index=False, related_name="+")
    request_id = models.CharField(max_length=64)
    method = models.CharField(max_length=10)
    path = models.TextField()
    status = models.IntegerField()
    duration_ms = models.IntegerField()
    answer = models.TextField(blank=True)
    at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-at", "-id"], name="logged_request_newest"),
            models.Index(fields=["organization", "request_id"], name="logged_request_by_request"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
