"""What the tests of the customers' pages share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from customers.models import Customer
from tests.factories import CustomerFactory

NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)
BLANK = {
    "name": "Hooli",
    "external_id": "hooli",
    "account_type": "customer",
    "finalize_zero_amount_invoice": "inherit",
    "same_address": "on",
    "metadata-TOTAL_FORMS": "0",
    "metadata-INITIAL_FORMS": "0",
}


def customer_in(client: Any, **columns: Any) -> Customer:
    return CustomerFactory(organization=client.organization, **columns)


def text(response: Any) -> str:
    return str(response.content.decode())


def fields_of(response: Any) -> dict[str, Any]:
    """What a browser would send back of the form as it was shown."""
    form, rows = response.context["form"], response.context["rows"]
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value not in (None, "", False):
            sent[bound.html_name] = "on" if value is True else value
    sent |= {"metadata-seen": rows.seen}
    sent |= {f"metadata-{name}": rows.management_form[name].value() for name in ("TOTAL_FORMS", "INITIAL_FORMS")}  # fmt: skip
    for row in rows:
        sent |= {one.html_name: one.value() for one in row if one.value() not in (None, False)}
    return sent
