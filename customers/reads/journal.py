"""A customer's timeline, and the receipt of its deletion, read from the journal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.models import JournalEntry
from console import formats
from console.listing import Column, Filter, Listing
from customers.models import Customer
from wallets.models.transaction import TransactionKind

Entry = dict[str, Any]
PAGES = {
    "subscription": "subscriptions:detail",
    "invoice": "invoices:detail",
    "credit_note": "invoices:credit_note",
    "wallet": "wallets:detail",
    "payment": "payments:detail",
}
ICONS = {
    "customer": "user",
    "subscription": "repeat",
    "invoice": "file-text",
    "credit_note": "receipt-text",
    "applied_coupon": "ticket-percent",
    "wallet": "wallet",
    "wallet_transaction": "coins",
    "payment": "credit-card",
    "payment_request": "send",
    "fee": "tag",
}
TONES = {
    "created": "accent", "started": "ok", "finalized": "ok", "issued": "accent", "recorded": "ok",
    "terminated": "bad", "deleted": "bad", "canceled": "bad", "voided": "bad", "failed": "bad",
    "drafted": "warn",
}  # fmt: skip
UNTOLD = frozenset({"updated_at", "created_at", "id", "organization_id", "customer_id"})
NAMES = {
    "customer": gettext_lazy("Customer"),
    "subscription": gettext_lazy("Subscription"),
    "invoice": gettext_lazy("Invoice"),
    "credit_note": gettext_lazy("Credit note"),
    "applied_coupon": gettext_lazy("Coupon"),
    "wallet": gettext_lazy("Wallet"),
    "wallet_transaction": gettext_lazy("Credits"),
    "payment": gettext_lazy("Payment"),
}
MOST_CHANGES = 12


def of(customer: Customer) -> Any:
    """Return the journal of a customer and of what belongs to it; no query yet."""
    return JournalEntry.objects.of(customer.organization).filter(customer_id=customer.pk)


def latest(customer: Customer, most: int) -> list[Entry]:
    """Return the last entries in words; 1 query."""
    return [told(entry) for entry in of(customer).order_by("-pk")[:most]]


def timeline(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return a page of the timeline; 2 queries."""
    listing = Listing(
        request,
        of(customer),
        name="timeline",
        default="-at",
        columns=[Column("at", _("When"), order=("id",))],
        search=lambda rows, term: (
            rows.filter(action__icontains=term.replace(" ", "_"))
            | rows.filter(object_label__icontains=term)
            | rows.filter(actor_label__icontains=term)
        ),
        filters=[Filter("about", _("About"), list(NAMES.items()), _about)],
    )
    return {"listing": listing, "entries": [told(entry) for entry in listing.rows]}


def _about(rows: Any, value: str) -> Any:
    return rows.filter(object_type=value)


def told(entry: JournalEntry) -> Entry:
    """Return an entry of the journal in words."""
    kind, _dot, verb = entry.action.partition(".")
    label = entry.object_label if kind != "applied_coupon" else ""
    title = _("%(kind)s %(label)s: %(verb)s") % {
        "kind": NAMES.get(kind, kind.replace("_", " ").capitalize()),
        "label": label,
        "verb": verb.replace("_", " "),
    }
    source = "" if entry.source == "console" else entry.source
    return {
        "title": title.replace(" : ", ": "),
        "at": entry.at,
        "actor": entry.actor_label,
        "detail": " · ".join(part for part in (source, entry.reason) if part),
        "url": page_of(entry.object_type, entry.object_id),
        "icon": ICONS.get(kind, "history"),
        "tone": TONES.get(verb, ""),
        "changes": _changes(entry) if verb == "updated" else [],
    }


def _changes(entry: JournalEntry) -> list[tuple[str, Any, Any]]:
    before, after = entry.before or {}, entry.after or {}
    return [
        (key.replace("_", " ").capitalize(), _shown(before.get(key)), _shown(value))
        for key, value in after.items()
        if key not in UNTOLD
    ][:MOST_CHANGES]


def _shown(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def page_of(kind: str, pk: Any) -> str:
    """Return the address of the thing that an entry is about, if it has a page."""
    return reverse(PAGES[kind], args=[pk]) if kind in PAGES else ""


def receipt(customer: Customer) -> dict[str, Any]:
    """Return what a deletion did, thing by thing, with links; 1 query.

    Everything in the journal that bears the moment and the request of the deletion belongs to it.
    """
    entries = list(of(customer).filter(at=customer.deleted_at).order_by("pk"))
    final = next((one for one in entries if one.action == "customer.deleted"), None)
    if final is None:
        return {"lines": [], "by": "", "reason": customer.deletion_reason}
    own = [one for one in entries if one.request_id == final.request_id and one.pk <= final.pk]
    return {
        "lines": list(_lines(own)),
        "by": final.actor_label,
        "source": final.source,
        "reason": final.reason,
    }


DONE = {
    "subscription.terminated": (gettext_lazy("Subscription %s ended"), "circle-minus"),
    "subscription.canceled": (gettext_lazy("Subscription %s canceled"), "ban"),
    "invoice.finalized": (gettext_lazy("Invoice %s issued"), "file-check"),
    "invoice.closed": (gettext_lazy("Nothing was left to bill"), "file-minus"),
    "credit_note.issued": (gettext_lazy("Credit note %s issued"), "receipt-text"),
    "credit_note.finalized": (gettext_lazy("Credit note %s finalized"), "receipt-text"),
    "applied_coupon.terminated": (gettext_lazy("A coupon ended"), "ticket-percent"),
    "wallet.terminated": (gettext_lazy("Wallet %s ended"), "wallet"),
    "wallet_transaction.created": (gettext_lazy("Credits: %s"), "coins"),
}


def _lines(entries: Iterable[JournalEntry]) -> Iterable[Entry]:
    for entry in entries:
        words = DONE.get(entry.action)
        if words is None:
            continue
        label, icon, after = str(words[0]), words[1], entry.after or {}
        yield {
            "label": label % _subject(entry) if "%s" in label else label,
            "icon": icon,
            "url": page_of(entry.object_type, entry.object_id),
            "amount": _amount(after),
        }


def _subject(entry: JournalEntry) -> str:
    """Return what an entry is about: credits by their number and kind, everything else by its label."""
    after = entry.after or {}
    if entry.object_type != "wallet_transaction" or "credit_amount" not in after:
        return entry.object_label
    credits = formats.units(Decimal(after["credit_amount"]).normalize())
    return f"{credits} · {TransactionKind(after['kind']).label}"


def _amount(after: dict[str, Any]) -> str:
    cents, currency = after.get("total_amount_cents"), after.get("currency")
    return formats.money(cents, currency) if cents is not None and currency else ""
