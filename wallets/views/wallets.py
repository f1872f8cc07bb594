"""A wallet: open, see, edit, terminate; and a customer's wallets."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import once
from organizations import clock
from wallets import operations, reads
from wallets.forms import EditWalletForm, OpenWalletForm, initial_of
from wallets.models import Wallet
from wallets.reads import wording
from wallets.views.finding import (
    crumbs_of,
    crumbs_to,
    customer_url,
    find_customer,
    find_wallet,
    url,
)
from workflows.open_wallet import open_wallet


@operator_view()
def of_customer(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Show a customer's wallets."""
    customer = find_customer(request, customer_id)
    wallets = reads.wallets_of(customer)
    context = {
        "customer": customer,
        "wallets": wallets,
        "has_room": reads.has_room(wallets),
        "crumbs": crumbs_of(customer),
    }
    return page_or_fragment(request, "wallets/of_customer.html", context)


@operator_view("wallets")
@once
def create(request: OperatorRequest, customer_id: uuid.UUID) -> HttpResponse:
    """Open a wallet for a customer, with its first credits."""
    customer = find_customer(request, customer_id)
    form = OpenWalletForm(request.POST or None, customer=customer)
    wallet = request.method == "POST" and submit(
        form,
        lambda data: open_wallet(
            customer,
            columns=form.opening_columns(),
            scope=form.scope(),
            recurring=form.recurring(),
            moves=form.moves(),
            actor=request.actor,
            at=clock.now(request.organization),
        ),
    )
    if wallet:
        message = _("Wallet %(wallet)s is opened for %(customer)s.")
        names = {"wallet": wallet, "customer": customer}
        return done(request, message % names, to=url("detail", wallet))
    title = _("Add wallet & credits")
    context = {"form": form, "title": title, "label": title, "customer": customer}
    context |= {"cancel_url": customer_url("of_customer", customer)}
    return _form(request, context | {"crumbs": crumbs_of(customer, (title, ""))})


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a wallet with its ledger."""
    wallet = find_wallet(request, pk)
    listing = reads.ledger(request, wallet)
    if listing.wants_export:
        head = ["created", "kind", "source", "status", "credits", "amount_cents", "name"]
        return csv_answer("ledger", head, (_line(row) for row in listing.matching.iterator()))
    rule = reads.rule_of(wallet)
    context = {
        "wallet": wallet,
        "worth": wording.worth(wallet),
        "fee_labels": reads.fee_labels(wallet),
        "listing": listing,
        "movements": reads.movements(listing.rows),
        "figures": reads.key_figures(wallet),
        "chart": reads.balance_chart(wallet),
        "rule": rule and {"row": rule, "when": wording.when(rule), "what": wording.how_much(rule)},
        "actions": _actions(wallet),
        "crumbs": crumbs_to(wallet),
    }
    return page_or_fragment(
        request, "wallets/detail.html", context, fragment="wallets/_ledger.html"
    )


def _line(row: Any) -> list[Any]:
    names = ("created_at", "kind", "source", "status", "credit_amount", "amount_cents", "name")
    return [getattr(row, name) for name in names]


def _actions(wallet: Wallet) -> list[dict[str, Any]]:
    ended = "" if wallet.is_active else _("It has been terminated.")
    empty = "" if wallet.credits_balance > 0 else _("It holds no credits.")
    rows = [
        ("top_up", _("Top up credits"), "coins", ended),
        ("void", _("Void credits"), "minus", ended or empty),
        ("update", _("Edit wallet"), "pencil", ended),
        ("terminate", _("Terminate wallet"), "ban", ended),
    ]
    return [
        {
            "label": label,
            "url": url(name, wallet),
            "icon": icon,
            "reason": reason,
            "dialog": name != "update",
            "is_danger": name == "terminate",
            "separator": name in ("update", "terminate"),
            "key": "e" if name == "update" else "",
        }
        for name, label, icon, reason in rows
    ]


@operator_view("wallets")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit a wallet and its recurring top-up."""
    wallet = find_wallet(request, pk)
    rule = reads.rule_of(wallet)
    form = EditWalletForm(
        request.POST or None,
        customer=wallet.customer,
        wallet=wallet,
        initial=initial_of(wallet, rule),
    )
    changed = request.method == "POST" and submit(
        form,
        lambda data: operations.update(
            wallet,
            columns=form.columns(),
            scope=form.scope(),
            recurring=form.recurring(rule),
            actor=request.actor,
            at=clock.now(request.organization),
        ),
    )
    if changed:
        message = _("Wallet %(wallet)s is saved.") % {"wallet": changed}
        return done(request, message, to=url("detail", wallet))
    title = _("Edit %(wallet)s") % {"wallet": wallet}
    context = {"form": form, "title": title, "label": _("Save wallet"), "customer": wallet.customer}
    context |= {"cancel_url": url("detail", wallet)}
    return _form(request, context | {"crumbs": crumbs_to(wallet, (_("Edit"), ""))})


@operator_view("wallets")
@once
def terminate(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and end a wallet; its remaining credits are voided."""
    wallet = find_wallet(request, pk)
    if request.method == "POST":
        operations.terminate(wallet, actor=request.actor, at=clock.now(request.organization))
        message = _("Wallet %(wallet)s is terminated.") % {"wallet": wallet}
        return done(request, message, to=url("detail", wallet))
    context = {
        "title": _("Terminate %(wallet)s?") % {"wallet": wallet},
        "text": _("This happens at once and cannot be undone:"),
        "effects": reads.end_effects(wallet, reads.rule_of(wallet)),
        "action": url("terminate", wallet),
        "submit_label": _("Terminate wallet"),
        "danger": True,
        "cancel_url": url("detail", wallet),
        "crumbs": crumbs_to(wallet, (_("Terminate"), "")),
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _form(request: OperatorRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page_or_fragment(request, "wallets/form.html", context, status=status)
