"""The raw journal and the outbox, to read."""

from django.contrib import admin

from activity.models import JournalEntry, OutboxMessage
from console.admin import OperationsAdmin


@admin.register(JournalEntry)
class JournalEntryAdmin(OperationsAdmin):
    """Who did what, when, with what it was before and after."""

    list_display = ("at", "action", "object_label", "actor_label", "source", "organization")
    list_filter = ("source", "actor_kind")
    list_select_related = ("organization",)
    search_fields = ("action", "object_label", "actor_label", "request_id")
    find_by_ids = ("object_id", "customer_id", "organization_id")
    ordering = ("-id",)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(OperationsAdmin):
    """What must reach the outside, and why it has not."""

    list_display = (
        "created_at",
        "topic",
        "kind",
        "handled_at",
        "attempts",
        "error",
        "organization",
    )
    list_filter = ("topic",)
    list_select_related = ("organization",)
    search_fields = ("kind", "error")
    find_by_ids = ("object_id", "organization_id")
    ordering = ("-id",)
