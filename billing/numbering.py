"""How slugs and document numbers are written. Which number comes next, the database knows.

Source: docs/billing-policy.md, section "Numbers".
"""

from __future__ import annotations

from datetime import date


def document_prefix(name: str, identity: str) -> str:
    """Return the prefix of an organization's documents: three letters (of ORG if it has none), four of the identity."""
    letters = "".join(char for char in name if char.isalnum())[:3] or "ORG"
    return f"{letters}-{identity[-4:]}".upper()


def customer_slug(prefix: str, customer_number: int) -> str:
    """Return a customer's slug, e.g. ``ACM-1F3D-007``."""
    return f"{prefix}-{customer_number:03d}"


def draft_number(prefix: str) -> str:
    """Return what stands for the number of an invoice that is not finalized."""
    return f"{prefix}-DRAFT"


def number_per_customer(prefix: str, customer_number: int, invoice_number: int) -> str:
    """Return an invoice number that counts each customer's invoices, e.g. ``ACM-1F3D-007-012``."""
    return f"{customer_slug(prefix, customer_number)}-{invoice_number:03d}"


def number_per_organization(prefix: str, day: date, invoice_number: int) -> str:
    """Return an invoice number that counts all invoices, e.g. ``ACM-1F3D-202310-112``.

    `day` is today in the organization's timezone; the count never starts anew.
    """
    return f"{prefix}-{day.year:04d}{day.month:02d}-{invoice_number:03d}"


def credit_note_number(invoice_number: str, note_number: int) -> str:
    """Return the number of an invoice's credit note, e.g. ``ACM-1F3D-007-012-CN001``."""
    return f"{invoice_number}-CN{note_number:03d}"
