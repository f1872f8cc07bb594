"""Webhooks, their endpoints and e-mails, to read and to send again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from console.admin import OperationsAdmin, RowsInline, operation
from delivery import webhooks
from delivery.models import SentEmail, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from organizations import clock


class Attempts(RowsInline):
    """How often a webhook was sent, and what came back."""

    model = WebhookAttempt
    fields = ("at", "url", "response_code", "error", "duration_ms")
    readonly_fields = fields
    ordering = ("at", "pk")
    show_change_link = False


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(OperationsAdmin):
    """Every webhook to every endpoint."""

    list_display = ("created_at", "webhook_type", "endpoint", "status", "attempts", "organization")
    list_filter = ("status",)
    list_select_related = ("endpoint", "organization")
    search_fields = ("webhook_type", "endpoint__webhook_url")
    find_by_ids = ("endpoint_id", "organization_id")
    inlines = (Attempts,)
    actions = ("send_again",)

    @operation("Send again", "resend")
    def send_again(self, row: WebhookDelivery, **who: Any) -> str:
        """Have a webhook sent once more, also one that has succeeded."""
        webhooks.resend(row, now=clock.now(), **who)
        return f"{row.webhook_type} is sent again."


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(OperationsAdmin):
    """Where organizations have their webhooks sent."""

    list_display = ("webhook_url", "name", "signature_algo", "created_at", "organization")
    list_select_related = ("organization",)
    search_fields = ("webhook_url", "name", "organization__name")
    find_by_ids = ("organization_id",)


@admin.register(SentEmail)
class SentEmailAdmin(OperationsAdmin):
    """Which e-mails have left."""

    list_display = ("created_at", "kind", "subject", "object_type", "organization")
    list_select_related = ("organization",)
    search_fields = ("kind", "subject")
    find_by_ids = ("object_id", "organization_id")
