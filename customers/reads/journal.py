"""A customer's timeline, and the receipt of its deletion, read from the journal."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from activity.models import JournalEntry
from console.listing import Column, Filter, Listing
from customers.models import Customer
from customers.reads.sentences import NAMES, told

DONE = frozenset(
    "subscription.terminated subscription.canceled invoice.finalized invoice.closed invoice.drafted"
    " credit_note.issued credit_note.finalized applied_coupon.terminated wallet.terminated"
    " wallet_transaction.created".split()
)


def of(customer: Customer) -> QuerySet[JournalEntry]:
    """Return the journal of a customer and of what belongs to it; no query yet."""
    return JournalEntry.objects.of(customer.organization).filter(customer_id=customer.pk)


def latest(customer: Customer, most: int) -> list[dict[str, Any]]:
    """Return the last entries in words; 2 queries."""
    return told(of(customer).order_by("-pk")[:most])


HEAD = "at action object_type object_id object actor reason before after".split()


def timeline(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Return a page of the timeline; 3 queries."""
    listing = timeline_list(request, customer)
    return {"listing": listing, "entries": told(listing.rows)}


def timeline_list(request: HttpRequest, customer: Customer) -> Listing:
    """Return the entries that the address asks for."""
    return Listing(
        request,
        of(customer),
        name="timeline",
        default="-at",
        columns=[Column("at", _("When"), order=("id",))],
        search=_found,
        filters=[Filter("about", _("About"), list(NAMES.items()), _about)],
        can_export=True,
    )


def line(row: JournalEntry) -> list[Any]:
    """Return an entry as a line of a file, under HEAD."""
    changed = [
        "" if values is None else json.dumps(values, ensure_ascii=False)
        for values in (row.before, row.after)
    ]
    what = [row.at, row.action, row.object_type, row.object_id, row.object_label]
    return [*what, row.actor_label, row.reason, *changed]


def _found(rows: QuerySet[JournalEntry], term: str) -> QuerySet[JournalEntry]:
    return rows.filter(
        Q(action__icontains=term.replace(" ", "_"))
        | Q(object_label__icontains=term)
        | Q(actor_label__icontains=term)
        | Q(reason__icontains=term)
    )


def _about(rows: QuerySet[JournalEntry], value: str) -> QuerySet[JournalEntry]:
    return rows.filter(object_type=value)


def receipt(customer: Customer) -> dict[str, Any]:
    """Return what a deletion did, thing by thing, with links; 2 queries.

    Everything in the journal that bears the moment and the request of the deletion belongs to it.
    """
    entries = list(of(customer).filter(at=customer.deleted_at).order_by("pk"))
    final = next((one for one in entries if one.action == "customer.deleted"), None)
    if final is None:
        return {"lines": [], "by": "", "reason": customer.deletion_reason}
    own = [
        one
        for one in entries
        if one.action in DONE and one.request_id == final.request_id and one.pk <= final.pk
    ]
    final_too = {
        one.object_id for one in own if one.action in ("invoice.finalized", "invoice.closed")
    }
    own = [one for one in own if one.action != "invoice.drafted" or one.object_id not in final_too]
    return {"lines": told(own), "by": final.actor_label, "reason": final.reason}
