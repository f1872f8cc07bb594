"""Credits: top up, void, and what they are worth while one types."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from billing.errors import Invalid
from billing.wallets import amount_for
from console import formats
from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import once
from organizations import clock
from wallets.credits import parse_credits
from wallets.forms import TopUpForm, VoidForm
from wallets.models import Wallet, WalletTransaction
from wallets.reads import wording
from wallets.views.finding import crumbs_to, find_wallet, url
from workflows.move_credits import move_credits


@operator_view("wallets")
@once
def top_up(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Buy and grant credits."""
    wallet = find_wallet(request, pk)
    limits = (wallet.paid_top_up_min_amount_cents, wallet.paid_top_up_max_amount_cents)
    initial = {"requires_payment": wallet.invoice_requires_successful_payment}
    form = TopUpForm(request.POST or None, initial=initial, has_limits=any(limits))
    if _moved(request, wallet, form):
        message = _("%(wallet)s is topped up.") % {"wallet": wallet}
        return done(request, message, to=url("detail", wallet))
    title = _("Top up %(wallet)s") % {"wallet": wallet}
    return _ask(request, wallet, form, title, _("Top up credits"), "top_up")


@operator_view("wallets")
@once
def void(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Take credits away."""
    wallet = find_wallet(request, pk)
    form = VoidForm(request.POST or None)
    if _moved(request, wallet, form):
        voided = wording.credits(form.cleaned_data["voided_credits"])
        message = _("%(credits)s of %(wallet)s are voided.")
        names = {"credits": voided, "wallet": wallet}
        return done(request, message % names, to=url("detail", wallet))
    title = _("Void credits of %(wallet)s") % {"wallet": wallet}
    return _ask(request, wallet, form, title, _("Void credits"), "void")


@operator_view()
def worth(request: OperatorRequest) -> HttpResponse:
    """Say what the typed credits are worth; asks nobody, changes nothing."""
    currency = request.GET.get("currency", "")[:3]
    try:
        rate = Decimal(parse_credits(request.GET.get("rate_amount", ""), "rate_amount"))
    except Invalid:
        rate = Decimal(0)
    names = {
        "paid_credits": _("to pay"),
        "granted_credits": _("granted"),
        "voided_credits": _("voided"),
    }
    parts = []
    for name, label in names.items():
        amount = _worth(request.GET.get(name, ""), rate, currency)
        if amount:
            parts.append((amount, label))
    return render(request, "wallets/_worth.html", {"parts": parts})


def _worth(typed: str, rate: Decimal, currency: str) -> str:
    try:
        credits = parse_credits(typed, "credits")
    except Invalid:
        return ""
    if not credits or not rate or len(currency) != 3:
        return ""
    return formats.money(amount_for(credits, rate, currency), currency)


def _moved(
    request: OperatorRequest, wallet: Wallet, form: TopUpForm | VoidForm
) -> list[WalletTransaction] | None:
    """Move the credits of a posted form; None when there is none, or when it was refused."""
    if request.method != "POST":
        return None
    at = clock.now(request.organization)
    return submit(
        form,
        lambda data: move_credits(wallet, moves=form.moves(), actor=request.actor, at=at),
    )


def _ask(
    request: OperatorRequest, wallet: Wallet, form: Any, title: str, label: str, name: str
) -> HttpResponse:
    context = {
        "wallet": wallet,
        "form": form,
        "title": title,
        "label": label,
        "holds": wording.credits(wallet.credits_balance),
        "worth": wording.worth(wallet),
        "is_void": name == "void",
        "action": url(name, wallet),
        "cancel_url": url("detail", wallet),
        "crumbs": crumbs_to(wallet, (label, "")),
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "wallets/move.html", context, status=status)
