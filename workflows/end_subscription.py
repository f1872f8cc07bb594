"""End a subscription: terminate it, credit what was paid ahead, invoice what was used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from billing.errors import Invalid, NotFound
from billing.periods import Reason
from invoices.operations.locking import lock_customers
from invoices.rating import Occasion
from subscriptions import operations as subscriptions
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription, TerminationCreditNote, TerminationInvoice
from workflows.bill_customers import bill_before_end
from workflows.change_plan import cancel_successor
from workflows.credit_unused_time import credit_unused_time
from workflows.issue_invoices import Invoicing, issue_invoices
from workflows.regroup_fees import regroup_fees

OPTIONS = {
    "on_termination_credit_note": TerminationCreditNote,
    "on_termination_invoice": TerminationInvoice,
}


@transaction.atomic
def end_subscription(
    subscription: Subscription,
    *,
    actor: Actor,
    at: datetime,
    options: Mapping[str, str | None] | None = None,
) -> Subscription:
    """Terminate an active subscription now, or cancel one that has not begun.

    `options` may hold ``on_termination_credit_note`` (credit, refund, offset, skip; ignored in arrears) and
    ``on_termination_invoice`` (generate, skip). The pending successor is canceled. Raises NotFound for one that has
    ended, Invalid ``invalid_value`` for an unknown option. Periods before the running one that a late billing run
    has left are billed first.
    """
    chosen = _chosen(options or {})
    lock_customers({subscription.customer_id})
    subscription = (
        Subscription.objects.select_related("plan", "customer__organization")
        .locked()
        .get(pk=subscription.pk)
    )
    if subscription.status == Status.PENDING:
        return subscriptions.cancel(subscription, actor=actor, at=at)
    if subscription.status == Status.INCOMPLETE:
        raise Invalid({"base": ["subscription_incomplete"]}, "It waits for its first payment.")
    if subscription.status != Status.ACTIVE:
        raise NotFound("subscription", "This subscription has ended already.")
    subscription = bill_before_end(subscription, actor=actor, at=at)
    if not subscription.plan.pay_in_advance:
        chosen.pop("on_termination_credit_note", None)
    elif subscription.on_termination_credit_note is None:
        chosen.setdefault("on_termination_credit_note", TerminationCreditNote.CREDIT)
    return _terminate(subscription, chosen, actor=actor, at=at)


def _chosen(options: Mapping[str, str | None]) -> dict[str, str]:
    chosen = {name: value for name, value in options.items() if value}
    errors = {
        name: ["invalid_value"]
        for name, value in chosen.items()
        if name not in OPTIONS or value not in OPTIONS[name].values
    }
    if errors:
        raise Invalid(errors, "That is no way to end a subscription.")
    return chosen


def _terminate(
    subscription: Subscription, options: dict[str, str], *, actor: Actor, at: datetime
) -> Subscription:
    cancel_successor(subscription, actor=actor, at=at)
    moment = max(at, subscription.started_at or at)
    subscriptions.terminate(subscription, terminated_at=moment, options=options, actor=actor, at=at)
    if subscription.plan.pay_in_advance:
        credit_unused_time(subscription, actor=actor, at=at)
    if subscription.on_termination_invoice != TerminationInvoice.SKIP:
        invoicing = Invoicing(
            customer=subscription.customer,
            billed_at=at,
            currency=subscription.plan.amount_currency,
            occasions=(Occasion(subscription, Reason.TERMINATING, at),),
            purchase_order_number=subscription.purchase_order_number,
        )
        issue_invoices([invoicing], actor=actor, at=at)
    regroup_fees([subscription], actor=actor, at=at, is_ending=True)
    return subscription
