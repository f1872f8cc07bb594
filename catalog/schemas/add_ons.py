"""Add-ons on the wire."""

from __future__ import annotations

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Integer, instant
from catalog.models import AddOn
from catalog.schemas.taxes import TaxOut, taxes_out


class AddOnIn(In):
    """An add-on as a request gives it."""

    name: str | None = None
    invoice_display_name: str | None = None
    code: str | None = None
    description: str | None = None
    amount_cents: Integer | None = None
    amount_currency: str | None = None
    tax_codes: list[str] | None = None


class AddOnOut(TypedDict):
    """An add-on."""

    lago_id: str
    name: str
    invoice_display_name: str | None
    code: str
    amount_cents: int
    amount_currency: str
    created_at: str | None
    description: str | None
    taxes: list[TaxOut]


def add_on_out(add_on: AddOn) -> AddOnOut:
    """Show an add-on; its taxes are best prefetched."""
    return {
        "lago_id": str(add_on.pk),
        "name": add_on.name,
        "invoice_display_name": add_on.invoice_display_name,
        "code": add_on.code,
        "amount_cents": add_on.amount_cents,
        "amount_currency": add_on.amount_currency,
        "created_at": instant(add_on.created_at),
        "description": add_on.description,
        "taxes": taxes_out(add_on.taxes.all()),
    }
