"""What a webhook says: the API's own object of the thing that something happened to.

The shapes are those of the API and lie above the domain, so they are named here and looked up when first needed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

from activity.models import OutboxMessage


class NoShape(LookupError):
    """Nothing says how this object is shown: a webhook was announced that cannot be written."""


@dataclass(frozen=True)
class Shape:
    """How an object is shown: ``model`` is loaded through `load`, written by `show`, both ``module:function``."""

    model: str
    show: str
    load: str = ""
    is_list: bool = False
    """`show` takes a list of rows, and returns one."""
    more: Mapping[str, str] | None = None
    """Members that the API's object lacks: name of the relation to the function that writes it."""


SHAPES = {
    "billable_metric": Shape("catalog.BillableMetric", "catalog.schemas:metric_out"),
    "credit_note": Shape("invoices.CreditNote", "invoices.schemas.credit_notes:credit_note_out"),
    "customer": Shape("customers.Customer", "customers.schemas:customer_out"),
    "fee": Shape("invoices.Fee", "invoices.schemas.fees:fee_out"),
    "invoice": Shape("invoices.Invoice", "invoices.schemas.invoices:invoice_detail_out"),
    "payment": Shape("payments.Payment", "payments.schemas:payment_out"),
    "payment_receipt": Shape("payments.PaymentReceipt", "payments.schemas:payment_receipt_out"),
    "payment_request": Shape("payments.PaymentRequest", "payments.schemas:payment_request_out"),
    "plan": Shape("catalog.Plan", "catalog.schemas:plan_out"),
    "subscription": Shape(
        "subscriptions.Subscription",
        "subscriptions.schemas:subscription_out",
        more={
            "plan": "catalog.schemas:plan_out",
            "customer": "customers.schemas:customer_base_out",
        },
    ),
    "wallet": Shape("wallets.Wallet", "wallets.schemas:wallet_out"),
    "wallet_transaction": Shape(
        "wallets.WalletTransaction",
        "wallets.schemas:transactions_out",
        load="wallets.schemas:with_ties",
        is_list=True,
    ),
}
# Events whose object is not the one that they happened to; the announcement brings what it says.
RENAMED = {
    "invoice.payment_failure": "payment_provider_invoice_payment_error",
    "invoice.payment_dispute_lost": "payment_dispute_lost",
    "payment_request.payment_failure": "payment_provider_payment_request_payment_error",
    "wallet_transaction.payment_failure": "payment_provider_wallet_transaction_payment_error",
    "payment_provider.error": "payment_provider_error",
    "customer.payment_provider_error": "payment_provider_customer_error",
    "event.error": "event_error",
    "events.errors": "events_errors",
    "alert.triggered": "triggered_alert",
    "dunning_campaign.finished": "dunning_campaign",
}


def payload_of(message: OutboxMessage) -> bytes:
    """Return the JSON text of the webhook about `message`; raises NoShape when nobody can write it."""
    name = RENAMED.get(message.kind, message.object_type)
    body = {
        "webhook_type": message.kind,
        "object_type": name,
        "organization_id": str(message.organization_id),
        name: _object(message),
    }
    text = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _object(message: OutboxMessage) -> dict[str, Any]:
    """Write the object; what the announcement brought stands beside or in place of it."""
    told: dict[str, Any] = message.payload or {}
    if message.kind in RENAMED:
        return _error(message) | told
    return shown(message.object_type, message.object_id) | told


def _error(message: OutboxMessage) -> dict[str, Any]:
    """Write what an error happened to, as far as it is an object of ours."""
    if message.kind == "dunning_campaign.finished":  # it happened to a customer
        return {"external_customer_id": _row(SHAPES["customer"], message.object_id).external_id}
    if message.object_type not in SHAPES:
        return {}
    row = _row(SHAPES[message.object_type], message.object_id)
    if message.kind == "invoice.payment_dispute_lost":
        return {"invoice": shown("invoice", row.pk)}
    customer = getattr(row, "customer", None)
    about: dict[str, Any] = {f"lago_{message.object_type}_id": str(row.pk)}
    if customer is not None:
        about["lago_customer_id"] = str(customer.pk)
        about["external_customer_id"] = customer.external_id
    return about


def shown(object_type: str, pk: Any) -> dict[str, Any]:
    """Return the API's object of that type and id; raises NoShape for a type that has none."""
    shape = SHAPES.get(object_type)
    if shape is None:
        raise NoShape(f"No shape is known for {object_type}.")
    row, show = _row(shape, pk), found(shape.show)
    written = dict(show([row])[0] if shape.is_list else show(row))
    for name, path in (shape.more or {}).items():
        written[name] = found(path)(getattr(row, name))
    return written


def _row(shape: Shape, pk: Any) -> Any:
    rows = apps.get_model(shape.model)._base_manager.all()
    if shape.load:
        rows = found(shape.load)(rows)
    return rows.get(pk=pk)


@cache
def found(path: str) -> Callable[..., Any]:
    """Return the function named ``module:function``; raises NoShape when it is not there."""
    module, _, name = path.partition(":")
    try:
        function: Callable[..., Any] = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise NoShape(f"There is no {path} to write a webhook with.") from error
    return function
