"""The customer that an address names."""

from __future__ import annotations

import uuid

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from billing.errors import NotAllowed, NotFound
from console.access import OperatorRequest
from customers.models import Customer
from invoices.models import BillingFailure


def find(request: OperatorRequest, pk: uuid.UUID) -> Customer:
    """Return a customer of the organization, deleted ones too; raises NotFound.

    Its `left_out` says why billing runs leave it out; None when they do not.
    """
    failures = BillingFailure.objects.filter(customer=OuterRef("pk"), resolved_at=None)
    rows = Customer.objects.of(request.organization).annotate(
        left_out=Subquery(failures.values("message")[:1])
    )
    found = rows.select_related("organization", "customer_provider__provider").filter(pk=pk).first()
    if found is None:
        raise NotFound("customer", _("This customer does not exist."))
    return found


def find_live(request: OperatorRequest, pk: uuid.UUID) -> Customer:
    """Return a customer that may be changed; raises NotAllowed for one that has been deleted."""
    found = find(request, pk)
    if found.is_deleted:
        raise NotAllowed(
            "customer_deleted", _("%(name)s has been deleted and is read-only.") % {"name": found}
        )
    return found
