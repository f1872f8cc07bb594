"""Endpoints of wallets by their id."""

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


@router.post("/wallets", response=finding.ONE)
def create(request: ApiRequest, body: Body) -> HttpResponse:
    """Open a wallet for a customer, with its first credits."""
    try:
        customer = finding.find_customer(request, body.wallet.external_customer_id)
    except NotFound as error:
        raise finding.unknown_customer() from error
    return finding.opened(request, customer, body.wallet)


@router.get("/wallets", response=finding.MANY)
def list_all(
    request: ApiRequest, external_customer_id: str | None = None, currency: str | None = None
) -> HttpResponse:
    """List wallets, newest first; those of one customer when it is named."""
    rows = Wallet.objects.of(request.organization)
    if external_customer_id is not None:
        rows = rows.filter(customer=finding.find_customer(request, external_customer_id))
    return finding.listed(request, rows, currency)


@router.get("/wallets/{lago_id}", response=finding.ONE)
def get(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return one wallet, also of a deleted customer."""
    return finding.answered(finding.find_wallet(request, lago_id))


@router.put("/wallets/{lago_id}", response=finding.ONE)
def update(request: ApiRequest, lago_id: str, body: Body) -> HttpResponse:
    """Change a wallet; its currency and the worth of a credit are fixed."""
    return finding.changed(request, finding.find_wallet(request, lago_id), body.wallet)


@router.delete("/wallets/{lago_id}", response=finding.ONE)
def terminate(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Terminate a wallet; its remaining credits are voided."""
    return finding.ended(request, finding.find_wallet(request, lago_id))
