"""Subscriptions for support staff: read all, end as planned."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from activity.actors import Actor
from console.planned_admin import PlannedAdmin, PlannedOperation
from subscriptions.lifecycle import SUBSCRIPTION, Status
from subscriptions.models import Subscription
from workflows.end_subscription import end_subscription
from workflows.preview import Workflow


def ending(row: Subscription, actor: Actor) -> Workflow[Subscription]:
    """Return the end of a subscription, waiting for its moment."""
    return partial(end_subscription, row, actor=actor)


def may_end(row: Subscription) -> bool:
    """Ask the table of statuses whether a subscription may be ended or canceled."""
    following = (Status.TERMINATED, Status.CANCELED)
    return any(SUBSCRIPTION.allows(row.status, one) for one in following)


@admin.register(Subscription)
class SubscriptionAdmin(PlannedAdmin):
    """Found by any id and name; read-only but for its end."""

    list_display = ("external_id", "name", "customer", "plan", "status", "started_at", "organization")  # fmt: skip
    list_select_related = ("customer", "plan", "organization")
    list_filter = ("status", "organization")
    search_fields = (
        "external_id", "name", "plan__code", "plan__name", "customer__external_id",
        "customer__name",
    )  # fmt: skip
    operations = (PlannedOperation("end", _("End subscription"), "subscriptions", ending, may_end),)
