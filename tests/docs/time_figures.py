"""The figures of the policy's sections about time: money, clock, periods, dates, numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.invoice_dates import IssuingTerms, dates_at_finalization, invoice_dates
from billing.money import Money
from billing.numbering import (
    credit_note_number,
    draft_number,
    number_per_customer,
    number_per_organization,
)
from billing.periods import (
    BilledTo,
    Period,
    Reason,
    boundaries,
    days,
    midnight,
    next_billing_day_after,
)
from billing.periods.cycles import cycle_of
from billing.subscription_fee import bills_subscription_fee
from tests.billing.given import terms
from tests.docs.policy import Row, figures, local, shown_moment, shown_span, utc
from workflows.schedule import JOBS


@figures("rounding")
def rounding(row: Row) -> dict[str, str]:
    return {"On the invoice": str(Money.of(Decimal(row["Exact amount"]), row["Currency"]).amount)}


@figures("clock")
def clock(row: Row) -> dict[str, str]:
    job = next(job for job in JOBS if job.name == row["Job"])
    runs = "every 5 minutes" if job.minute is None else f"hourly at :{job.minute:02}"
    return {"Runs": runs}


@figures("days")
def day_count(row: Row) -> dict[str, str]:
    zone = row["Timezone"]
    period = Period(local(row["From"], zone), local(row["To"], zone))
    return {"Days": str(days(period, ZoneInfo(zone)))}


@figures("anniversaries")
def anniversaries(row: Row) -> dict[str, str]:
    day = date.fromisoformat(row["Anchor"])
    cycle = cycle_of(row["Interval"], "anniversary", day)
    starts = []
    for _ in row["The next periods begin on"].split(","):
        day = cycle.next_on(day)
        starts.append(str(day))
    return {"The next periods begin on": ", ".join(starts)}


REASONS = {"start": Reason.STARTING, "period": Reason.PERIODIC, "end": Reason.TERMINATING}


@figures("covered")
def covered(row: Row) -> dict[str, str]:
    reason, at = REASONS[row["Invoice"]], utc(row["Made on"])
    is_end = row["Invoice"] == "end"
    given = terms(
        "2024-01-15",
        pay_in_advance=row["Plan"] == "in advance",
        **({"terminated_at": row["Made on"]} if is_end else {}),
    )
    spans = boundaries(given, at, reason)
    has_fee = bills_subscription_fee(given, at, reason)
    usage = spans.charges
    return {
        "Fee covers": _covers(spans.subscription) if has_fee else "no fee",
        "Usage covers": _covers(usage) if usage and not usage.is_empty else "nothing",
    }


def _covers(period: Period) -> str:
    return shown_span(period.start.date(), period.end)


@figures("moves")
def moves(row: Row) -> dict[str, str]:
    given = terms("2023-12-10", row["To"])
    billed = row["Usage billed up to (UTC)"]
    billed_to = BilledTo() if billed == "nothing yet" else BilledTo(charges=utc(billed))
    moved_on = utc(row["Moved at (UTC)"]).astimezone(given.zone).date()
    if not billed_to.charges:
        given = replace(given, started_at=utc("2024-01-05"), subscription_at=utc("2024-01-05"))
    day = next_billing_day_after(given, moved_on - timedelta(days=1), billed_to)
    assert day is not None
    return {"Next billing day begins (UTC)": shown_moment(midnight(day, given.zone))}


@figures("invoice-dates")
def dates(row: Row) -> dict[str, str]:
    given = IssuingTerms(
        grace_days=int(row["Grace"]),
        net_payment_days=30,
        anchor=row["Anchor"],
        adjustment=row["Adjustment"],
        has_grace=row["Invoice"] != "one-off",
        is_recurring=row["Invoice"] == "recurring",
    )
    made = invoice_dates(date(2024, 3, 1), given)
    final = dates_at_finalization(made, made.expected_finalization_date, given)
    if given.applicable_grace_days == 0:
        final = made
    return {
        "Finalized on": str(made.expected_finalization_date),
        "Issued on": str(final.issuing_date),
        "Due on": str(final.payment_due_date),
    }


@figures("numbers")
def numbers(row: Row) -> dict[str, str]:
    prefix, number = "ACM-1F3D", int(row["Which one"])
    written = {
        ("invoice", "customer"): number_per_customer(prefix, 7, number),
        ("invoice", "organization"): number_per_organization(prefix, date(2023, 10, 14), number),
        ("credit note of the first", "invoice"): credit_note_number(
            number_per_customer(prefix, 7, 12), number
        ),
        ("draft", "nothing"): draft_number(prefix),
    }
    return {"Number": written[row["Document"], row["Counted by"]]}
