"""Endpoints of the transactions of wallets."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.parsing import bracketed
from api.requests import ApiRequest
from billing.errors import NotFound
from wallets.api.finding import find_wallet, unknown_wallet
from wallets.models import (
    TransactionKind,
    TransactionStatus,
    TransactionType,
    WalletTransaction,
)
from wallets.schemas import (
    ShareOut,
    TransactionIn,
    TransactionOut,
    consumptions_out,
    fundings_out,
    transactions_out,
    with_ties,
)
from workflows.move_credits import move_credits

router = Router()
Body = root_in("wallet_transaction", TransactionIn)
MANY = list_out("wallet_transactions", TransactionOut)
CHOICES = {
    "status": ("status", TransactionStatus.values),
    "transaction_status": ("kind", TransactionKind.values),
    "transaction_type": ("transaction_type", TransactionType.values),
}


@router.post(
    "/wallet_transactions", response=list_out("wallet_transactions", TransactionOut, has_meta=False)
)
def create(request: ApiRequest, body: Body) -> HttpResponse:
    """Buy, grant or void credits; answers with a list, one transaction a kind."""
    asked: TransactionIn = body.wallet_transaction
    try:
        wallet = find_wallet(request, asked.wallet_id or "")
    except NotFound as error:
        raise unknown_wallet() from error
    moved = move_credits(wallet, moves=asked.moves(), actor=request.actor, at=request.at)
    rows: QuerySet[WalletTransaction] = WalletTransaction.objects.filter(
        pk__in=[row.pk for row in moved]
    )
    shown = transactions_out(with_ties(rows).order_by("created_at", "pk"))
    return answer("wallet_transactions", shown)


@router.get("/wallets/{lago_id}/wallet_transactions", response=MANY)
def list_all(request: ApiRequest, lago_id: str) -> HttpResponse:
    """List the transactions of a wallet, newest first."""
    rows = WalletTransaction.objects.filter(wallet=find_wallet(request, lago_id))
    for name, (column, choices) in CHOICES.items():
        value = request.GET.get(name)
        if value in choices:
            rows = rows.filter(**{column: value})
    for key, value in bracketed(request, "metadata").items():
        rows = rows.filter(metadata__contains=[{"key": key, "value": value}])
    ordered = with_ties(rows).order_by("-created_at", "-pk")
    return paged(request, "wallet_transactions", ordered, shape_all=transactions_out)


@router.get(
    "/wallet_transactions/{lago_id}", response=root_out("wallet_transaction", TransactionOut)
)
def get(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return one transaction."""
    row = find(with_ties(_rows(request)), "wallet_transaction", pk=lago_id)
    return answer("wallet_transaction", transactions_out([row])[0])


@router.get(
    "/wallet_transactions/{lago_id}/fundings",
    response=list_out("wallet_transaction_fundings", ShareOut),
)
def list_fundings(request: ApiRequest, lago_id: str) -> HttpResponse:
    """List the top-ups from which an outbound transaction was paid."""
    rows = _find(request, lago_id).fundings.order_by("created_at", "pk")
    return paged(request, "wallet_transaction_fundings", rows, shape_all=fundings_out)


@router.get(
    "/wallet_transactions/{lago_id}/consumptions",
    response=list_out("wallet_transaction_consumptions", ShareOut),
)
def list_consumptions(request: ApiRequest, lago_id: str) -> HttpResponse:
    """List the transactions that a top-up has paid."""
    rows = _find(request, lago_id).consumptions.order_by("created_at", "pk")
    return paged(request, "wallet_transaction_consumptions", rows, shape_all=consumptions_out)


def _find(request: ApiRequest, lago_id: str) -> WalletTransaction:
    return find(_rows(request), "wallet_transaction", pk=lago_id)


def _rows(request: ApiRequest) -> QuerySet[WalletTransaction]:
    return WalletTransaction.objects.of(request.organization)
