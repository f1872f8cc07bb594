"""Taxes on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NotRequired

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Number, instant, number
from catalog.models import Tax
from organizations.models.organization import DEFAULT_ENTITY


class TaxIn(In):
    """A tax as a request gives it; `rate` is in percent."""

    name: str | None = None
    code: str | None = None
    rate: Number | None = None
    description: str | None = None
    applied_to_organization: bool | None = None


class TaxOut(TypedDict):
    """A tax; the counts are always 0, and the billing entities stand on its own endpoints only."""

    lago_id: str
    name: str
    code: str
    rate: float | None
    description: str | None
    applied_to_organization: bool
    add_ons_count: int
    customers_count: int
    plans_count: int
    charges_count: int
    commitments_count: int
    created_at: str | None
    applied_to_billing_entities_codes: NotRequired[list[str]]


def tax_out(tax: Tax, *, has_entities: bool = False) -> TaxOut:
    """Show a tax; with the billing entities that it applies to, when asked on its own."""
    shown: TaxOut = {
        "lago_id": str(tax.pk),
        "name": tax.name,
        "code": tax.code,
        "rate": number(tax.rate),
        "description": tax.description,
        "applied_to_organization": tax.applied_to_organization,
        "add_ons_count": 0,
        "customers_count": 0,
        "plans_count": 0,
        "charges_count": 0,
        "commitments_count": 0,
        "created_at": instant(tax.created_at),
    }
    if has_entities:
        shown["applied_to_billing_entities_codes"] = (
            [DEFAULT_ENTITY] if tax.applied_to_organization else []
        )
    return shown


def taxes_out(taxes: Iterable[Tax]) -> list[TaxOut]:
    """Show the taxes of an object that are not deleted, oldest first."""
    kept = [tax for tax in taxes if tax.deleted_at is None]
    return [tax_out(tax) for tax in sorted(kept, key=lambda tax: (tax.created_at, tax.pk))]
