"""What went back by the way of providers, as a credit note's page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from invoices.lifecycle import RefundStatus
from invoices.models import CreditNote
from payments.lifecycle import RefundState
from payments.models import Refund
from payments.operations.refunding import UNREACHABLE
from payments.reads.pages import TONES


@dataclass(frozen=True)
class RefundLine:
    """A refund with what its badge says, and why it has not arrived."""

    row: Refund
    label: str
    tone: str
    detail: str

    @property
    def next_attempt_at(self) -> datetime | None:
        """When the provider is asked again, or None."""
        is_waiting = self.row.status == RefundState.PENDING and self.row.attempts
        return self.row.next_attempt_at if is_waiting else None


def refunds_of_note(note: CreditNote) -> list[RefundLine]:
    """Return a note's refunds by providers; one query, none for a note that refunds nothing."""
    if not note.refund_status:
        return []
    rows = Refund.objects.filter(credit_note=note).select_related("payment__provider")
    return [_line(row) for row in rows.order_by("created_at", "pk")]


def _line(row: Refund) -> RefundLine:
    label = str(RefundState(row.status).label)
    return RefundLine(row, label, TONES[row.status], _why(row))


def _why(row: Refund) -> str:
    if row.status == RefundState.PENDING:
        told = ngettext("No answer to %(count)d try", "No answer to %(count)d tries", row.attempts)
        return told % {"count": row.attempts} if row.attempts else ""
    if row.status != RefundState.FAILED:
        return ""
    if row.error_code == UNREACHABLE:
        return _("The provider never answered.")
    return row.error_message or row.error_code


def may_be_retried(note: CreditNote, refunds: Iterable[RefundLine]) -> bool:
    """Say whether a provider's refund of the note has failed for good."""
    return note.refund_status == RefundStatus.FAILED and any(one.row.has_failed for one in refunds)
