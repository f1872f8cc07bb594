"""Give back what a subscription has paid ahead and will not use."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from activity.actors import Actor
from billing.credits import TerminationTerms, compose_termination_note
from billing.periods import Succession
from billing.termination import PaidAhead, unused_part
from invoices.models import CreditNote, CreditNoteItem, Fee
from invoices.models.credit_note import Reason
from invoices.operations.credit_notes import store_note
from invoices.operations.locking import lock_invoice
from invoices.operations.note_facts import facts_of
from invoices.rating.facts import FORGOTTEN
from subscriptions.models import Subscription
from subscriptions.terms import succession, terms_of, trial_ends_at


@transaction.atomic
def credit_unused_time(
    ended: Subscription,
    *,
    actor: Actor,
    at: datetime,
    successor: Subscription | None = None,
) -> CreditNote | None:
    """Issue a credit note for the days that `ended`, just terminated, had paid ahead; None if there are none.

    What happens to the money is the subscription's `on_termination_credit_note` (credit unless said otherwise);
    on an upgrade, where `successor` takes over, always credit. On a draft invoice the note is a draft. The customer
    is locked by the caller.
    """
    taken_over = succession(ended.plan, successor.plan) if successor is not None else None
    is_upgrade = taken_over == Succession.UPGRADE
    behaviour = "credit" if is_upgrade else ended.on_termination_credit_note or "credit"
    fee = _last_fee(ended)
    if fee is None or fee.invoice is None or behaviour == "skip":
        return None
    terms = terms_of(ended, taken_over)
    unused = unused_part(terms, _paid_ahead(fee), trial_ends_at(ended))
    if unused is None:
        return None
    invoice = lock_invoice(fee.invoice)
    amounts = compose_termination_note(
        facts_of(invoice),
        TerminationTerms(
            fee=fee.pk,
            unused_cents=unused.amount_cents,
            used_cents=unused.used_cents,
            behaviour=behaviour,
            is_upgrade=is_upgrade,
        ),
    )
    if amounts is None:
        return None
    return store_note(invoice, amounts, reason=Reason.ORDER_CANCELLATION, actor=actor, at=at)


def _last_fee(ended: Subscription) -> Fee | None:
    return (
        Fee.objects.filter(subscription=ended, fee_type="subscription", invoice__isnull=False)
        .exclude(invoice__status__in=FORGOTTEN)
        .select_related("invoice")
        .order_by("-created_at", "-pk")
        .first()
    )


def _paid_ahead(fee: Fee) -> PaidAhead:
    credited = CreditNoteItem.objects.filter(fee=fee).aggregate(sum=Sum("amount_cents"))["sum"]
    return PaidAhead(
        amount_cents=fee.amount_cents,
        plan_amount_cents=int(fee.amount_details["plan_amount_cents"]),
        billed_to=fee.period.upper,
        billed_days=int(fee.amount_details["billed_days"]),
        credited_cents=credited or 0,
    )
