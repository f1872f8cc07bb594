"""Entries of the journal as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.models import JournalEntry
from console import formats, vocabulary
from coupons.models import AppliedCoupon
from wallets.models.transaction import TransactionKind

Told = dict[str, Any]
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
    "drafted": "warn", "overdue": "bad", "settled": "ok",
}  # fmt: skip
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
SENTENCES = {
    "customer.created": gettext_lazy("Customer created"),
    "customer.updated": gettext_lazy("Customer changed"),
    "customer.deleted": gettext_lazy("Customer deleted"),
    "customer.payment_provider_set": gettext_lazy("Payment provider set"),
    "customer.payment_provider_removed": gettext_lazy("Payment provider removed"),
    "subscription.created": gettext_lazy("Subscription %s added"),
    "subscription.started": gettext_lazy("Subscription %s began"),
    "subscription.updated": gettext_lazy("Subscription %s changed"),
    "subscription.terminated": gettext_lazy("Subscription %s ended"),
    "subscription.canceled": gettext_lazy("Subscription %s canceled"),
    "subscription.trial_ended": gettext_lazy("Trial of %s ended"),
    "invoice.drafted": gettext_lazy("Draft invoice made"),
    "invoice.refreshed": gettext_lazy("Draft invoice computed anew"),
    "invoice.finalized": gettext_lazy("Invoice %s issued"),
    "invoice.closed": gettext_lazy("Nothing was left to bill"),
    "invoice.voided": gettext_lazy("Invoice %s voided"),
    "invoice.regenerated": gettext_lazy("Invoice %s regenerated"),
    "fee.adjusted": gettext_lazy("Line adjusted: %s"),
    "fee.adjustment_undone": gettext_lazy("Adjustment undone: %s"),
    "invoice.overdue": gettext_lazy("Invoice %s is overdue"),
    "credit_note.issued": gettext_lazy("Credit note %s issued"),
    "credit_note.finalized": gettext_lazy("Credit note %s finalized"),
    "credit_note.voided": gettext_lazy("Credit note %s voided"),
    "applied_coupon.created": gettext_lazy("Coupon %s applied"),
    "applied_coupon.used": gettext_lazy("Coupon %s used"),
    "applied_coupon.terminated": gettext_lazy("Coupon %s ended"),
    "wallet.created": gettext_lazy("Wallet %s opened"),
    "wallet.updated": gettext_lazy("Wallet %s changed"),
    "wallet.terminated": gettext_lazy("Wallet %s ended"),
    "wallet_transaction.created": gettext_lazy("Credits: %s"),
    "wallet_transaction.settled": gettext_lazy("Credits settled: %s"),
    "wallet_transaction.failed": gettext_lazy("Credits failed: %s"),
    "payment.recorded": gettext_lazy("Payment %s recorded"),
}
UNTOLD = frozenset({"updated_at", "created_at", "id", "organization_id", "customer_id"})
MOST_CHANGES = 12


def told(entries: Iterable[JournalEntry]) -> list[Told]:
    """Return entries in words; 1 query for the names of coupons, if there are any."""
    entries = list(entries)
    coupons = _coupons(entries)
    return [_told(entry, coupons) for entry in entries]


def _coupons(entries: Iterable[JournalEntry]) -> dict[UUID, str]:
    ids = [one.object_id for one in entries if one.object_type == "applied_coupon"]
    if not ids:
        return {}
    rows = AppliedCoupon.objects.filter(pk__in=ids)
    return dict(rows.values_list("pk", "coupon__name"))


def _told(entry: JournalEntry, coupons: Mapping[UUID, str]) -> Told:
    verb = entry.action.partition(".")[2]
    after = entry.after or {}
    is_machine = entry.actor_label in vocabulary.ACTORS
    source = "" if is_machine else vocabulary.source(entry.source)
    return {
        "title": sentence(entry, coupons),
        "at": entry.at,
        "actor": vocabulary.actor(entry.actor_label),
        "detail": " · ".join(part for part in (amount(after), source, entry.reason) if part),
        "amount": amount(after),
        "url": page_of(entry.object_type, entry.object_id),
        "icon": ICONS.get(entry.object_type, "history"),
        "tone": TONES.get(verb, ""),
        "changes": _changes(entry) if verb == "updated" else [],
    }


def sentence(entry: JournalEntry, coupons: Mapping[UUID, str]) -> str:
    """Write what an entry says happened."""
    words = SENTENCES.get(entry.action)
    if words is not None:
        said = str(words)
        return said % _subject(entry, coupons) if "%s" in said else said
    kind = entry.action.partition(".")[0]
    name = NAMES.get(kind) or vocabulary.thing(kind)
    deed = vocabulary.deed(entry.action)
    facts = {"thing": name, "name": entry.object_label, "deed": deed}
    return _("%(thing)s %(name)s: %(deed)s") % facts


def _subject(entry: JournalEntry, coupons: Mapping[UUID, str]) -> str:
    """Return what an entry is about: coupons by name, credits by number and kind, the rest by its label."""
    after = entry.after or {}
    if entry.object_type == "applied_coupon":
        return coupons.get(entry.object_id, "")
    if entry.object_type != "wallet_transaction" or "credit_amount" not in after:
        return entry.object_label
    credits = formats.units(Decimal(after["credit_amount"]).normalize())
    return f"{credits} {TransactionKind(after['kind']).label.lower()}"


def amount(after: Mapping[str, Any]) -> str:
    """Write what a document comes to; nothing for what has no amount."""
    cents, currency = after.get("total_amount_cents"), after.get("currency")
    return formats.money(cents, currency) if cents is not None and currency else ""


def page_of(kind: str, pk: Any) -> str:
    """Return the address of the thing that an entry is about, if it has a page."""
    return reverse(PAGES[kind], args=[pk]) if kind in PAGES else ""


def _changes(entry: JournalEntry) -> list[tuple[str, str, str]]:
    before, after = entry.before or {}, entry.after or {}
    return [
        (vocabulary.field(key), _shown(before.get(key)), _shown(value))
        for key, value in after.items()
        if key not in UNTOLD
    ][:MOST_CHANGES]


def _shown(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)
