"""Issued invoices as credit notes see them, for tests."""

from dataclasses import replace
from decimal import Decimal

from billing.credits import EarlierNote, FeeFacts, InvoiceFacts
from tests.billing.bills import tax


def fee(amount_cents, *taxes, key="fee", coupons="0", credited=0):
    return FeeFacts(
        key=key,
        amount_cents=amount_cents,
        taxes=taxes,
        precise_coupons_amount_cents=Decimal(coupons),
        credited_cents=credited,
    )


def invoice(*fees, taxes_cents, coupons=0, **terms):
    """An issued invoice of `fees`; nothing has been paid unless `paid_cents` says so."""
    total = sum(each.amount_cents for each in fees) - coupons + taxes_cents
    terms.setdefault("invoice_type", "subscription")
    terms.setdefault("total_amount_cents", total)
    terms.setdefault("has_payment_succeeded", terms.get("paid_cents", 0) >= total)
    return InvoiceFacts(
        fees=fees, taxes_amount_cents=taxes_cents, coupons_amount_cents=coupons, **terms
    )


def after(facts, note):
    """The invoice once `note` was made."""
    given = {item.fee: item.amount_cents for item in note.worth.items}
    fees = tuple(
        replace(each, credited_cents=each.credited_cents + given.get(each.key, 0))
        for each in facts.fees
    )
    earlier = EarlierNote(
        credit_cents=note.credit_amount_cents,
        refund_cents=note.refund_amount_cents,
        offset_cents=note.offset_amount_cents,
        taxes_cents=note.worth.taxes_amount_cents,
        precise_taxes_cents=note.worth.precise_taxes_amount_cents,
    )
    return replace(facts, fees=fees, notes=(*facts.notes, earlier))


def advance_invoice(paid_cents):
    return invoice(fee(7500, tax(20)), taxes_cents=1500, paid_cents=paid_cents)
