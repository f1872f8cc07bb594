"""Pages of a provider's for paying, and the means of payment that customers have left."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router
from typing_extensions import TypedDict

from api.envelopes import answer, list_out, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from billing.errors import NotFound
from invoices.models import Invoice, PrepaidCredit
from payments.api.finding import customer_of
from payments.models import PaymentMethod
from payments.schemas import PaymentMethodOut, payment_method_out
from wallets.models import WalletTransaction
from workflows.change_payment_method import choose_payment_method, forget_payment_method
from workflows.open_provider_page import open_payment_page, open_setup_page

router = Router(tags=["payments"])


class PaymentPageOut(TypedDict):
    """Where an invoice is paid."""

    lago_customer_id: str
    external_customer_id: str
    payment_provider: str
    lago_invoice_id: str
    payment_url: str


class SetupPageOut(TypedDict):
    """Where a customer leaves a means of payment."""

    lago_customer_id: str
    external_customer_id: str
    payment_provider: str
    checkout_url: str


@router.post(
    "/invoices/{lago_id}/payment_url", response=root_out("invoice_payment_details", PaymentPageOut)
)
def post_invoice_payment_url(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Open a page on which the invoice is paid."""
    rows = Invoice.objects.of(request.organization).visible()
    invoice = find(rows.select_related("customer"), "invoice", pk=lago_id)
    return answer("invoice_payment_details", _payment_page(invoice))


@router.post("/wallet_transactions/{lago_id}/payment_url")
def post_transaction_payment_url(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Open a page on which a purchase of credits is paid."""
    rows = WalletTransaction.objects.of(request.organization)
    transaction = find(rows, "wallet_transaction", pk=lago_id)
    ties = PrepaidCredit.objects.filter(role=PrepaidCredit.Role.PURCHASED)
    tie = ties.select_related("invoice__customer").filter(wallet_transaction=transaction).first()
    if tie is None:
        raise NotFound("wallet_transaction", "Only purchases are paid.")
    page = _payment_page(tie.invoice)
    details = {name: page[name] for name in page if name != "lago_invoice_id"}
    details["lago_wallet_transaction_id"] = str(transaction.pk)
    return answer("wallet_transaction_payment_details", details)


@router.post(
    "/customers/{external_customer_id}/checkout_url", response=root_out("customer", SetupPageOut)
)
def post_checkout_url(request: ApiRequest, external_customer_id: str) -> HttpResponse:
    """Open a page on which the customer leaves a means of payment."""
    customer = customer_of(request, external_customer_id)
    url = open_setup_page(customer)
    page = {
        "lago_customer_id": str(customer.pk),
        "external_customer_id": customer.external_id,
        "payment_provider": customer.customer_provider.provider.kind,
        "checkout_url": url,
    }
    return answer("customer", page)


@router.get(
    "/customers/{external_customer_id}/payment_methods",
    response=list_out("payment_methods", PaymentMethodOut),
)
def list_payment_methods(request: ApiRequest, external_customer_id: str) -> HttpResponse:
    """List the means of payment that a customer has left, the newest first."""
    rows = _methods(request, external_customer_id).order_by("-created_at", "-pk")
    return paged(request, "payment_methods", rows, payment_method_out)


@router.put(
    "/customers/{external_customer_id}/payment_methods/{lago_id}/set_as_default",
    response=root_out("payment_method", PaymentMethodOut),
)
def put_default_payment_method(
    request: ApiRequest, external_customer_id: str, lago_id: str
) -> HttpResponse:
    """Choose the means of payment that invoices are collected with."""
    method = find(_methods(request, external_customer_id), "payment_method", pk=lago_id)
    chosen = choose_payment_method(method, actor=request.actor, at=request.at)
    return answer("payment_method", payment_method_out(chosen))


@router.delete(
    "/customers/{external_customer_id}/payment_methods/{lago_id}",
    response=root_out("payment_method", PaymentMethodOut),
)
def delete_payment_method(
    request: ApiRequest, external_customer_id: str, lago_id: str
) -> HttpResponse:
    """Take a means of payment out of use."""
    method = find(_methods(request, external_customer_id), "payment_method", pk=lago_id)
    forgotten = forget_payment_method(method, actor=request.actor, at=request.at)
    return answer("payment_method", payment_method_out(forgotten))


def _methods(request: ApiRequest, external_customer_id: str):
    customer = customer_of(request, external_customer_id)
    return PaymentMethod.objects.kept().filter(customer=customer).select_related("provider")


def _payment_page(invoice: Invoice) -> PaymentPageOut:
    url = open_payment_page(invoice)
    return {
        "lago_customer_id": str(invoice.customer_id),
        "external_customer_id": invoice.customer.external_id,
        "payment_provider": invoice.customer.customer_provider.provider.kind,
        "lago_invoice_id": str(invoice.pk),
        "payment_url": url,
    }
