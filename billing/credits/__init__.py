"""Credit notes: what they are worth, what may be credited, and how they pay invoices.

Source: docs/billing-policy.md, section "Credit notes".
"""

from billing.credits.amounts import ItemAmounts, NoteAmounts, Worth, weigh
from billing.credits.caps import Caps, Estimate, caps, estimate
from billing.credits.composing import (
    check_voidable,
    compose_credit_note,
    compose_excess_note,
    compose_void_notes,
    credit_in_full,
    rescaled,
)
from billing.credits.consumption import Credited, NoteBalance, NoteGrant, consume, share_on_fees
from billing.credits.facts import EarlierNote, FeeFacts, InvoiceFacts, NoteItem
from billing.credits.termination import TerminationTerms, compose_termination_note

__all__ = [
    "Caps",
    "Credited",
    "EarlierNote",
    "Estimate",
    "FeeFacts",
    "InvoiceFacts",
    "ItemAmounts",
    "NoteAmounts",
    "NoteBalance",
    "NoteGrant",
    "NoteItem",
    "TerminationTerms",
    "Worth",
    "caps",
    "check_voidable",
    "compose_credit_note",
    "compose_excess_note",
    "compose_termination_note",
    "compose_void_notes",
    "consume",
    "credit_in_full",
    "estimate",
    "rescaled",
    "share_on_fees",
    "weigh",
]
