"""Seller and customer as they stand on a document."""

from __future__ import annotations

from typing import Any

from customers.models import Customer
from delivery.documents.writing import Writer, given, joined
from organizations.models import Organization

Party = dict[str, Any]
STATE_BEFORE_ZIP = {"US", "CA", "AU"}


def seller(organization: Organization, write: Writer) -> Party:
    """Return who issues the document."""
    return {
        "label": write.say("from"),
        "name": organization.legal_name or organization.name,
        "lines": [
            *_address(organization, write),
            *_identity(organization, write),
            *given(organization.email),
        ],
    }


def buyer(customer: Customer, write: Writer) -> Party:
    """Return who is billed."""
    name = customer.legal_name or customer.shown_name
    person = joined([customer.firstname, customer.lastname])
    return {
        "label": write.say("bill_to"),
        "name": name,
        "lines": [
            *given(person if person != name else None),
            *_address(customer, write),
            *_identity(customer, write),
            *given(customer.email and customer.email.replace(",", ", ")),
        ],
    }


def parties(customer: Customer, write: Writer) -> list[Party]:
    """Return the customer, and where it is shipped to when that is another place."""
    billed = buyer(customer, write)
    shipped = _address(customer, write, "shipping_")
    if not shipped or shipped == _address(customer, write):
        return [billed]
    place = {"label": write.say("ship_to"), "name": customer.shown_name, "lines": shipped}
    return [billed, place]


def _identity(row: Organization | Customer, write: Writer) -> list[str]:
    lines = []
    if row.legal_number:
        lines.append(write.say("legal_number", value=row.legal_number))
    if row.tax_identification_number:
        lines.append(write.say("tax_id", value=row.tax_identification_number))
    return lines


def _address(row: Organization | Customer, write: Writer, prefix: str = "") -> list[str]:
    def column(name: str) -> str | None:
        value: str | None = getattr(row, prefix + name)
        return value

    if column("country") in STATE_BEFORE_ZIP:
        town = joined([column("city"), joined([column("state"), column("zipcode")])], ", ")
    else:
        town = joined([joined([column("zipcode"), column("city")]), column("state")], ", ")
    return given(
        column("address_line1"),
        column("address_line2"),
        town,
        write.country(column("country")),
    )
