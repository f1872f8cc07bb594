"""Which thresholds progressive billing finds passed."""

from hypothesis import given
from hypothesis import strategies as st

from billing.thresholds import LifetimeUsage, Threshold, passed_thresholds


def invoices(thresholds, usages, invoiced=0):
    """Let usage grow and return what each progressive invoice bills, or None for none."""
    current, billed, made = 0, 0, []
    for usage in usages:
        current += usage
        state = LifetimeUsage(
            invoiced_cents=invoiced, current_cents=current, progressive_cents=billed
        )
        if passed_thresholds(thresholds, state):
            made.append(current - billed)
            billed = current
        else:
            made.append(None)
    return made


def test_one_threshold_makes_one_invoice():
    assert invoices([Threshold(20000)], [20000, 20000]) == [20000, None]


def test_two_thresholds_make_two():
    thresholds = [Threshold(20000), Threshold(50000)]

    assert invoices(thresholds, [20000, 20000, 20000]) == [20000, None, 40000]


def test_a_recurring_threshold_counts_on_above_the_largest():
    thresholds = [Threshold(200), Threshold(500), Threshold(700), Threshold(1000, True)]

    made = invoices(thresholds, [220, 220, 220, 220, 2200, 2200])

    assert made == [220, None, 440, 220, 2200, 2200]


def test_all_that_are_passed_at_once_are_named_the_recurring_one_last():
    thresholds = [Threshold(1000, True), Threshold(500), Threshold(200)]

    passed = passed_thresholds(thresholds, LifetimeUsage(invoiced_cents=0, current_cents=1500))

    assert passed == [Threshold(200), Threshold(500), Threshold(1000, True)]
    near = LifetimeUsage(invoiced_cents=0, current_cents=1499)
    assert passed_thresholds(thresholds, near) == [Threshold(200), Threshold(500)]


def test_only_a_recurring_threshold_repeats_from_zero():
    assert invoices([Threshold(100, True)], [99, 1, 99, 1]) == [None, 100, None, 100]


def test_what_earlier_periods_billed_counts_towards_a_threshold():
    assert invoices([Threshold(500)], [99, 1], invoiced=400) == [None, 100]
    assert invoices([Threshold(500)], [900], invoiced=500) == [None]


def test_usage_that_shrank_below_what_was_billed_passes_nothing():
    shrunk = LifetimeUsage(invoiced_cents=0, current_cents=100, progressive_cents=200)

    assert passed_thresholds([Threshold(50), Threshold(10, True)], shrunk) == []


@given(
    amounts=st.sets(st.integers(1, 10**6), min_size=1, max_size=5),
    usages=st.lists(st.integers(0, 10**6), max_size=12),
)
def test_each_fixed_threshold_is_passed_once(amounts, usages):
    thresholds = [Threshold(amount) for amount in amounts]
    current = billed = 0
    passed = []
    for usage in usages:
        current += usage
        state = LifetimeUsage(invoiced_cents=0, current_cents=current, progressive_cents=billed)
        found = passed_thresholds(thresholds, state)
        if found:
            passed += [threshold.amount_cents for threshold in found]
            billed = current

    assert passed == sorted(amount for amount in amounts if amount <= current)
