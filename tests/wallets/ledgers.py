"""Opening wallets and moving credits in tests, in few words."""

from datetime import timedelta
from decimal import Decimal

from activity.actors import SYSTEM
from tests.factories import AT, CustomerFactory
from wallets import operations
from wallets.models import Wallet
from wallets.operations import TopUp

LATER = AT + timedelta(days=1)


def open_wallet(credits="0", *, customer=None, at=AT, **columns) -> Wallet:
    """Open a wallet in EUR at 1 EUR a credit, with granted credits."""
    recurring, scope = columns.pop("recurring", ()), columns.pop("scope", None)
    wallet = operations.create(
        customer or CustomerFactory(),
        columns={"rate_amount": Decimal(1), "currency": "EUR"} | columns,
        scope=scope,
        recurring=recurring,
        actor=SYSTEM,
        at=at,
    )
    if Decimal(credits):
        grant(wallet, credits, at=at)
    return Wallet.objects.get(pk=wallet.pk)


def grant(wallet, credits, *, at=AT, **note):
    return operations.grant(wallet, top_up=top_up(credits, **note), actor=SYSTEM, at=at)


def purchase(wallet, credits, *, at=AT, ignores_limits=False, **note):
    asked = top_up(credits, ignores_limits=ignores_limits, **note)
    return operations.purchase(wallet, top_up=asked, actor=SYSTEM, at=at)


def void(wallet, credits, *, at=LATER):
    return operations.void(wallet, credits=Decimal(credits), actor=SYSTEM, at=at)


def spend(wallet, amount_cents, *, at=LATER):
    return operations.spend(wallet, amount_cents=amount_cents, actor=SYSTEM, at=at)


def settle(row, *, at=LATER):
    return operations.settle(row, actor=SYSTEM, at=at)


def fail(row, *, at=LATER):
    return operations.fail(row, actor=SYSTEM, at=at)


def terminate(wallet, *, at=LATER):
    return operations.terminate(wallet, actor=SYSTEM, at=at)


def top_up(credits, *, ignores_limits=False, **note) -> TopUp:
    return TopUp(
        credits=Decimal(credits), note=operations.Note(**note), ignores_limits=ignores_limits
    )


def balance(wallet) -> tuple[int, str]:
    """The balance in minor units and in credits, as stored."""
    wallet = Wallet.objects.get(pk=wallet.pk)
    return wallet.balance_cents, f"{wallet.credits_balance.normalize():f}"
