"""What must be true of all data at every moment, asked of the database itself.

Each invariant is one statement in SQL, written apart from the code that keeps it, that returns the rows
which break it. Reads only. Amounts are in minor units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

from organizations.models import Organization


@dataclass(frozen=True)
class Invariant:
    """A sentence that holds, and the statement that finds what breaks it: (id, what is wrong)."""

    sentence: str
    sql: str


@dataclass(frozen=True)
class Breach:
    """A row that breaks an invariant."""

    sentence: str
    row: str
    what: str


def _sum_of_parts(sentence: str, column: str, parts: str, *, only: str = "true") -> Invariant:
    """An amount of an invoice that is the sum of rows: `parts` gives (invoice_id, amount)."""
    return Invariant(
        sentence,
        f"""
        SELECT invoice.id, format('%%s instead of %%s', invoice.{column}, coalesce(parts.amount, 0))
        FROM invoices_invoice AS invoice
        LEFT JOIN (SELECT invoice_id, sum(amount) AS amount FROM ({parts}) AS part (invoice_id, amount)
                   GROUP BY invoice_id) AS parts ON parts.invoice_id = invoice.id
        WHERE {only} AND invoice.{column} <> coalesce(parts.amount, 0)
        """,
    )


INVARIANTS = [
    Invariant(
        "A wallet holds what its settled ledger adds up to.",
        """
        SELECT wallet.id, format('%%s instead of %%s', wallet.balance_cents, coalesce(ledger.cents, 0))
        FROM wallets_wallet AS wallet LEFT JOIN (
            SELECT wallet_id,
                   sum(CASE transaction_type WHEN 'inbound' THEN amount_cents ELSE -amount_cents END) AS cents
            FROM wallets_wallettransaction WHERE status = 'settled' GROUP BY wallet_id
        ) AS ledger ON ledger.wallet_id = wallet.id
        WHERE wallet.balance_cents <> coalesce(ledger.cents, 0)
        """,
    ),
    Invariant(
        "No top-up gives more than it brought.",
        """
        SELECT inbound.id, format('gave %%s of %%s', sum(taken.amount_cents), inbound.amount_cents)
        FROM wallets_wallettransaction AS inbound
        JOIN wallets_consumption AS taken ON taken.inbound_id = inbound.id
        GROUP BY inbound.id HAVING sum(taken.amount_cents) > inbound.amount_cents
        """,
    ),
    _sum_of_parts(
        "An invoice asks for what its fees add up to.",
        "fees_amount_cents",
        "SELECT invoice_id, amount_cents FROM invoices_fee WHERE deleted_at IS NULL",
        only="invoice.status IN ('draft', 'finalized', 'voided')",
    ),
    _sum_of_parts(
        "An invoice bears the taxes that it lists.",
        "taxes_amount_cents",
        "SELECT invoice_id, amount_cents FROM invoices_invoicetax",
        only="invoice.status IN ('draft', 'finalized', 'voided')",
    ),
    _sum_of_parts(
        "Coupons take off an invoice what each of them grants.",
        "coupons_amount_cents",
        "SELECT invoice_id, amount_cents FROM invoices_couponcredit",
    ),
    _sum_of_parts(
        "An invoice takes off what progressive invoices have billed.",
        "progressive_billing_credit_amount_cents",
        "SELECT invoice_id, amount_cents FROM invoices_progressivecredit",
    ),
    _sum_of_parts(
        "Credit notes pay of an invoice what each of them gives.",
        "credit_notes_amount_cents",
        "SELECT invoice_id, amount_cents FROM invoices_creditnotecredit",
    ),
    _sum_of_parts(
        "Prepaid credits pay of an invoice what left the wallets for it.",
        "prepaid_credit_amount_cents",
        """
        SELECT tie.invoice_id, spent.amount_cents FROM invoices_prepaidcredit AS tie
        JOIN wallets_wallettransaction AS spent ON spent.id = tie.wallet_transaction_id
        WHERE tie.role = 'spent'
        """,
    ),
    Invariant(
        "A credit note still holds what it has not given.",
        """
        SELECT note.id, format('%%s instead of %%s', note.balance_amount_cents,
                               note.credit_amount_cents - coalesce(given.amount, 0))
        FROM invoices_creditnote AS note LEFT JOIN (
            SELECT credit_note_id, sum(amount_cents) AS amount FROM invoices_creditnotecredit
            WHERE NOT is_returned GROUP BY credit_note_id
        ) AS given ON given.credit_note_id = note.id
        WHERE note.voided_at IS NULL
          AND note.balance_amount_cents <> note.credit_amount_cents - coalesce(given.amount, 0)
        """,
    ),
    Invariant(
        "Final invoices of a customer are numbered without a gap.",
        """
        SELECT customer_id, format('%%s numbers up to %%s', count(*), max(sequential_id))
        FROM invoices_invoice WHERE sequential_id IS NOT NULL
        GROUP BY customer_id HAVING count(*) <> max(sequential_id)
        """,
    ),
    Invariant(
        "A voided invoice has released the periods that it billed.",
        """
        SELECT invoice.id, format('%%s periods', count(*)) FROM invoices_invoice AS invoice
        JOIN invoices_billedperiod AS billed ON billed.invoice_id = invoice.id
        WHERE invoice.status = 'voided' AND NOT billed.is_released GROUP BY invoice.id
        """,
    ),
    Invariant(
        "A deleted customer has nothing that goes on.",
        """
        SELECT customer.id, live.what FROM customers_customer AS customer JOIN (
            SELECT customer_id, 'a subscription' AS what FROM subscriptions_subscription
            WHERE status IN ('active', 'pending')
            UNION ALL SELECT customer_id, 'a coupon' FROM coupons_appliedcoupon WHERE status = 'active'
            UNION ALL SELECT customer_id, 'a wallet' FROM wallets_wallet WHERE status = 'active'
            UNION ALL SELECT customer_id, 'a draft' FROM invoices_invoice WHERE status = 'draft'
        ) AS live ON live.customer_id = customer.id
        WHERE customer.deleted_at IS NOT NULL
        """,
    ),
    Invariant(
        "A fee is in the currency of its invoice.",
        """
        SELECT fee.id, format('%%s on %%s', fee.amount_currency, invoice.currency)
        FROM invoices_fee AS fee JOIN invoices_invoice AS invoice ON invoice.id = fee.invoice_id
        WHERE fee.amount_currency <> invoice.currency
        """,
    ),
]


def tenancy() -> Iterator[Invariant]:
    """One invariant for each foreign key: a row and what it points to are of one organization."""
    ours = [model for model in apps.get_models() if _has_organization(model)]
    for model in ours:
        for field in model._meta.concrete_fields:
            target = field.related_model
            if field.name == "organization" or target not in ours:
                continue
            yield Invariant(
                f"{model._meta.label}.{field.name} stays within its organization.",
                f"""
                SELECT other.{target._meta.pk.column}, 'a row of another organization points to it'
                FROM {model._meta.db_table} AS one
                JOIN {target._meta.db_table} AS other ON other.{target._meta.pk.column} = one.{field.column}
                WHERE other.organization_id <> one.organization_id
                """,
            )


def breaches(invariants: list[Invariant] | None = None) -> Iterator[Breach]:
    """Ask each invariant, and give what breaks it."""
    for invariant in invariants if invariants is not None else [*INVARIANTS, *tenancy()]:
        with connection.cursor() as cursor:
            cursor.execute(invariant.sql, [])
            for row, what in cursor.fetchall():
                yield Breach(invariant.sentence, str(row), str(what))


def _has_organization(model: type[models.Model]) -> bool:
    names = {field.name: field for field in model._meta.concrete_fields}
    found = names.get("organization")
    return found is not None and found.related_model is Organization
