"""Credit notes: what they are worth, what may be credited, and how they pay invoices.

Source: docs/billing-policy.md, section "Credit notes".
"""

from billing.credits.consumption import Credited, NoteBalance, NoteGrant, consume, share_on_fees

__all__ = ["Credited", "NoteBalance", "NoteGrant", "consume", "share_on_fees"]
