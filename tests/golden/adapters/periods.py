"""Answer one line of periods.jsonl with the pure core, and name the figures that differ."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from billing.periods import (
    BilledTo,
    Boundaries,
    Period,
    Reason,
    SubscriptionTerms,
    Succession,
    boundaries,
    charges_cycle,
    fixed_charges_cycle,
    inclusive_end,
    is_billing_day,
    local_day,
    natural_period,
    period_days,
    previous_period,
)
from billing.periods.cycles import cycle_days

Line = dict[str, Any]


def golden_dir() -> Path:
    """Return the folder of the golden lines; GOLDEN_DIR names another one."""
    return Path(os.environ.get("GOLDEN_DIR") or Path(__file__).parents[1] / "data")


def lines() -> list[Line]:
    """Return all lines of periods.jsonl."""
    text = (golden_dir() / "periods.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def differences(line: Line) -> list[str]:
    """Return what the core answers otherwise than `line`; an absent figure is not asserted."""
    if line["kind"] == "billing_day":
        return _billing_day_differences(line)
    found = _figures(line)
    return [
        f"{key}: expected {line[key]}, found {found[key]}"
        for key in found
        if key in line and not _agrees(line, key, found[key])
    ]


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _exclusive(text: str | None) -> datetime | None:
    """Read an inclusive end: whole seconds are a second wide, others a millisecond."""
    moment = _moment(text)
    if moment is None:
        return None
    width = timedelta(milliseconds=1) if moment.microsecond else timedelta(seconds=1)
    return moment + width


def _terms(line: Line) -> SubscriptionTerms:
    is_upgraded = bool(line.get("upgraded_to_next"))
    return SubscriptionTerms(
        interval=line["interval"],
        billing_time=line["billing_time"],
        pay_in_advance=line["pay_in_advance"],
        subscription_at=_moment(line["subscription_at"]),
        started_at=_moment(line.get("started_at") or line["subscription_at"]),
        zone=ZoneInfo(line["timezone"]),
        terminated_at=_moment(line.get("terminated_at")),
        succeeded_by=Succession.UPGRADE if is_upgraded else None,
        bill_charges_monthly=bool(line.get("bill_charges_monthly")),
        bill_fixed_charges_monthly=bool(line.get("bill_fixed_charges_monthly")),
    )


def _reason(line: Line, terms: SubscriptionTerms, at: datetime) -> Reason:
    if terms.terminated_at and terms.terminated_at <= at:
        return Reason.UPGRADE if terms.succeeded_by else Reason.TERMINATING
    if line["kind"] == "current_usage":
        return Reason.CURRENT_USAGE
    if terms.pay_in_advance and local_day(at, terms.zone) == terms.started_on:
        return Reason.STARTING
    return Reason.PERIODIC


def _figures(line: Line) -> dict[str, datetime | int | None]:
    terms, at = _terms(line), _moment(line["at"])
    day = local_day(at, terms.zone)
    last = _exclusive(line.get("previous_charges_to"))
    bounds = boundaries(
        terms,
        at,
        _reason(line, terms, at),
        billed_to=BilledTo(charges=last, fixed_charges=last) if last else None,
    )
    natural = natural_period(terms, day)
    return {
        "expected_from": bounds.subscription.start,
        "expected_to": inclusive_end(bounds.subscription),
        "charges_from": bounds.charges and bounds.charges.start,
        "charges_to": bounds.charges and inclusive_end(bounds.charges),
        "fixed_charges_from": bounds.fixed_charges and bounds.fixed_charges.start,
        "fixed_charges_to": bounds.fixed_charges and inclusive_end(bounds.fixed_charges),
        "expected_next_end_of_period": inclusive_end(natural),
        "expected_previous_period_start": previous_period(terms, day).start,
        "expected_current_period_start": natural.start,
        "expected_period_days": _period_days(line, terms, bounds),
    }


def _period_days(line: Line, terms: SubscriptionTerms, bounds: Boundaries) -> int:
    """Return what a day price is divided by: that of the part that the line is about."""
    if line["kind"] != "proration":
        is_about_fixed = "fixed_charges_from" in line and "charges_from" not in line
        if is_about_fixed and bounds.fixed_charges is not None:
            return cycle_days(fixed_charges_cycle(terms), _first_day(bounds.fixed_charges, terms))
        if terms.bill_charges_monthly and bounds.charges is not None:
            return cycle_days(charges_cycle(terms), _first_day(bounds.charges, terms))
    return period_days(terms, _first_day(bounds.subscription, terms))


def _first_day(period: Period, terms: SubscriptionTerms) -> date:
    return local_day(period.start, terms.zone)


def _agrees(line: Line, key: str, found: datetime | int | None) -> bool:
    expected = line[key]
    if expected is None or found is None or isinstance(found, int):
        return expected == found
    if line.get("upgraded_to_next") and key.endswith("_to"):
        # Here the moment of an upgrade is outside of the period, in the golden lines inside.
        found += timedelta(milliseconds=1)
    return _moment(expected).replace(microsecond=0) == found.replace(microsecond=0)


def _billing_day_differences(line: Line) -> list[str]:
    terms = _terms(line)
    billed_on: set[object] = set()
    differing = []
    for run in line["runs"]:
        day = local_day(_moment(run["at"]), terms.zone)
        if is_billing_day(terms, day):
            billed_on.add(day)
        expected = run.get("invoices_total")
        if expected is not None and expected != len(billed_on):
            differing.append(f"{run['at']}: expected {expected}, found {len(billed_on)}")
    return differing
