"""Count money for an invoice, and let what was waiting for it happen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from invoices.lifecycle import InvoiceStatus, PaymentStatus
from invoices.models import Invoice, PrepaidCredit
from invoices.models.invoice import InvoiceType
from invoices.operations import paying
from wallets.models import TransactionStatus
from wallets.operations import transactions as wallets


@transaction.atomic
def pay_invoice(invoice: Invoice, cents: int, *, actor: Actor, at: datetime) -> Invoice:
    """Count `cents` minor units as paid for a locked invoice and return it.

    Raises Invalid ``amount_cents: value_is_out_of_range`` when more would be paid than is due.
    """
    invoice = paying.add_payment(invoice, cents, actor=actor, at=at)
    return follow_payment(invoice, actor=actor, at=at)


def follow_payment(invoice: Invoice, *, actor: Actor, at: datetime) -> Invoice:
    """Do what depends on the payment status of a locked invoice, and return it.

    Once it has succeeded, an open invoice becomes final and the prepaid credits it sells arrive; when it has
    failed, the purchase has failed too, until a later payment succeeds.
    """
    if invoice.payment_status == PaymentStatus.SUCCEEDED:
        if invoice.status == InvoiceStatus.OPEN:
            invoice = paying.finalize_open(invoice, actor=actor, at=at)
        for tie in _purchases(invoice):
            wallets.settle(tie.wallet_transaction, actor=actor, at=at)
    elif invoice.payment_status == PaymentStatus.FAILED:
        for tie in _purchases(invoice):
            if tie.wallet_transaction.status == TransactionStatus.PENDING:
                wallets.fail(tie.wallet_transaction, actor=actor, at=at)
    return invoice


def _purchases(invoice: Invoice) -> list[PrepaidCredit]:
    if invoice.invoice_type != InvoiceType.CREDIT:
        return []
    return list(
        PrepaidCredit.objects.filter(invoice=invoice, role=PrepaidCredit.Role.PURCHASED)
        .select_related("wallet_transaction__wallet")
        .order_by("pk")
    )
