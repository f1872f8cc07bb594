"""What may be done to many invoices at once, and why it is not done to some of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console.bulk import Bulk, BulkChoice
from invoices.lifecycle import INVOICE, InvoiceStatus
from invoices.models import Invoice
from invoices.models.batch import BatchAction
from invoices.reads.actions import no_address, not_payable, under_way, unfinished
from organizations.models import Membership

CSV = "csv"
"""What asks for the chosen invoices as a file."""


@dataclass(frozen=True)
class Action:
    """One thing that may be done; `why_not` says why an invoice is left out, or nothing."""

    key: str
    permission: str
    icon: str
    question: str
    outcome: Callable[[int], str]
    why_not: Callable[[Invoice], str]
    is_danger: bool = False

    @property
    def label(self) -> str:
        """What its button says."""
        return str(BatchAction(self.key).label)


def _no_draft(invoice: Invoice) -> str:
    return "" if invoice.is_draft else _("It is no draft.")


def _not_sendable(invoice: Invoice) -> str:
    return unfinished(invoice) or no_address(invoice)


def _not_voidable(invoice: Invoice) -> str:
    if not INVOICE.allows(invoice.status, InvoiceStatus.VOIDED):
        return _("It has been voided.") if invoice.is_voided else _("It is not final yet.")
    is_paid = invoice.total_paid_amount_cents > 0
    return _("Something has been paid on it.") if is_paid else ""


def _not_collectable(invoice: Invoice) -> str:
    if why := not_payable(invoice) or under_way(invoice):
        return why
    tie = getattr(invoice.customer, "customer_provider", None)
    return "" if tie and tie.can_be_asked else _("The customer has no payment provider.")


ACTIONS = {
    one.key: one
    for one in (
        Action(
            "finalize",
            "invoices",
            "file-check",
            gettext_lazy("Finalize these drafts?"),
            lambda n: ngettext("%(count)d draft is finalized", "%(count)d drafts are finalized", n),
            _no_draft,
        ),
        Action(
            "pay",
            "payments",
            "credit-card",
            gettext_lazy("Mark these invoices as paid?"),
            lambda n: ngettext(
                "%(count)d invoice is paid in full", "%(count)d invoices are paid in full", n
            ),
            not_payable,
        ),
        Action(
            "collect",
            "payments",
            "rotate-ccw",
            gettext_lazy("Send these invoices to collection again?"),
            lambda n: ngettext(
                "The provider is asked again for %(count)d invoice",
                "The providers are asked again for %(count)d invoices",
                n,
            ),
            _not_collectable,
        ),
        Action(
            "email",
            "resend",
            "mail",
            gettext_lazy("Send these invoices by e-mail?"),
            lambda n: ngettext(
                "%(count)d invoice is sent again", "%(count)d invoices are sent again", n
            ),
            _not_sendable,
        ),
        Action(
            "void",
            "invoices",
            "ban",
            gettext_lazy("Void these invoices?"),
            lambda n: ngettext("%(count)d invoice is voided", "%(count)d invoices are voided", n),
            _not_voidable,
            is_danger=True,
        ),
    )
}


def bulk_of(membership: Membership) -> Bulk:
    """Return what a member may do to many invoices of a list: to have them as a file, whoever reads."""
    choices = [
        BulkChoice(one.key, one.label, one.icon, one.is_danger)
        for one in ACTIONS.values()
        if membership.may(one.permission)
    ]
    return Bulk(reverse("invoices:new_batch"), [BulkChoice(CSV, "CSV", "download"), *choices])


def bulk_of_payments(membership: Membership) -> Bulk | None:
    """Return what a member may do to many payments: have their invoices collected again; None without the right."""
    one = ACTIONS["collect"]
    if not membership.may(one.permission):
        return None
    return Bulk(reverse("invoices:new_payment_batch"), [BulkChoice(one.key, one.label, one.icon)])
