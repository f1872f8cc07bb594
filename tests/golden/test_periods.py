"""Period bounds and billing days against the golden lines, a case a line."""

import pytest

from tests.golden.adapters import periods


@pytest.mark.parametrize("line", periods.lines(), ids=lambda line: line["id"])
def test_the_core_gives_the_golden_periods(line):
    assert periods.differences(line) == []


@pytest.mark.parametrize(
    ("kind", "key", "wrong"),
    [
        ("invoice", "expected_from", "1999-01-01T00:00:00Z"),
        ("invoice", "charges_to", "1999-01-01T00:00:00Z"),
        ("invoice", "fixed_charges_from", "1999-01-01T00:00:00Z"),
        ("current_usage", "charges_from", None),
        ("proration", "expected_period_days", 1),
        ("billing_day", "runs", [{"at": "2023-02-06T02:00:00Z", "invoices_total": 99}]),
    ],
)
def test_a_wrong_figure_is_named(kind, key, wrong):
    line = next(line for line in periods.lines() if line["kind"] == kind and key in line)

    (difference,) = periods.differences(line | {key: wrong})

    assert str(wrong if kind != "billing_day" else 99) in difference
