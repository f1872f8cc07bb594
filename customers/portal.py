"""Links to a customer's own page: signed, and good for twelve hours."""

from __future__ import annotations

from django.core import signing

from customers.models import Customer

SALT = "customers.portal"
GOOD_FOR = 12 * 60 * 60  # seconds


def portal_token(customer: Customer) -> str:
    """Return the token that stands in a link to the customer's page."""
    return signing.dumps(str(customer.pk), salt=SALT)


def customer_of(token: str) -> Customer | None:
    """Return the live customer whose page `token` opens; None when it is forged, too old or theirs no more."""
    try:
        pk = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    return Customer.objects.kept().select_related("organization").filter(pk=pk).first()
