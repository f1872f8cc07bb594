"""Invoices to be paid, made by the product itself."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from activity.actors import COMMAND
from customers.models import Customer
from invoices.models import Invoice
from tests.factories import AddOnFactory, CustomerFactory, WalletFactory
from wallets.models import WalletTransaction
from wallets.operations.transactions import TopUp
from workflows.buy_credits import buy_credits
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice

AT = datetime(2024, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2024, 3, 5, 12, tzinfo=UTC)


def one_off(cents: int = 10_000, *, customer: Customer | None = None, **more: object) -> Invoice:
    """Return a final one-off invoice over `cents`, due on the day of its issue."""
    customer = customer or CustomerFactory()
    add_on = AddOnFactory(organization=customer.organization, amount_cents=cents)
    return create_one_off_invoice(
        customer,
        lines=[OneOffLine(add_on_code=add_on.code)],
        currency="EUR",
        actor=COMMAND,
        at=AT,
        **more,
    )


def purchase(credits: int = 100, *, requires_payment: bool = False) -> WalletTransaction:
    """Return a pending purchase of credits at 1 EUR."""
    wallet = WalletFactory(invoice_requires_successful_payment=requires_payment)
    top_up = TopUp(credits=Decimal(credits))
    return buy_credits(wallet, top_up=top_up, actor=COMMAND, at=AT)


def invoice_of(transaction: WalletTransaction) -> Invoice:
    """Return the invoice that sells the credits."""
    return Invoice.objects.get(prepaid_credits__wallet_transaction=transaction)
