"""The figures of the policy's sections about plans: fees, trials, ends, changes of plan."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from billing.credits import TerminationTerms, compose_termination_note
from billing.periods import Reason, Succession, boundaries, midnight, next_billing_day_after
from billing.plan_change import plan_change, yearly_amount_cents
from billing.subscription_fee import FeeHistory, subscription_fee
from billing.termination import PaidAhead, unused_part
from billing.trial import trial_end
from tests.billing.bills import tax
from tests.billing.given import terms
from tests.billing.invoiced import fee as fee_facts
from tests.billing.invoiced import invoice
from tests.docs.policy import Row, cents, euros, figures, rate, utc

UPGRADED = FeeHistory(has_previous=True, follows_upgrade=True)


@figures("first-fees")
def first_fees(row: Row) -> dict[str, str]:
    interval, _, paid = row["Plan"].split()
    began = row["Begins (UTC)"]
    given = terms(
        began,
        row["Timezone"],
        interval=interval,
        billing_time=row["Periods"],
        pay_in_advance=paid == "advance",
    )
    if given.pay_in_advance:
        at, reason = utc(began), Reason.STARTING
    else:
        day = next_billing_day_after(given, given.started_on)
        assert day is not None
        at, reason = midnight(day, given.zone), Reason.PERIODIC
    period = boundaries(given, at, reason).subscription
    found = subscription_fee(given, period, cents(row["Amount"]))
    return {
        "Days": str(found.days),
        "Of": str(found.period_days),
        "First fee": euros(found.amount_cents),
    }


@figures("trials")
def trials(row: Row) -> dict[str, str]:
    began = row["Begins (UTC)"]
    given = terms(began, row["Timezone"], pay_in_advance=True)
    ends_at = trial_end([given.started_at], Decimal(row["Trial days"]))
    assert ends_at is not None
    period = boundaries(given, ends_at, Reason.STARTING).subscription
    history = FeeHistory(trial_ends_at=ends_at)
    found = subscription_fee(given, period, cents(row["Amount"]), history)
    return {
        "Ends on": str(ends_at.astimezone(given.zone).date()),
        "Days": str(found.days),
        "Of": str(found.period_days),
        "Fee then": euros(found.amount_cents),
    }


@figures("ended-in-arrears")
def ended_in_arrears(row: Row) -> dict[str, str]:
    given = terms(row["Began"], interval=row["Periods"], terminated_at=row["Ended"])
    period = boundaries(given, utc(row["Ended"]), Reason.TERMINATING).subscription
    found = subscription_fee(given, period, cents(row["Amount"]))
    return {
        "Days": str(found.days),
        "Of": str(found.period_days),
        "Fee": euros(found.amount_cents),
    }


def paid_ahead(
    began: str, amount_cents: int, billing_time: str = "calendar"
) -> tuple[PaidAhead, datetime]:
    """The fee that a monthly plan in advance is billed at its start, and where its period ends."""
    given = terms(began, pay_in_advance=True, billing_time=billing_time)
    period = boundaries(given, utc(began), Reason.STARTING).subscription
    billed = subscription_fee(given, period, amount_cents)
    paid = PaidAhead(
        amount_cents=billed.amount_cents,
        plan_amount_cents=amount_cents,
        billed_to=period.end,
        billed_days=billed.days,
    )
    return paid, period.end


@figures("unused")
def unused(row: Row) -> dict[str, str]:
    amount = cents(row["Amount"])
    paid, _ = paid_ahead(row["Began"], amount, row["Periods"])
    given = terms(
        row["Began"], pay_in_advance=True, billing_time=row["Periods"], terminated_at=row["Ended"]
    )
    found = unused_part(given, paid)
    assert found is not None
    taxed = tax(rate(row["Tax"]))
    taxes_cents = round(paid.amount_cents * rate(row["Tax"]) / 100)
    note = compose_termination_note(
        invoice(fee_facts(paid.amount_cents, taxed), taxes_cents=taxes_cents),
        TerminationTerms(
            fee="fee",
            unused_cents=found.amount_cents,
            used_cents=found.used_cents,
        ),
    )
    assert note is not None
    return {
        "Unused days": str(found.days),
        "Of": str(found.period_days),
        "Before tax": euros(note.worth.sub_total_excluding_taxes_amount_cents),
        "Tax amount": euros(note.worth.taxes_amount_cents),
        "Credit note": euros(note.total_amount_cents),
    }


@figures("behaviours")
def behaviours(row: Row) -> dict[str, str]:
    billed = invoice(fee_facts(7500, tax(20)), taxes_cents=1500, paid_cents=cents(row["Paid"]))
    note = compose_termination_note(
        billed,
        TerminationTerms(
            fee="fee",
            unused_cents=Decimal(2500),
            used_cents=Fraction(5000),
            behaviour=row["Choice"],
        ),
    )
    assert note is not None
    return {
        "Refund": euros(note.refund_amount_cents),
        "Offset": euros(note.offset_amount_cents),
        "Credit": euros(note.credit_amount_cents),
    }


@figures("plan-changes")
def plan_changes(row: Row) -> dict[str, str]:
    before, after = (_yearly(row[name]) for name in ("From", "To"))
    return {
        "Yearly from": euros(before),
        "Yearly to": euros(after),
        "Change": plan_change(before, after),
    }


def _yearly(plan: str) -> int:
    interval, amount = plan.split()
    return yearly_amount_cents(interval, cents(amount))


@figures("upgrades")
def upgrades(row: Row) -> dict[str, str]:
    began, changed, is_ahead = row["Began"], row["Changed"], row["Paid"] == "in advance"
    old = terms(
        began, pay_in_advance=is_ahead, terminated_at=changed, succeeded_by=Succession.UPGRADE
    )
    new = terms(changed, subscription_at=began, pay_in_advance=is_ahead)
    old_days, old_cents, given_back = 0, 0, 0
    if is_ahead:
        found = unused_part(old, paid_ahead(began, cents(row["From"]))[0])
        assert found is not None
        given_back = round(found.amount_cents)
        at, reason = utc(changed), Reason.STARTING
    else:
        left = boundaries(old, utc(changed), Reason.UPGRADE).subscription
        ended = subscription_fee(old, left, cents(row["From"]))
        old_days, old_cents = ended.days, ended.amount_cents
        day = next_billing_day_after(new, new.started_on)
        assert day is not None
        at, reason = midnight(day, new.zone), Reason.PERIODIC
    entered = boundaries(new, at, reason).subscription
    begun = subscription_fee(new, entered, cents(row["To"]), UPGRADED)
    return {
        "Old days": str(old_days),
        "Old fee": euros(old_cents),
        "Given back": euros(given_back),
        "New days": str(begun.days),
        "New fee": euros(begun.amount_cents),
        "Of": str(begun.period_days),
    }
