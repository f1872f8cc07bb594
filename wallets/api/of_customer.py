"""Endpoints of a customer's wallets, by their code."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api.envelopes import root_in
from api.requests import ApiRequest
from billing.errors import NotFound
from wallets.api import finding
from wallets.models import Wallet
from wallets.schemas import WalletIn

router = Router()
Body = root_in("wallet", WalletIn)
WALLETS = "/customers/{external_customer_id}/wallets"
WALLET = WALLETS + "/{code}"


@router.get(WALLETS, response=finding.MANY)
def list_all(
    request: ApiRequest, external_customer_id: str, currency: str | None = None
) -> HttpResponse:
    """List a customer's wallets, newest first."""
    customer = finding.find_customer(request, external_customer_id)
    return finding.listed(request, Wallet.objects.filter(customer=customer), currency)


@router.post(WALLETS, response=finding.ONE)
def create(request: ApiRequest, external_customer_id: str, body: Body) -> HttpResponse:
    """Open a wallet for the customer, with its first credits."""
    customer = finding.find_customer(request, external_customer_id)
    return finding.opened(request, customer, body.wallet)


@router.get(WALLET, response=finding.ONE)
def get(request: ApiRequest, external_customer_id: str, code: str) -> HttpResponse:
    """Return the wallet with this code: the active one, else the one that ended last."""
    return finding.answered(_find(request, external_customer_id, code))


@router.put(WALLET, response=finding.ONE)
def update(request: ApiRequest, external_customer_id: str, code: str, body: Body) -> HttpResponse:
    """Change the wallet with this code."""
    return finding.changed(request, _find(request, external_customer_id, code), body.wallet)


@router.delete(WALLET, response=finding.ONE)
def terminate(request: ApiRequest, external_customer_id: str, code: str) -> HttpResponse:
    """Terminate the wallet with this code."""
    return finding.ended(request, _find(request, external_customer_id, code))


def _find(request: ApiRequest, external_customer_id: str, code: str) -> Wallet:
    customer = finding.find_customer(request, external_customer_id)
    rows = Wallet.objects.filter(customer=customer, code=code)
    wallet = rows.order_by("status", "-terminated_at", "-pk").first()
    if wallet is None:
        raise NotFound("wallet")
    return wallet
