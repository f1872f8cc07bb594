"""An organization's members as their page shows them."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_lazy as _

from organizations.models import Membership, Organization
from organizations.permissions import Role

POWERS = {
    Role.OWNER.value: _("Everything, with members, keys, webhooks, providers and settings"),
    Role.MANAGER.value: _("Customers, catalog, subscriptions, deletion and all that finance may"),
    Role.FINANCE.value: _("Invoices, credit notes, payments, coupons, wallets, import of usage"),
    Role.VIEWER.value: _("Reads everything, changes nothing"),
}


def members_of(organization: Organization) -> list[Membership]:
    """Return the members with their operators, by address; one query."""
    rows = Membership.objects.of(organization).select_related("operator")
    return list(rows.order_by("operator__email", "pk"))


def find_member(organization: Organization, pk: uuid.UUID) -> Membership | None:
    """Return a member with its operator; one query."""
    rows = Membership.objects.of(organization).select_related("operator", "organization")
    return rows.filter(pk=pk).first()
