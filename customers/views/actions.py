"""What an operator can do to a customer: the entries of "Actions"."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from console.access import OperatorRequest
from customers.models import Customer

Entry = dict[str, Any]


def actions_of(request: OperatorRequest, customer: Customer) -> list[Entry]:
    """Return the entries, those that the operator's role does not allow with the reason; none of a deleted one."""
    if customer.is_deleted:
        return []
    offered = [
        (_("Add a plan"), "subscriptions:create", "subscriptions", {"icon": "repeat"}),
        (_("Apply coupon"), "coupons:apply", "coupons", {"icon": "ticket-percent", "dialog": True}),
        (_("Create one-off invoice"), "invoices:create_one_off", "invoices", {"icon": "file-plus-2"}),
        (_("Add wallet & credits"), "wallets:create", "wallets", {"icon": "wallet"}),
        (_("Edit customer"), "customers:update", "customers", {"icon": "pencil", "key": "e", "separator": True}),
        (_("Delete customer"), "customers:delete", "deletion", {"icon": "trash-2", "is_danger": True, "separator": True, "dialog": True}),
    ]  # fmt: skip
    return [
        {
            "label": label,
            "url": reverse(name, args=[customer.pk]),
            **more,
            **_refusal(request, permission),
        }
        for label, name, permission, more in offered
    ]


def _refusal(request: OperatorRequest, permission: str) -> Entry:
    if request.membership.may(permission):
        return {}
    role = request.membership.get_role_display()
    return {"reason": _("Your role, %(role)s, does not allow this.") % {"role": role}}
