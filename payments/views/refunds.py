"""Have a credit note's refund tried again."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.errors import NotFound
from console import formats
from console.access import OperatorRequest, operator_view
from console.htmx import done, page_or_fragment
from console.views import once
from invoices.models import CreditNote
from invoices.reads import notes
from organizations import clock
from payments.reads.refunds import refunds_of_note
from workflows.retry_refund import retry_refund


@operator_view("credit_notes")
@once
def retry(request: OperatorRequest, note_id: uuid.UUID) -> HttpResponse:
    """Ask, and put what has failed before its providers again."""
    note = notes.find(request.organization, note_id)
    if note is None:
        raise NotFound("credit_note", _("This credit note does not exist."))
    back = reverse("invoices:credit_note", args=[note.pk])
    if request.method == "POST":
        retry_refund(note, actor=request.actor, at=clock.now(request.organization))
        told = _("The refund of %(number)s is tried again.") % {"number": note.number}
        return done(request, told, to=back)
    asked = _("%(provider)s is asked to pay back %(amount)s")
    context = {
        "title": _("Retry the refund of %(number)s?") % {"number": note.number},
        "effects": [
            {"label": asked % {"provider": provider, "amount": amount}, "icon": "undo-2"}
            for provider, amount in _failed(note)
        ],
        "action": reverse("payments:retry_refund", args=[note.pk]),
        "submit_label": _("Retry the refund"),
        "cancel_url": back,
        "crumbs": [(_("Credit notes"), "/credit-notes/"), (note.number, back), (_("Refund"), "")],
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _failed(note: CreditNote) -> list[tuple[str, str]]:
    return [
        (
            getattr(one.row.payment.provider, "name", ""),
            formats.money(one.row.amount_cents, note.currency),
        )
        for one in refunds_of_note(note)
        if one.row.has_failed
    ]
