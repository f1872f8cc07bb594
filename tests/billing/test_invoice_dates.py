"""When an invoice is issued, due and finalized."""

from dataclasses import replace

import pytest

from billing.invoice_dates import (
    InvoiceDates,
    IssuingTerms,
    dates_at_finalization,
    invoice_dates,
    rescheduled,
)
from tests.billing.given import on

FIRST = on("2024-03-01")


@pytest.mark.parametrize(
    ("is_recurring", "anchor", "adjustment", "grace", "issued"),
    [
        (False, "next_period_start", "keep_anchor", 3, "2024-03-04"),
        (False, "current_period_end", "align_with_finalization_date", 3, "2024-03-04"),
        (False, "current_period_end", "keep_anchor", 0, "2024-03-01"),
        (True, "next_period_start", "keep_anchor", 3, "2024-03-01"),
        (True, "next_period_start", "align_with_finalization_date", 3, "2024-03-04"),
        (True, "next_period_start", "align_with_finalization_date", 0, "2024-03-01"),
        (True, "current_period_end", "keep_anchor", 3, "2024-02-29"),
        (True, "current_period_end", "align_with_finalization_date", 3, "2024-03-04"),
        (True, "current_period_end", "align_with_finalization_date", 0, "2024-02-29"),
    ],
)
def test_the_issuing_date_goes_by_anchor_and_adjustment(
    is_recurring, anchor, adjustment, grace, issued
):
    terms = IssuingTerms(
        grace_days=grace,
        net_payment_days=30,
        anchor=anchor,
        adjustment=adjustment,
        is_recurring=is_recurring,
    )

    found = invoice_dates(FIRST, terms)

    assert found.issuing_date == on(issued)
    assert (found.payment_due_date - found.issuing_date).days == 30
    assert (found.expected_finalization_date - FIRST).days == grace


def test_an_invoice_without_grace_is_issued_on_the_day():
    terms = IssuingTerms(grace_days=3, net_payment_days=10, has_grace=False)

    assert invoice_dates(FIRST, terms) == InvoiceDates(FIRST, FIRST, on("2024-03-11"))


def test_finalization_issues_today_unless_the_anchor_is_kept():
    terms = IssuingTerms(grace_days=3, net_payment_days=10, is_recurring=True)
    kept = replace(terms, adjustment="keep_anchor", anchor="current_period_end")
    today = on("2024-03-08")

    aligned = dates_at_finalization(invoice_dates(FIRST, terms), today, terms)
    anchored = dates_at_finalization(invoice_dates(FIRST, kept), today, kept)

    assert (aligned.issuing_date, aligned.payment_due_date) == (today, on("2024-03-18"))
    assert anchored.issuing_date == on("2024-02-29")
    assert anchored.payment_due_date == on("2024-03-10")


def test_another_grace_period_moves_a_draft():
    before = IssuingTerms(grace_days=3, net_payment_days=10, is_recurring=True)
    after = replace(before, grace_days=1, net_payment_days=20)

    found = rescheduled(invoice_dates(FIRST, before), before, after)

    assert found == invoice_dates(FIRST, after)
    assert found == InvoiceDates(on("2024-03-02"), on("2024-03-02"), on("2024-03-22"))
