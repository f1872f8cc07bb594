"""What stands on the receipt of a payment."""

from __future__ import annotations

from delivery.documents.invoices import Written, frame, line
from delivery.documents.lines import row
from delivery.documents.writing import Writer
from payments.models import Payment, PaymentReceipt


def written_receipt(receipt: PaymentReceipt, write: Writer) -> Written:
    """Put a receipt into words, ready to be laid out; 3 queries."""
    payment = receipt.payment
    invoices = (
        list(payment.payment_request.invoices.order_by("number", "pk"))
        if payment.payment_request
        else [payment.invoice]
    )
    rows = [
        row(f"{write.say('invoice')} {one.number}", amount=write.money(one.total_amount_cents))
        for one in invoices
        if one is not None
    ]
    paid = write.money(payment.amount_cents)
    return {
        **frame(payment.customer, write, columns=("item", "amount")),
        "title": f"{write.say('receipt')} {receipt.number}",
        "heading": write.say("receipt"),
        "number": receipt.number,
        "mark": "",
        "facts": _facts(receipt, payment, write),
        "summary": {"text": write.say("payment_received"), "amount": paid},
        "groups": [{"title": "", "total": "", "sections": [{"period": "", "rows": rows}]}],
        "totals": [line(write.say("amount_paid"), paid, kind="due")],
        "notes": [],
    }


def _facts(receipt: PaymentReceipt, payment: Payment, write: Writer) -> list[list[str]]:
    provider = payment.provider
    facts = [
        [write.say("receipt_number"), receipt.number],
        [write.say("paid_on"), write.moment_day(payment.paid_at or receipt.created_at)],
        [write.say("method"), provider.name if provider else write.say("manual")],
    ]
    if payment.reference:
        facts.append([write.say("reference"), payment.reference])
    return facts
