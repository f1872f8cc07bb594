"""Usage charges: units become fees, with true-ups to spending minimums."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from billing.aggregation import Aggregated, ChargePeriod
from billing.commitments import spending_minimum
from billing.periods import Period, Reason, charges_cycle, local_day
from billing.periods.cycles import cycle_days, cycle_period
from billing.pricing import PricedCharge, price
from billing.proration import billable_days
from catalog.models import Charge, ChargeFilter, Plan
from invoices.models.fee import FeeType
from invoices.rating.adjusting import adjusted
from invoices.rating.explain import explain_usage
from invoices.rating.facts import SubscriptionFacts
from invoices.rating.line import Claim, Rated, RatedFee, new_fee
from invoices.rating.plans import PlanBook
from invoices.rating.true_up import true_up_fee
from subscriptions.models import Subscription
from usage.requests import UsageAnswer, UsagePart, UsageRequest

Key = tuple[uuid.UUID, uuid.UUID]
Answers = Mapping[Key, UsageAnswer]
"""What was used, by (subscription, charge)."""


@dataclass(frozen=True, slots=True)
class BilledCharge:
    """A charge and the period for which an invoice bills it."""

    charge: Charge
    period: Period
    is_ahead: bool = False


def billed_charges(facts: SubscriptionFacts, book: PlanBook) -> list[BilledCharge]:
    """Return the charges that this invoice bills: those in arrears, and recurring ones ahead."""
    period, reason = facts.boundaries.charges, facts.occasion.reason
    if period is None or reason == Reason.STARTING:
        return []
    charges = book.charges(facts.subscription.plan_id)
    if reason == Reason.CURRENT_USAGE:
        return [BilledCharge(charge, period) for charge in charges]
    billed = [
        BilledCharge(charge, period)
        for charge in charges
        if not charge.pay_in_advance
        and not period.is_empty
        and not _moves_to_successor(facts, book, charge)
    ]
    if reason == Reason.PERIODIC:
        ahead = _running_period(facts)
        billed += [
            BilledCharge(charge, ahead, is_ahead=True)
            for charge in charges
            if charge.pay_in_advance and charge.billable_metric.recurring
        ]
    return billed


def requests(facts: SubscriptionFacts, billed: Sequence[BilledCharge]) -> list[UsageRequest]:
    """Return what must be asked of usage to rate these charges."""
    zone = facts.terms.zone
    found = []
    for each in billed:
        whole = cycle_days(charges_cycle(facts.terms), local_day(each.period.start, zone))
        carried = None
        if facts.terms.is_upgraded and not each.is_ahead:
            carried = billable_days(each.period, zone, is_upgraded=True)
        span = ChargePeriod(each.period.start, each.period.end, whole, zone, carried)
        if each.is_ahead:
            span = ChargePeriod(each.period.start, each.period.start, whole, zone)
        is_current = facts.occasion.reason == Reason.CURRENT_USAGE
        found.append(UsageRequest(facts.subscription, each.charge, span, is_current))
    return found


def rate_charges(
    facts: SubscriptionFacts, book: PlanBook, billed: Sequence[BilledCharge], answers: Answers
) -> Rated:
    """Return the fees of the charges, and what they claim; a charge without usage claims its span too."""
    fees: list[RatedFee] = []
    claims: list[Claim] = []
    for each in billed:
        answer = answers[facts.subscription.pk, each.charge.pk]
        parts = [_part(facts, book, each, part) for part in answer]
        fees += _kept(facts, book, each, parts)
        claims.append(Claim(facts.subscription.pk, each.charge.pk, each.period))
    return Rated(tuple(fees), tuple(claims))


def _running_period(facts: SubscriptionFacts) -> Period:
    day = local_day(facts.occasion.billed_at, facts.terms.zone)
    return cycle_period(charges_cycle(facts.terms), day, facts.terms.zone)


def _moves_to_successor(facts: SubscriptionFacts, book: PlanBook, charge: Charge) -> bool:
    """Say whether the plan after an upgrade bills this recurring metric on, so that this invoice does not."""
    if facts.occasion.reason != Reason.UPGRADE or facts.following is None:
        return False
    if not charge.billable_metric.recurring or charge.prorated:
        return False
    return any(
        other.billable_metric_id == charge.billable_metric_id
        for other in book.charges(facts.following.plan_id)
    )


def _part(
    facts: SubscriptionFacts, book: PlanBook, each: BilledCharge, part: UsagePart
) -> RatedFee:
    charge = each.charge
    chosen = next((f for f in charge.filters.all() if f.pk == part.charge_filter_id), None)
    plan = book.plans[facts.subscription.plan_id]
    priced = price(
        charge.charge_model,
        (chosen or charge).properties,
        _carried(part.aggregated) if each.is_ahead else part.aggregated,
        plan.amount_currency,
        is_prorated=charge.prorated,
    )
    return _rated(facts, book, each, part, chosen, priced)


def _carried(aggregated: Aggregated) -> Aggregated:
    """What a recurring metric brings into a period is billed for the whole of it."""
    level = aggregated.total_aggregated_units
    return replace(aggregated, units=level, full_units=level)


def _rated(
    facts: SubscriptionFacts,
    book: PlanBook,
    each: BilledCharge,
    part: UsagePart,
    chosen: ChargeFilter | None,
    priced: PricedCharge,
) -> RatedFee:
    subscription, charge = facts.subscription, each.charge
    plan = book.plans[subscription.plan_id]
    fee = new_fee(
        **charge_columns(facts.subscription, charge, plan),
        charge_filter_id=chosen.pk if chosen else None,
        filter_display_name=_filter_name(chosen),
        grouped_by={key: value for key, value in part.group},
        units=priced.units,
        total_aggregated_units=part.aggregated.total_aggregated_units,
        events_count=part.aggregated.shown_events,
        amount_cents=priced.amount_cents,
        precise_amount_cents=priced.precise_amount_cents,
        unit_amount=priced.unit_amount,
        period=each.period,
        pay_in_advance=charge.pay_in_advance,
        details=priced.details,
        explanation=explain_usage(charge, part, priced),
    )
    taxes = book.taxes_for("charge", subscription.customer, plan=plan, owner=charge)
    rated = RatedFee(fee, taxes, book.keys(plan.pk), charge.billable_metric_id)
    return adjusted(facts, rated, priced_by=charge, chosen=chosen)


def charge_columns(subscription: Subscription, charge: Charge, plan: Plan) -> dict[str, Any]:
    """Return the columns that every fee of a charge has."""
    metric = charge.billable_metric
    return {
        "fee_type": FeeType.CHARGE,
        "organization_id": subscription.organization_id,
        "customer_id": subscription.customer_id,
        "subscription_id": subscription.pk,
        "charge_id": charge.pk,
        "item_code": metric.code,
        "item_name": metric.name,
        "item_description": metric.description,
        "invoice_display_name": charge.invoice_display_name,
        "amount_currency": plan.amount_currency,
        "invoiceable": charge.invoiceable,
    }


def _filter_name(chosen: ChargeFilter | None) -> str | None:
    return str(chosen)[:255] if chosen else None


def _kept(
    facts: SubscriptionFacts, book: PlanBook, each: BilledCharge, parts: list[RatedFee]
) -> list[RatedFee]:
    """Leave out the parts without usage that nobody has adjusted, and add the true-up to the charge's minimum."""
    if facts.occasion.reason == Reason.CURRENT_USAGE:
        return parts
    kept = [rated for rated in parts if _says_something(rated)]
    true_up = _true_up(facts, book, each, parts)
    if true_up is None:
        return kept
    parent = next((rated for rated in parts if rated.fee.charge_filter_id is None), parts[-1])
    if parent not in kept:
        kept.append(parent)
    true_up.fee.true_up_parent = parent.fee
    return [*kept, true_up]


