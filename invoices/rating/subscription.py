"""The subscription fee of an invoice."""

from __future__ import annotations

from decimal import Decimal

from billing.money import decimal, exponent
from billing.subscription_fee import SubscriptionFee, bills_subscription_fee, subscription_fee
from invoices.models.fee import FeeType
from invoices.rating.adjusting import adjusted
from invoices.rating.facts import SubscriptionFacts
from invoices.rating.line import Claim, Rated, RatedFee, new_fee
from invoices.rating.plans import PlanBook


def rate_subscription_fee(facts: SubscriptionFacts, book: PlanBook) -> Rated:
    """Return the subscription fee, if this invoice has one; it is there even when it is 0."""
    occasion, period = facts.occasion, facts.boundaries.subscription
    if not bills_subscription_fee(facts.terms, occasion.billed_at, occasion.reason, facts.history):
        return Rated((), ())
    subscription = facts.subscription
    plan = book.plans[subscription.plan_id]
    worked = subscription_fee(facts.terms, period, plan.amount_cents, facts.history)
    fee = new_fee(
        fee_type=FeeType.SUBSCRIPTION,
        organization_id=subscription.organization_id,
        customer_id=subscription.customer_id,
        subscription_id=subscription.pk,
        item_code=plan.code,
        item_name=plan.name,
        item_description=plan.description,
        invoice_display_name=plan.invoice_display_name,
        units=Decimal(1),
        amount_cents=worked.amount_cents,
        amount_currency=plan.amount_currency,
        precise_amount_cents=decimal(worked.exact),
        unit_amount=Decimal(worked.amount_cents).scaleb(-exponent(plan.amount_currency)),
        period=period,
        pay_in_advance=plan.pay_in_advance,
        details={
            "plan_amount_cents": plan.amount_cents,
            "billed_days": worked.days,
            "period_days": worked.period_days,
        },
        explanation=[_step(worked)],
    )
    taxes = book.taxes_for("subscription", subscription.customer, plan=plan)
    rated = adjusted(facts, RatedFee(fee, taxes, book.keys(plan.pk)))
    claims = (Claim(subscription.pk, subscription.pk, period),) if not period.is_empty else ()
    return Rated((rated,), claims)


def _step(worked: SubscriptionFee) -> dict[str, object]:
    return {
        "step": "days",
        "rule": str(worked.rule),
        "days": worked.days,
        "period_days": worked.period_days,
        "plan_amount_cents": worked.plan_amount_cents,
        "exact_cents": str(decimal(worked.exact).normalize()),
        "amount_cents": worked.amount_cents,
        "is_shortened_by_trial": worked.is_shortened_by_trial,
    }
