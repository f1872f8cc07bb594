"""How a fee came to be, in words: its stored steps as rows of a table, and the events at their root."""

from __future__ import annotations

from copy import copy
from decimal import Decimal

from django.utils.translation import gettext as _

from console import formats
from invoices.models import Fee
from invoices.models.fee import FeeType
from invoices.reads.explanation.prices import PRICES
from invoices.reads.explanation.steps import STEPS, adjusted
from invoices.reads.explanation.writing import Row, cents, other
from subscriptions.models import Subscription
from usage.identity import event_id
from usage.models import UsageEvent
from usage.reads import events_behind

MOST_EVENTS = 50


def steps_of(fee: Fee) -> list[Row]:
    """Return the steps that led to a fee, each as a row of ``components/steps.html``; no query."""
    rows: list[Row] = []
    shown = _unadjusted(fee)
    for step in fee.explanation:
        kind = str(step.get("step", ""))
        if kind == "price":
            rows += PRICES.get(str(step.get("model")), other)(shown, step)
        elif kind == "adjusted":
            rows += adjusted(fee, step)
            shown = fee
        elif kind != "amount":
            rows += STEPS.get(kind, other)(shown, step)
    return rows


def _unadjusted(fee: Fee) -> Fee:
    """Return a fee as it was worked out, before anybody adjusted it."""
    step = fee.adjustment
    if step is None:
        return fee
    before = copy(fee)
    before.units, before.amount_cents = Decimal(step["units_before"]), step["amount_cents_before"]
    before.precise_unit_amount = Decimal(step["unit_amount_before"])
    before.precise_amount_cents = Decimal(step["exact_cents_before"])
    return before


def after_the_fee(fee: Fee) -> list[Row]:
    """Return what comes off a fee and on top of it: its part of coupons, its taxes; no query."""
    rows = []
    if fee.precise_coupons_amount_cents:
        share = cents(fee, -fee.precise_coupons_amount_cents)
        rows.append({"label": _("Its part of coupons and earlier bills"), "amount": share})
    if fee.taxes_amount_cents:
        label = _("Taxes of %(rate)s") % {"rate": formats.rate(fee.taxes_rate)}
        rows.append(
            {"label": label, "amount": formats.money(fee.taxes_amount_cents, fee.amount_currency)}
        )
    return rows


def events_of_fee(fee: Fee) -> list[UsageEvent]:
    """Return the latest events that a fee was made of; none for a fee without usage. Up to three queries.

    A fee that was billed when its event came has that event only.

    `fee` comes with its subscription (and its organization) and charge (and its metric).
    """
    if fee.fee_type != FeeType.CHARGE or fee.period is None or fee.true_up_parent_id:
        return []
    if fee.charge is None or fee.subscription is None:
        return []
    if fee.event_transaction_id:
        return _event_of(fee.subscription, fee.event_transaction_id)
    return events_behind(
        fee.subscription,
        fee.charge,
        start_at=fee.period.lower,
        end_at=fee.period.upper,
        charge_filter_id=fee.charge_filter_id,
        group=fee.grouped_by,
        most=MOST_EVENTS,
    )


def _event_of(subscription: Subscription, transaction_id: str) -> list[UsageEvent]:
    pk = event_id(subscription.organization_id, subscription.external_id, transaction_id)
    return list(UsageEvent.objects.of(subscription.organization).filter(pk=pk))
