"""What may be done with an invoice or a credit note: by its state, and by the role of who asks."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from console.wording import spoken
from invoices.lifecycle import INVOICE, InvoiceStatus
from invoices.models import CreditNote, Invoice
from organizations.models import Membership
from workflows.regenerate_invoice import REFUSALS, refusal

Entry = dict[str, Any]


def invoice_actions(invoice: Invoice, membership: Membership) -> list[Entry]:
    """Return the entries of an invoice's menu. An entry that its state forbids says why; no query, but of a voided one."""
    entries = _of_draft(invoice) if invoice.is_draft else _of_document(invoice)
    return [entry for entry in entries if membership.may(entry.pop("permission"))]


def _of_draft(invoice: Invoice) -> list[Entry]:
    can = INVOICE.allows(invoice.status, InvoiceStatus.FINALIZED)
    return [
        {
            "label": _("Finalize invoice"),
            "url": _url("finalize", invoice),
            "icon": "file-check",
            "dialog": True,
            "reason": "" if can else _("Only a draft can be finalized."),
            "permission": "invoices",
        },
        {
            "label": _("Refresh invoice"),
            "url": _url("refresh", invoice),
            "icon": "refresh-cw",
            "post": True,
            "permission": "invoices",
        },
        {
            "label": _("Delete draft"),
            "url": _url("delete", invoice),
            "icon": "trash-2",
            "dialog": True,
            "is_danger": True,
            "separator": True,
            "permission": "invoices",
        },
    ]


def _of_document(invoice: Invoice) -> list[Entry]:
    return [
        *_of_payment(invoice),
        {
            "label": _("Issue a credit note"),
            "url": reverse("invoices:issue_credit_note", args=[invoice.pk]),
            "icon": "file-minus",
            "reason": unfinished(invoice),
            "permission": "credit_notes",
        },
        {
            "label": _("Edit metadata"),
            "url": _url("metadata", invoice),
            "icon": "tag",
            "key": "e",
            "permission": "invoices",
        },
        {
            "label": _("Mark dispute as lost"),
            "url": _url("dispute", invoice),
            "icon": "triangle-alert",
            "dialog": True,
            "reason": _("The dispute is lost already.") if invoice.payment_dispute_lost_at else "",
            "separator": True,
            "permission": "invoices",
        },
        {
            "label": _("Void invoice"),
            "url": _url("void", invoice),
            "icon": "ban",
            "is_danger": True,
            "reason": _("It has been voided.") if invoice.is_voided else unfinished(invoice),
            "permission": "invoices",
        },
        *_of_voided(invoice),
    ]


def _of_voided(invoice: Invoice) -> list[Entry]:
    if not invoice.is_voided:
        return []
    return [
        {
            "label": _("Regenerate"),
            "url": _url("regenerate", invoice),
            "icon": "refresh-cw",
            "reason": spoken(REFUSALS.get(refusal(invoice), "")),
            "permission": "invoices",
        }
    ]


def _of_payment(invoice: Invoice) -> list[Entry]:
    entries = [
        {
            "label": _("Record a payment"),
            "url": reverse("payments:record", args=[invoice.pk]),
            "icon": "credit-card",
            "dialog": True,
            "reason": not_payable(invoice),
            "permission": "payments",
        }
    ]
    if _has_provider(invoice) and not not_payable(invoice):
        entries.append(
            {
                "label": _("Retry payment"),
                "url": reverse("payments:collect", args=[invoice.pk]),
                "icon": "rotate-ccw",
                "dialog": True,
                "reason": under_way(invoice),
                "permission": "payments",
            }
        )
    return [*entries, _email("delivery:invoice_email", invoice)]


def _email(name: str, thing: Invoice | CreditNote) -> Entry:
    return {
        "label": _("Send by e-mail"),
        "url": reverse(name, args=[thing.pk]),
        "icon": "mail",
        "post": True,
        "reason": no_address(thing),
        "permission": "resend",
    }


def no_address(thing: Invoice | CreditNote) -> str:
    """Say that there is nowhere to send a document to; nothing if there is."""
    return "" if thing.customer.email else _("The customer has no e-mail address.")


def under_way(invoice: Invoice) -> str:
    """Say that a payment is under way; nothing if none is."""
    return "" if invoice.ready_for_payment_processing else _("A payment is under way.")


def _has_provider(invoice: Invoice) -> bool:
    """Say whether somebody collects from the customer; `invoices.reads.document.find` has read it."""
    return getattr(invoice.customer, "customer_provider", None) is not None


def not_payable(invoice: Invoice) -> str:
    """Say why nothing can be paid on an invoice; nothing if something can."""
    if not invoice.is_final:
        return unfinished(invoice) or _("It has been voided.")
    return "" if invoice.total_due_amount_cents > 0 else _("Nothing is due.")


def unfinished(invoice: Invoice) -> str:
    """Say that an invoice is not final yet; nothing once it is, or was."""
    return "" if invoice.is_final or invoice.is_voided else _("It is not final yet.")


def note_actions(
    note: CreditNote, membership: Membership, *, may_retry: bool = False
) -> list[Entry]:
    """Return the entries of a credit note's menu; no query. A refund that failed at a provider may be tried again."""
    retry = {
        "label": _("Retry the refund"),
        "url": reverse("payments:retry_refund", args=[note.pk]),
        "icon": "rotate-ccw",
        "dialog": True,
        "permission": "credit_notes",
    }
    entries = [
        _email("delivery:credit_note_email", note),
        *([retry] if may_retry else []),
        {
            "label": _("Note what became of the refund"),
            "url": reverse("invoices:credit_note_refund", args=[note.pk]),
            "icon": "undo-2",
            "dialog": True,
            "reason": "" if note.refund_status else _("It refunds nothing."),
            "permission": "credit_notes",
        },
        {
            "label": _("Void credit"),
            "url": reverse("invoices:void_credit_note", args=[note.pk]),
            "icon": "ban",
            "dialog": True,
            "is_danger": True,
            "separator": True,
            "reason": "" if note.may_be_voided else _("No credit is left of it."),
            "permission": "credit_notes",
        },
    ]
    return [entry for entry in entries if membership.may(entry.pop("permission"))]


def _url(name: str, invoice: Invoice) -> str:
    return reverse(f"invoices:{name}", args=[invoice.pk])
