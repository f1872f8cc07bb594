"""The journal and the outbox."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from organizations.models import Organization
from persistence.querysets import Rows


class JournalEntry(models.Model):
    """One change: who, what, when, before and after. Added in the transaction of the change, never altered."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=255)
    source = models.CharField(max_length=20)
    request_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    object_label = models.CharField(max_length=255, blank=True)
    customer_id = models.UUIDField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)

    objects = Rows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "-id"], name="journal_by_organization"),
            models.Index(fields=["organization", "customer_id", "-id"], name="journal_by_customer"),
            models.Index(fields=["object_id", "-id"], name="journal_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_label}"


class OutboxMessage(models.Model):
    """Something that must reach the outside after the commit: a webhook, an e-mail, a payment.

    `topic` names the handler (webhook, email, payment, refund …), `kind` what happened (``invoice.created``).
    A message that could not be handled stays open: `error` says why, `next_attempt_at` (real time) when it is tried
    again. While it is handled outside of a transaction that is the moment from which another process may take over.
    """

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    topic = models.CharField(max_length=20)
    kind = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    payload = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    handled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = Rows.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_open", condition=models.Q(handled_at=None)),
            models.Index(fields=["object_id", "-id"], name="outbox_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.kind}"
