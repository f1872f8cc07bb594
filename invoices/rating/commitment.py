"""The minimum commitment of a plan: what is missing to it in a period."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, Sum

from billing.commitments import minimum_commitment
from billing.periods import MILLISECOND, Period, Reason, days, local_day, period_days
from billing.periods.cycles import subscription_cycle
from invoices.models import Fee, InvoiceSubscription
from invoices.models.fee import FeeType
from invoices.rating.facts import FORGOTTEN, REGULAR, SubscriptionFacts
from invoices.rating.line import Rated, RatedFee
from invoices.rating.plans import PlanBook
from invoices.rating.true_up import true_up_fee

COUNTED = (FeeType.SUBSCRIPTION, FeeType.CHARGE, FeeType.FIXED_CHARGE)


def rate_commitment(facts: SubscriptionFacts, book: PlanBook, lines: Sequence[RatedFee]) -> Rated:
    """Return the true-up to the minimum commitment, if the closed period brought too little.

    `lines` are the other fees of this subscription on the same invoice. In advance, the period is the one before the
    one that the invoice opens.
    """
    commitment = book.commitment(facts.subscription.plan_id)
    period = _closed_period(facts) if commitment is not None else None
    if commitment is None or period is None:
        return Rated((), ())
    terms = facts.terms
    worked = minimum_commitment(
        commitment.amount_cents,
        used_cents=_used(facts, period, lines),
        days=days(period, terms.zone),
        period_days=period_days(terms, local_day(period.start, terms.zone)),
    )
    if worked.amount_cents == 0:
        return Rated((), ())
    subscription, plan = facts.subscription, book.plans[facts.subscription.plan_id]
    fee = true_up_fee(
        worked,
        minimum_cents=commitment.amount_cents,
        period=period,
        fee_type=FeeType.COMMITMENT,
        organization_id=subscription.organization_id,
        customer_id=subscription.customer_id,
        subscription_id=subscription.pk,
        commitment_id=commitment.pk,
        item_code=plan.code,
        item_name="Minimum commitment",
        invoice_display_name=commitment.invoice_display_name,
        amount_currency=plan.amount_currency,
    )
    taxes = book.taxes_for("commitment", subscription.customer, plan=plan, owner=commitment)
    return Rated((RatedFee(fee, taxes, book.keys(plan.pk)),), ())


def _closed_period(facts: SubscriptionFacts) -> Period | None:
    """Return the period that this invoice closes, from its first billed day on, or None."""
    terms, reason = facts.terms, facts.occasion.reason
    if reason in (Reason.STARTING, Reason.CURRENT_USAGE):
        return None
    day = local_day(facts.occasion.billed_at, terms.zone)
    cycle = subscription_cycle(terms)
    if reason == Reason.PERIODIC and not cycle.is_start(day):
        return None
    if not terms.pay_in_advance:
        return facts.boundaries.subscription
    if reason == Reason.PERIODIC:
        return _period_before(facts)
    return facts.boundaries.charges


def _period_before(facts: SubscriptionFacts) -> Period | None:
    """The period before the one that begins today, if it was billed by an invoice."""
    row = (
        # A new invoice has no id yet: then nothing is excluded.
        InvoiceSubscription.objects.filter(  # type: ignore[misc]
            subscription_id=facts.subscription.pk,
            invoicing_reason__in=REGULAR,
            period__contains=facts.boundaries.subscription.start - MILLISECOND,
        )
        .exclude(invoice_id=facts.occasion.invoice_id)
        .exclude(invoice__status__in=FORGOTTEN)
        .order_by("billed_at", "pk")
        .first()
    )
    return None if row is None else Period(row.period.lower, row.period.upper)


def _used(facts: SubscriptionFacts, period: Period, lines: Sequence[RatedFee]) -> int:
    """Sum what was billed for `period`: on earlier invoices, by itself in advance, and here."""
    here = sum(
        rated.fee.amount_cents
        for rated in lines
        if rated.fee.fee_type in COUNTED
        and rated.fee.period is not None
        and rated.fee.period[0] < period.end
        and period.start < rated.fee.period[1]
    )
    before = (
        Fee.objects.filter(  # type: ignore[misc]
            Q(invoice=None) | ~Q(invoice__status__in=FORGOTTEN),
            subscription_id=facts.subscription.pk,
            fee_type__in=COUNTED,
            deleted_at=None,
            period__overlap=(period.start, period.end),
        )
        .exclude(invoice_id=facts.occasion.invoice_id, invoice__isnull=False)
        .exclude(invoice__invoice_type="progressive_billing")
        .exclude(invoice__invoice_type="advance_charges")
        .aggregate(sum=Sum("amount_cents"))["sum"]
    )
    return here + (before or 0)
