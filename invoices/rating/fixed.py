"""Fixed charges: units of add-ons, in arrears or in advance."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from billing.fixed_charges import (
    UnitsChange,
    fee_after_upgrade,
    prorated_units,
    prorated_units_in_arrears,
    units_in_arrears,
    units_in_force,
)
from billing.periods import (
    Period,
    Reason,
    boundaries,
    days,
    fixed_charges_cycle,
    local_day,
)
from billing.periods.cycles import cycle_days, cycle_period
from billing.pricing import Usage, price
from catalog.models import FixedCharge
from invoices.models import Fee
from invoices.models.fee import FeeType
from invoices.rating.adjusting import adjusted
from invoices.rating.explain import explain_units
from invoices.rating.facts import FORGOTTEN, SubscriptionFacts
from invoices.rating.line import Claim, Rated, RatedFee, new_fee
from invoices.rating.plans import PlanBook
from subscriptions.models import FixedChargeUnits

Changes = dict[tuple[uuid.UUID, uuid.UUID], list[UnitsChange]]


def read_units(facts: Sequence[SubscriptionFacts]) -> Changes:
    """Return the changes of units by (subscription, fixed charge), for all occasions; one query."""
    found: Changes = defaultdict(list)
    rows = FixedChargeUnits.objects.filter(
        subscription_id__in={each.subscription.pk for each in facts}
    ).order_by("effective_at", "created_at", "pk")
    for row in rows:
        found[row.subscription_id, row.fixed_charge_id].append(
            UnitsChange(row.effective_at, row.units)
        )
    return found


def rate_fixed_charges(facts: SubscriptionFacts, book: PlanBook, changes: Changes) -> Rated:
    """Return the fees of the fixed charges that this invoice bills."""
    fees: list[RatedFee] = []
    claims: list[Claim] = []
    if facts.occasion.reason == Reason.CURRENT_USAGE:
        return Rated((), ())
    for charge in book.fixed_charges(facts.subscription.plan_id):
        known = changes.get((facts.subscription.pk, charge.pk)) or [
            UnitsChange(facts.terms.started_at, charge.units)
        ]
        rated = (
            _in_advance(facts, book, charge, known)
            if charge.pay_in_advance
            else _in_arrears(facts, book, charge, known)
        )
        if rated is None:
            continue
        fees.append(adjusted(facts, rated, priced_by=charge))
        lower, upper = rated.fee.period
        claims.append(Claim(facts.subscription.pk, charge.pk, Period(lower, upper)))
    return Rated(tuple(fees), tuple(claims))


def _in_arrears(
    facts: SubscriptionFacts, book: PlanBook, charge: FixedCharge, known: list[UnitsChange]
) -> RatedFee | None:
    period = facts.boundaries.fixed_charges
    if period is None or period.is_empty:
        return None
    full_units = units_in_arrears(known, period)
    units = full_units
    if charge.prorated:
        whole = cycle_days(
            fixed_charges_cycle(facts.terms), local_day(period.start, facts.terms.zone)
        )
        units = prorated_units_in_arrears(known, period, period_days=whole, zone=facts.terms.zone)
    return _fee(facts, book, charge, units=units, full_units=full_units, period=period)


def _in_advance(
    facts: SubscriptionFacts, book: PlanBook, charge: FixedCharge, known: list[UnitsChange]
) -> RatedFee | None:
    if facts.occasion.reason not in (Reason.STARTING, Reason.PERIODIC):
        return None
    at, terms = facts.occasion.billed_at, facts.terms
    if facts.occasion.reason == Reason.PERIODIC and facts.boundaries.fixed_charges is None:
        return None
    running = boundaries(terms, at, Reason.CURRENT_USAGE).fixed_charges
    if running is None or running.is_empty:
        return None
    cycle = fixed_charges_cycle(terms)
    natural = cycle_period(cycle, local_day(at, terms.zone), terms.zone)
    period = Period(max(natural.start, running.start), natural.end)
    full_units = units_in_force(known, max(at, terms.first_moment))
    units, whole = full_units, cycle_days(cycle, local_day(at, terms.zone))
    billed = days(period, terms.zone)
    if charge.prorated:
        units = prorated_units(full_units, billed, whole)
    rated = _fee(facts, book, charge, units=units, full_units=full_units, period=period)
    if charge.prorated and facts.occasion.reason == Reason.STARTING:
        _less_what_was_paid(facts, charge, rated.fee, billed)
    return rated


def _less_what_was_paid(
    facts: SubscriptionFacts, charge: FixedCharge, fee: Fee, billed_days: int
) -> None:
    """After an upgrade, take off what the plan before was paid for the same days of this add-on."""
    if not facts.history.follows_upgrade or facts.previous is None:
        return
    paid = (
        Fee.objects.filter(
            subscription_id=facts.previous.pk,
            fee_type=FeeType.FIXED_CHARGE,
            pay_in_advance=True,
            add_on_id=charge.add_on_id,
            fixed_charge__prorated=True,
            period__contains=facts.terms.started_at,
        )
        .exclude(invoice__status__in=FORGOTTEN)
        .order_by("-created_at", "-pk")
        .first()
    )
    if paid is None:
        return
    paid_days = days(Period(paid.period.lower, paid.period.upper), facts.terms.zone)
    before = fee.amount_cents
    fee.amount_cents = fee_after_upgrade(
        before, paid_cents=paid.amount_cents, current_days=billed_days, paid_days=paid_days
    )
    fee.precise_amount_cents = Decimal(fee.amount_cents)
    fee.explanation.append(
        {"step": "paid_before_upgrade", "amount_cents": fee.amount_cents - before}
    )


def _fee(
    facts: SubscriptionFacts,
    book: PlanBook,
    charge: FixedCharge,
    *,
    units: Decimal,
    full_units: Decimal,
    period: Period,
) -> RatedFee:
    subscription, add_on = facts.subscription, charge.add_on
    plan = book.plans[subscription.plan_id]
    priced = price(
        charge.charge_model,
        charge.properties,
        Usage(units=units, full_units=full_units),
        plan.amount_currency,
        is_prorated=charge.prorated,
    )
    fee = new_fee(
        fee_type=FeeType.FIXED_CHARGE,
        organization_id=subscription.organization_id,
        customer_id=subscription.customer_id,
        subscription_id=subscription.pk,
        fixed_charge_id=charge.pk,
        add_on_id=add_on.pk,
        item_code=add_on.code,
        item_name=add_on.name,
        item_description=add_on.description,
        invoice_display_name=charge.invoice_display_name or add_on.invoice_display_name,
        units=full_units,
        amount_cents=priced.amount_cents,
        amount_currency=plan.amount_currency,
        precise_amount_cents=priced.precise_amount_cents,
        unit_amount=priced.unit_amount,
        period=period,
        pay_in_advance=charge.pay_in_advance,
        details=priced.details,
        explanation=explain_units(charge, full_units, units, priced),
    )
    taxes = book.taxes_for("fixed_charge", subscription.customer, plan=plan, owner=charge)
    return RatedFee(fee, taxes, book.keys(plan.pk))