def _says_something(rated: RatedFee) -> bool:
    fee = rated.fee
    return bool(fee.units or fee.amount_cents or fee.events_count or fee.adjustment)


def _true_up(
    facts: SubscriptionFacts, book: PlanBook, each: BilledCharge, parts: Sequence[RatedFee]
) -> RatedFee | None:
    """Return what is missing to the spending minimum of a charge in arrears."""
    charge, terms = each.charge, facts.terms
    if not charge.min_amount_cents or each.is_ahead:
        return None
    worked = spending_minimum(
        charge.min_amount_cents,
        used_cents=sum(rated.fee.amount_cents for rated in parts),
        days=billable_days(each.period, terms.zone, is_upgraded=terms.is_upgraded),
        period_days=cycle_days(charges_cycle(terms), local_day(each.period.start, terms.zone)),
    )
    if worked.amount_cents == 0:
        return None
    plan = book.plans[facts.subscription.plan_id]
    fee = true_up_fee(
        worked,
        minimum_cents=charge.min_amount_cents,
        period=each.period,
        events_count=0,
        **charge_columns(facts.subscription, charge, plan),
    )
    taxes = book.taxes_for("charge", facts.subscription.customer, plan=plan, owner=charge)
    return RatedFee(fee, taxes, book.keys(plan.pk), charge.billable_metric_id)
