"""What was sent to an endpoint, and each attempt to do so."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activity.models import OutboxMessage
from delivery.models.endpoint import WebhookEndpoint
from organizations.models import Organization
from persistence.fields import id_field
from persistence.querysets import Rows


class DeliveryStatus(models.TextChoices):
    """Where a delivery stands."""

    PENDING = "pending", _("Pending")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")


class DeliveryRows(Rows):
    """Sets of deliveries."""

    def due(self, at: datetime) -> Self:
        """Those whose next attempt is due at `at`."""
        return self.filter(status=DeliveryStatus.PENDING, next_attempt_at__lte=at)


class WebhookDelivery(models.Model):
    """One webhook to one endpoint; `id` is its X-Lago-Unique-Key and `payload` the bytes of every attempt.

    `next_attempt_at` is real time, also in a sandbox: a network does not obey its clock. While an attempt runs
    it stands at the moment from which another process may take over.
    """

    id = id_field()
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="webhook_deliveries"
    )
    # The log of an endpoint goes with it.
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="deliveries")
    webhook_type = models.CharField(max_length=60)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    payload = models.BinaryField()
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.PENDING)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    response_code = models.IntegerField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = DeliveryRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "endpoint"], name="webhook_delivery_is_made_once"
            ),
            models.CheckConstraint(
                name="webhook_delivery_waits_only_while_pending",
                condition=Q(status="pending", next_attempt_at__isnull=False)
                | (~Q(status="pending") & Q(next_attempt_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="webhook_delivery_due",
                condition=Q(status="pending"),
            ),
            models.Index(
                fields=["organization", "-created_at", "-id"], name="webhook_delivery_newest"
            ),
            models.Index(
                fields=["endpoint", "-created_at", "-id"], name="webhook_delivery_of_endpoint"
            ),
            models.Index(fields=["object_id", "-created_at"], name="webhook_delivery_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_type} {self.id}"


class WebhookAttempt(models.Model):
    """One attempt of a delivery, and what came back; `response_code` is null when nothing did."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    url = models.CharField(max_length=1000)
    response_code = models.IntegerField(null=True, blank=True)
    response_body = models.TextField(blank=True)
    error = models.CharField(max_length=255, blank=True)
    duration_ms = models.IntegerField()

    objects = Rows.as_manager()

    class Meta:
        indexes = [models.Index(fields=["delivery", "-at"], name="webhook_attempt_of_delivery")]

    def __str__(self) -> str:
        return f"{self.response_code or self.error} at {self.at}"
