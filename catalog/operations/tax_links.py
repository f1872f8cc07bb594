"""Which taxes an object bears, given by their codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from billing.errors import NotFound
from catalog.models import Tax
from organizations.models import Organization


def taxes_named(organization: Organization, codes: Iterable[str] | None) -> list[Tax]:
    """Return the taxes with these codes; raises NotFound (``tax_not_found``) if one is missing."""
    wanted = {str(code) for code in codes or ()}
    found = list(Tax.objects.of(organization).kept().filter(code__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise NotFound("tax")
    return found


def set_taxes(row: Any, codes: Iterable[str] | None) -> None:
    """Make the taxes with these codes the only ones of `row`; None takes all away."""
    row.taxes.set(taxes_named(row.organization, codes))
