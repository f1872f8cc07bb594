"""Invoice a pending purchase of credits; the payment of the invoice settles it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from activity.actors import Actor
from billing.money import exponent
from invoices.models import Invoice, PrepaidCredit
from invoices.models.fee import FeeType
from invoices.models.invoice import InvoiceType
from invoices.rating.line import RatedFee, new_fee
from persistence.saving import save_valid
from wallets.models import WalletTransaction
from workflows.issue_invoices import Invoicing, issue_invoices


@transaction.atomic
def invoice_purchase(purchase: WalletTransaction, *, actor: Actor, at: datetime) -> Invoice:
    """Make the invoice of a pending purchase and return it; it bears no tax, and nothing comes off it."""
    invoice = _invoice(purchase, actor=actor, at=at)
    save_valid(
        PrepaidCredit(
            organization_id=invoice.organization_id,
            invoice=invoice,
            wallet_transaction=purchase,
            role=PrepaidCredit.Role.PURCHASED,
            created_at=at,
        )
    )
    return invoice


def _invoice(purchase: WalletTransaction, *, actor: Actor, at: datetime) -> Invoice:
    wallet = purchase.wallet
    fee = new_fee(
        fee_type=FeeType.CREDIT,
        organization_id=wallet.organization_id,
        customer_id=wallet.customer_id,
        wallet_transaction_id=purchase.pk,
        item_code=wallet.code,
        item_name=purchase.name or "Prepaid credits",
        invoice_display_name=wallet.name,
        units=purchase.credit_amount,
        amount_cents=purchase.amount_cents,
        amount_currency=wallet.currency,
        precise_amount_cents=Decimal(purchase.amount_cents),
        unit_amount=Decimal(purchase.amount_cents).scaleb(-exponent(wallet.currency))
        / purchase.credit_amount,
        period=None,
        explanation=[
            {
                "step": "units",
                "units": str(purchase.credit_amount),
                "unit_amount_cents": str(wallet.rate_amount.scaleb(exponent(wallet.currency))),
            }
        ],
    )
    invoicing = Invoicing(
        customer=wallet.customer,
        billed_at=at,
        currency=wallet.currency,
        invoice_type=InvoiceType.CREDIT,
        lines=(RatedFee(fee),),
        has_grace=False,
        waits_for_payment=purchase.invoice_requires_successful_payment,
    )
    [invoice] = issue_invoices([invoicing], actor=actor, at=at)
    return invoice
