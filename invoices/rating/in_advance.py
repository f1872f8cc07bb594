"""Fees of charges that are paid in advance: one for each event."""

from __future__ import annotations

from datetime import datetime

from billing.aggregation import ChargePeriod, Event
from billing.periods import Period, Reason, boundaries, charges_cycle, local_day
from billing.periods.cycles import cycle_days, cycle_period
from billing.pricing import price_in_advance
from catalog.models import Charge
from invoices.rating.charges import charge_columns
from invoices.rating.explain import explain_advance
from invoices.rating.line import RatedFee, new_fee
from invoices.rating.plans import PlanBook
from subscriptions.models import Subscription
from subscriptions.terms import terms_of
from usage.aggregation.in_advance import EventAdvance, advances


def charges_in_advance(book: PlanBook, plan_id: object, code: str) -> list[Charge]:
    """Return the charges of a plan that bill an event of this code at once."""
    return [
        charge
        for charge in book.charges(plan_id)  # type: ignore[arg-type]
        if charge.pay_in_advance and charge.billable_metric.code == code
    ]


def charges_period_at(subscription: Subscription, at: datetime) -> Period:
    """Return the charges period that a moment of the subscription falls into."""
    terms = terms_of(subscription)
    found = boundaries(terms, max(at, terms.started_at), Reason.CURRENT_USAGE).charges
    assert found is not None
    return found


def rate_event(subscription: Subscription, book: PlanBook, event: Event) -> list[RatedFee]:
    """Return the fees that one event makes; none for an event that lacks the metric's property."""
    charges = charges_in_advance(book, subscription.plan_id, event.code)
    if not charges:
        return []
    terms = terms_of(subscription)
    period = charges_period_at(subscription, event.at)
    natural = cycle_period(charges_cycle(terms), local_day(period.start, terms.zone), terms.zone)
    whole = cycle_days(charges_cycle(terms), local_day(period.start, terms.zone))
    span = ChargePeriod(period.start, natural.end, whole, terms.zone)
    found = advances(subscription, charges, event, span)
    return [
        _rated(subscription, book, each, event, Period(period.start, natural.end))
        for each in found
        if each.advance.is_counted
    ]


def _rated(
    subscription: Subscription, book: PlanBook, each: EventAdvance, event: Event, period: Period
) -> RatedFee:
    charge, plan = each.charge, book.plans[subscription.plan_id]
    priced = price_in_advance(
        charge.charge_model,
        (each.charge_filter or charge).properties,
        each.advance,
        plan.amount_currency,
    )
    fee = new_fee(
        **charge_columns(subscription, charge, plan),
        charge_filter_id=each.charge_filter.pk if each.charge_filter else None,
        filter_display_name=str(each.charge_filter)[:255] if each.charge_filter else None,
        grouped_by=dict(each.group),
        units=each.advance.applied_units if charge.prorated else each.advance.units,
        total_aggregated_units=each.advance.after.units,
        events_count=1,
        amount_cents=priced.amount_cents,
        precise_amount_cents=priced.precise_amount_cents,
        unit_amount=priced.unit_amount,
        period=period,
        pay_in_advance=True,
        event_transaction_id=event.transaction_id,
        details=priced.details,
        explanation=explain_advance(charge, each.advance, priced),
    )
    taxes = book.taxes_for("charge", subscription.customer, plan=plan, owner=charge)
    return RatedFee(fee, taxes, book.keys(plan.pk), charge.billable_metric_id)
