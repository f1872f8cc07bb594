"""Who may do what: one table for the console, the API's keys, the admin and the tests."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an operator is in an organization."""

    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    FINANCE = "finance", _("Finance")
    VIEWER = "viewer", _("Viewer")


READS = frozenset({"read"})
FINANCE = READS | {
    "invoices",
    "credit_notes",
    "payments",
    "coupons",
    "wallets",
    "usage_import",
}
MANAGER = FINANCE | {"customers", "catalog", "subscriptions", "deletion", "sandbox_clock"}
OWNER = MANAGER | {"members", "keys", "webhooks", "providers", "organization"}
SUPPORT = READS | {"resend"}

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.VIEWER.value: READS,
    Role.FINANCE.value: FINANCE | {"resend"},
    Role.MANAGER.value: MANAGER | {"resend"},
    Role.OWNER.value: OWNER | {"resend"},
    "support": SUPPORT,
}
EVERY_PERMISSION = OWNER | SUPPORT


def may(role: str, permission: str) -> bool:
    """Say whether `role` holds `permission`; a permission that is not in the table is a fault."""
    if permission not in EVERY_PERMISSION:
        raise KeyError(permission)
    return permission in PERMISSIONS.get(role, frozenset())
