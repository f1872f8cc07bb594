"""The PDFs that were issued."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organizations.models import Organization
from persistence.fields import id_field
from persistence.querysets import Rows


class DocumentState(models.TextChoices):
    """What the object was when its document was made."""

    FINAL = "final", _("Final")
    VOIDED = "voided", _("Voided")


class Document(models.Model):
    """The PDF of an invoice, credit note or receipt: its bytes as they were first made, in one language."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    object_type = models.CharField(max_length=20)
    object_id = models.UUIDField()
    state = models.CharField(max_length=10, choices=DocumentState, default=DocumentState.FINAL)
    locale = models.CharField(max_length=10)
    filename = models.CharField(max_length=100, default="document.pdf")
    content = models.BinaryField()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["object_type", "object_id", "state", "locale"],
                name="document_is_made_once",
            )
        ]

    def __str__(self) -> str:
        return self.filename
