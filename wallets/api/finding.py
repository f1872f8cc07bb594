"""Finding and showing wallets for the endpoints."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse

from api.envelopes import answer, list_out, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from billing.errors import Invalid
from customers.models import Customer
from wallets import operations
from wallets.models import Wallet
from wallets.schemas import WalletIn, WalletOut, wallet_out, with_parts
from workflows.open_wallet import open_wallet

ONE = root_out("wallet", WalletOut)
MANY = list_out("wallets", WalletOut)


def find_customer(request: ApiRequest, external_id: str | None) -> Customer:
    """Return a customer that is not deleted; raises NotFound."""
    kept = Customer.objects.of(request.organization).kept()
    return find(kept, "customer", external_id=external_id or "")


def find_wallet(request: ApiRequest, lago_id: str) -> Wallet:
    """Return a wallet, also one of a deleted customer; raises NotFound."""
    return find(Wallet.objects.of(request.organization), "wallet", pk=lago_id)


def opened(request: ApiRequest, customer: Customer, asked: WalletIn) -> HttpResponse:
    """Open the wallet that is asked for and show it."""
    wallet = open_wallet(
        customer,
        columns=asked.opening_columns(),
        scope=asked.scope(),
        recurring=asked.rules() or (),
        moves=asked.moves(),
        actor=request.actor,
        at=request.at,
    )
    return answered(wallet)


def changed(request: ApiRequest, wallet: Wallet, asked: WalletIn) -> HttpResponse:
    """Change the wallet as asked and show it."""
    wallet = operations.update(
        wallet,
        columns=asked.changed_columns(),
        scope=asked.scope(),
        recurring=asked.rules(),
        actor=request.actor,
        at=request.at,
    )
    return answered(wallet)


def ended(request: ApiRequest, wallet: Wallet) -> HttpResponse:
    """Terminate the wallet and show it."""
    return answered(operations.terminate(wallet, actor=request.actor, at=request.at))


def answered(wallet: Wallet) -> HttpResponse:
    """Show one wallet as it stands."""
    rows: QuerySet[Wallet] = Wallet.objects.filter(pk=wallet.pk)
    return answer("wallet", wallet_out(with_parts(rows).get()))


def listed(request: ApiRequest, rows: QuerySet[Wallet], currency: str | None) -> HttpResponse:
    """Show wallets, newest first."""
    if currency is not None:
        rows = rows.filter(currency=currency)
    return paged(request, "wallets", with_parts(rows).order_by("-created_at", "-pk"), wallet_out)


def unknown_wallet() -> Invalid:
    """Return the refusal of a wallet that a body names and that does not exist."""
    return Invalid({"wallet_id": ["wallet_not_found"]}, "This wallet does not exist.")


def unknown_customer() -> Invalid:
    """Return the refusal of a customer that a body names and that does not exist."""
    return Invalid({"customer": ["customer_not_found"]}, "This customer does not exist.")
