"""Adjust a line of a draft, or undo that, and make the draft anew."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import NotFound
from invoices.models import Fee, Invoice
from invoices.operations.adjusting import add_adjustment, adjustment_of, drop_adjustment
from invoices.operations.locking import lock_invoice
from workflows.refresh_invoice import refresh_invoice


@transaction.atomic
def adjust_fee(
    fee: Fee,
    *,
    actor: Actor,
    at: datetime,
    units: Decimal | None = None,
    unit_amount: Decimal | None = None,
    invoice_display_name: str | None = None,
) -> Fee:
    """Set units, unit price (in currency units) or name of a line, and return the line as it is then billed.

    Units alone are priced by the line's charge model, or multiply a subscription fee; with a price they are
    multiplied; a price alone takes the units of the usage. Raises what `adjustment_of` and `add_adjustment` raise.
    """
    invoice, fee = _locked(fee)
    row = adjustment_of(
        fee,
        units=units,
        unit_amount=unit_amount,
        invoice_display_name=invoice_display_name,
        actor=actor,
        at=at,
    )
    add_adjustment(invoice, row)
    return _made_anew(invoice, fee, "fee.adjusted", actor=actor, at=at)


@transaction.atomic
def undo_adjustment(fee: Fee, *, actor: Actor, at: datetime) -> Fee:
    """Let a line of a draft be worked out again and return it; raises what `drop_adjustment` raises."""
    invoice, fee = _locked(fee)
    drop_adjustment(invoice, fee)
    return _made_anew(invoice, fee, "fee.adjustment_undone", actor=actor, at=at)


def _locked(fee: Fee) -> tuple[Invoice, Fee]:
    """Lock the invoice of a line and return both as they are now."""
    if fee.invoice is None:
        raise NotFound("invoice", "This fee stands on no invoice.")
    invoice = lock_invoice(fee.invoice)
    rows = Fee.objects.select_related("charge", "fixed_charge").filter(invoice=invoice)
    found = rows.filter(pk=fee.pk, deleted_at=None).first()
    if found is None:
        raise NotFound("fee", "This line is not on the invoice any more.")
    return invoice, found


def _made_anew(invoice: Invoice, fee: Fee, action: str, *, actor: Actor, at: datetime) -> Fee:
    """Make the draft anew and journal what became of the line, which may have nothing to bill any more."""
    refresh_invoice(invoice, actor=actor, at=at)
    fresh = Fee.objects.filter(pk=fee.pk).first()
    journal.record(
        fresh or fee, action, actor=actor, at=at, before=_shown(fee), after=_shown(fresh)
    )
    return fresh or fee


def _shown(fee: Fee | None) -> dict[str, Any]:
    if fee is None:
        return {"units": "0", "amount_cents": 0}
    return {
        "name": fee.shown_name,
        "units": f"{fee.units.normalize():f}",
        "amount_cents": fee.amount_cents,
        "currency": fee.amount_currency,
    }
