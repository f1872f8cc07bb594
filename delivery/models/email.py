"""The e-mails that were sent."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from organizations.models import Organization
from persistence.fields import id_field
from persistence.querysets import Rows


class SentEmail(models.Model):
    """An e-mail that was handed to the mail server: for whom and about what. Its text is not kept."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    recipients = ArrayField(models.CharField(max_length=255))
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        indexes = [models.Index(fields=["object_id", "-created_at"], name="email_of_object")]

    def __str__(self) -> str:
        return self.subject
