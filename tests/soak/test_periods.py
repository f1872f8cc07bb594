"""The soak of billing periods in the pure core."""

from tests.billing.given import span, terms
from tests.soak.periods import Life, faults, soak


def test_subscriptions_are_billed_without_gap_or_overlap(asked):
    invoices, found = soak(asked.count, asked.seed)

    assert found == []
    assert invoices >= asked.count * 10
    print(f"{invoices} invoices of {asked.count} subscriptions: no gap, no overlap")


def test_a_seed_gives_the_same_lives_each_time():
    assert soak(100) == (2_298, [])


def test_a_gap_and_an_overlap_are_found():
    january, february = span("2024-01-01", "2024-02-01"), span("2024-02-01", "2024-03-01")
    ended = terms("2024-01-01", terminated_at="2024-02-29 23:59:59.999")
    with_a_gap = [span("2024-01-01", "2024-01-31"), february]
    with_an_overlap = [january, span("2024-01-31", "2024-03-01")]

    sound = Life(ended, False, [january, february], [january, february], [january, february])
    broken = Life(ended, False, [january, february], with_a_gap, with_an_overlap)

    assert list(faults(sound)) == []
    assert [fault.split(":")[0] for fault in faults(broken)] == ["charges", "fixed_charges"]
