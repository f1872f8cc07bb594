"""Open a page of the payment provider's on which a customer pays, or leaves a means of payment."""

from __future__ import annotations

from billing.errors import DomainError, Invalid
from customers.models import Customer
from invoices.models import Invoice
from payments.models import CustomerProvider
from payments.operations.collecting import is_collectable
from payments.providers import Order, Rejected, Unreachable, connect

AFTERWARDS = "https://stripe.com"
"""Where the page leads to when it is done, unless the connection says otherwise."""


def open_payment_page(invoice: Invoice) -> str:
    """Return the address of a page on which what is due on the invoice is paid; nothing is stored.

    The payment is written down when the provider tells of it. Raises Invalid, all on ``base``:
    ``no_linked_payment_provider``, ``invalid_payment_provider``, ``missing_payment_provider_customer``,
    ``invalid_invoice_status_or_payment_status``, ``provider_error``.
    """
    tie = _tie(invoice.customer)
    if not is_collectable(invoice):
        raise _refusal("invalid_invoice_status_or_payment_status", "This invoice is not due.")
    order = Order(
        key=f"page-{invoice.pk}",
        amount_cents=invoice.total_due_amount_cents,
        currency=invoice.currency,
        provider_customer_id=tie.provider_customer_id or "",
        method_kinds=tuple(tie.provider_payment_methods),
        description=f"Invoice {invoice.number}",
        facts={
            "lago_customer_id": str(invoice.customer_id),
            "lago_invoice_id": str(invoice.pk),
            "lago_payable_id": str(invoice.pk),
            "lago_payable_type": "Invoice",
            "invoice_issuing_date": invoice.issuing_date.isoformat(),
            "invoice_type": invoice.invoice_type,
        },
    )
    try:
        return connect(tie.provider).payment_url(order, return_url=_afterwards(tie))
    except (Rejected, Unreachable) as error:
        raise _refusal("provider_error", str(error)) from error


def open_setup_page(customer: Customer) -> str:
    """Return the address of a page on which the customer leaves a means of payment; nothing is stored.

    Raises Invalid as `open_payment_page` does.
    """
    tie = _tie(customer)
    order = Order(
        key=f"setup-{tie.pk}",
        amount_cents=0,
        currency=customer.currency or "",
        provider_customer_id=tie.provider_customer_id or "",
        method_kinds=tuple(tie.provider_payment_methods),
        facts={"lago_customer_id": str(customer.pk)},
    )
    try:
        return connect(tie.provider).setup_url(order, return_url=_afterwards(tie))
    except (Rejected, Unreachable) as error:
        raise _refusal("provider_error", str(error)) from error


def _tie(customer: Customer) -> CustomerProvider:
    tie = (
        CustomerProvider.objects.select_related("provider")
        .filter(customer=customer, provider__deleted_at=None)
        .first()
    )
    if tie is None:
        raise _refusal("no_linked_payment_provider", "The customer has no payment provider.")
    if not tie.provider.moves_money:
        raise _refusal("invalid_payment_provider", "That provider has no payment pages.")
    if not tie.provider_customer_id:
        raise _refusal(
            "missing_payment_provider_customer", "The provider does not know the customer yet."
        )
    return tie


def _afterwards(tie: CustomerProvider) -> str:
    return str(tie.provider.settings.get("success_redirect_url") or AFTERWARDS)


def _refusal(code: str, message: str) -> DomainError:
    return Invalid({"base": [code]}, message)
