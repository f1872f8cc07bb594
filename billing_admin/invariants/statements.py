"""What an invariant is: a sentence, and a statement in SQL that finds what breaks it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """A sentence that holds, and the statement that finds what breaks it: (id, what is wrong).

    `table` is where the ids are from; its rows belong to an organization.
    """

    sentence: str
    table: str
    sql: str


@dataclass(frozen=True)
class Breach:
    """A row that breaks an invariant."""

    sentence: str
    row: str
    what: str


def sum_of_parts(sentence: str, column: str, parts: str, *, only: str = "true") -> Invariant:
    """An amount of an invoice that is the sum of rows: `parts` gives (invoice_id, amount)."""
    return Invariant(
        sentence,
        "invoices_invoice",
        f"""
        SELECT invoice.id, format('%%s instead of %%s', invoice.{column}, coalesce(parts.amount, 0))
        FROM invoices_invoice AS invoice
        LEFT JOIN (SELECT invoice_id, sum(amount) AS amount FROM ({parts}) AS part (invoice_id, amount)
                   GROUP BY invoice_id) AS parts ON parts.invoice_id = invoice.id
        WHERE {only} AND invoice.{column} <> coalesce(parts.amount, 0)
        """,
    )
