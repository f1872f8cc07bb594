"""The notes of the organization on a customer: at most five."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from billing.errors import Invalid, Sentence
from customers.models import Customer, CustomerMetadata
from persistence.columns import assign, check
from persistence.saving import save_valid

MOST = 5
COLUMNS = ("key", "value", "display_in_invoice")
Item = Mapping[str, Any]


def put(customer: Customer, items: Sequence[Item] | None, *, at: datetime) -> None:
    """Make `items` ([{id, key, value, display_in_invoice}]) the metadata of a locked customer.

    Items are matched by `id`; those without one are new; rows that no item names are removed. Raises Invalid
    (`metadata`: invalid_count, value_already_exist, value_is_too_long, value_is_mandatory).
    """
    items = items or []
    if len(items) > MOST:
        raise Invalid(
            {"metadata": ["invalid_count"]},
            Sentence("A customer has at most {most} notes.", most=MOST),
        )
    kept = {str(row.pk): row for row in customer.metadata.all()}
    rows = [_read(customer, kept.get(str(item.get("id"))), item, at=at) for item in items]
    keys = [row.key for row in rows]
    if len(set(keys)) < len(keys):
        raise Invalid({"metadata": ["value_already_exist"]}, "Two notes have the same key.")
    customer.metadata.exclude(pk__in=[row.pk for row in rows]).delete()
    _store(rows, kept)


def described(customer: Customer) -> dict[str, dict[str, Any]]:
    """Return the metadata as the journal keeps them."""
    rows = customer.metadata.order_by("created_at", "pk")
    return {
        row.key: {"value": row.value, "display_in_invoice": row.display_in_invoice} for row in rows
    }


def _read(
    customer: Customer, row: CustomerMetadata | None, item: Item, *, at: datetime
) -> CustomerMetadata:
    if row is None:
        row = CustomerMetadata(
            organization=customer.organization, customer=customer, created_at=at, updated_at=at
        )
    assign(row, item, COLUMNS)
    try:
        check(row, COLUMNS)
    except Invalid as refusal:
        codes = [code for codes in refusal.errors.values() for code in codes]
        raise Invalid({"metadata": list(dict.fromkeys(codes))}, refusal.message) from refusal
    row.updated_at = at
    return row


def _store(rows: Sequence[CustomerMetadata], kept: Mapping[str, CustomerMetadata]) -> None:
    """Save rows, first moving changed keys out of the way so that two may be swapped."""
    for row in rows:
        if str(row.pk) in kept:
            CustomerMetadata.objects.filter(pk=row.pk).update(key=str(row.pk)[-20:])
    for row in rows:
        save_valid(row)
