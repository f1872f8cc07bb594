"""What the form of a one-off invoice offers."""

from __future__ import annotations

from catalog.models import AddOn, Tax
from console import formats
from organizations.models import Organization


def add_ons(organization: Organization) -> list[AddOn]:
    """Return the add-ons that may be invoiced, by name; one query."""
    return list(AddOn.objects.of(organization).kept().order_by("name", "pk"))


def tax_choices(organization: Organization) -> list[tuple[str, str]]:
    """Return the taxes that a line may bear; one query."""
    rows = Tax.objects.of(organization).kept().order_by("name", "pk")
    return [(tax.code, f"{tax.name} {formats.rate(tax.rate)}") for tax in rows]
