"""Laws that every price keeps, whatever the usage."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from billing.aggregation import (
    ALL_VALUES,
    aggregate,
    aggregate_by_group,
    aggregate_in_advance,
    best_filter,
    in_advance,
    matches,
)
from billing.pricing import Entry, Usage, price, price_in_advance
from tests.billing.strategies import (
    MODELS_IN_ADVANCE,
    amounts,
    histories,
    percentages,
    priced_by,
    some_units,
    tables,
    values,
    whole_units,
)
from tests.billing.usages import COUNT, MARCH, SEATS, SUM, UNIQUE, USERS, cents, event, units


def used(numbers):
    total = sum(numbers)
    return Usage(
        units=Decimal(total),
        events_count=len(numbers),
        values=tuple(Decimal(number) for number in numbers),
        entries=tuple(Entry(Decimal(number), Fraction(number)) for number in numbers),
        precise_total_amount_cents=Decimal(total),
    )


@given(priced_by((*MODELS_IN_ADVANCE, "volume")), values)
def test_nothing_is_below_zero(terms, numbers):
    priced = price(*terms, used(numbers), "EUR")

    assert min(priced.units, priced.amount, priced.amount_cents, priced.unit_amount) >= 0


@given(priced_by(), values)
def test_the_steps_add_up_to_the_amount(terms, numbers):
    usage = used([abs(number) for number in numbers])
    priced = price(*terms, usage, "EUR")

    assert sum((_worth(step) for step in priced.steps), Decimal(0)) == priced.amount


@given(tables(), whole_units, whole_units)
def test_graduated_prices_every_unit_once(table, one, other):
    """More units never cost less, and each further unit costs the price of one tier."""
    less, more = sorted([one, other])
    properties = {"graduated_ranges": table}

    def steps(n):
        return price("graduated", properties, units(n), "EUR").steps

    assert sum(step.units for step in steps(more)) == more
    assert cents("graduated", properties, units(less)) <= cents(
        "graduated", properties, units(more)
    )


@given(tables(price="rate"), whole_units)
def test_graduated_percentage_prices_every_unit_once(table, n):
    terms = {"graduated_percentage_ranges": table}

    assert sum(s.units for s in price("graduated_percentage", terms, units(n), "EUR").steps) == n


@given(amounts, amounts, some_units)
def test_with_one_range_volume_and_graduated_agree(each, flat, n):
    table = [{"from_value": 0, "to_value": None, "per_unit_amount": each, "flat_amount": flat}]

    volume = price("volume", {"volume_ranges": table}, units(n), "EUR")
    graduated = price("graduated", {"graduated_ranges": table}, units(n), "EUR")

    assert (volume.amount, volume.unit_amount) == (graduated.amount, graduated.unit_amount)


@given(st.integers(1, 50), st.integers(0, 50), some_units)
def test_packages_hold_all_paid_units_and_none_is_idle(size, free, n):
    terms = {"amount": "1", "package_size": size, "free_units": free}
    packages = price("package", terms, units(n), "EUR").amount
    paid = max(Decimal(0), n - free)

    assert packages * size >= paid
    assert packages == 0 or (packages - 1) * size < paid


@given(percentages(), values)
def test_each_event_stays_within_its_bounds(terms, numbers):
    least = Decimal(terms.get("per_transaction_min_amount", "0"))
    most = Decimal(terms.get("per_transaction_max_amount", "1e9"))
    usage = used([abs(number) for number in numbers])
    priced = price("percentage", {**terms, "per_transaction_max_amount": str(most)}, usage, "EUR")

    paid = sum(step.paid_events for step in priced.steps)

    assert paid * least <= priced.amount <= paid * most


@given(percentages(), values)
def test_an_allowance_never_makes_a_bill_dearer(terms, numbers):
    usage = used([abs(number) for number in numbers])
    free = ("free_units_per_events", "free_units_per_total_aggregation")
    without = {key: value for key, value in terms.items() if key not in free}

    assert cents("percentage", terms, usage) <= cents("percentage", without, usage)


@given(tables(), st.lists(st.integers(0, 100), max_size=8))
def test_prorated_by_the_whole_period_is_not_prorated(table, numbers):
    terms = {"graduated_ranges": table}
    usage = used(numbers)

    whole = price("graduated", terms, usage, "EUR")
    by_entries = price("graduated", terms, usage, "EUR", is_prorated=True)

    assert by_entries.amount == whole.amount


@given(histories(st.lists(st.integers(0, 100), max_size=8)), tables())
def test_prorated_never_exceeds_full(events, table):
    terms = {"graduated_ranges": table}
    shares = aggregate(SEATS, events, MARCH, is_prorated=True)
    full = aggregate(SEATS, events, MARCH)

    owed = price("graduated", terms, shares, "EUR", is_prorated=True)

    assert shares.units <= shares.full_units == full.units
    assert owed.amount <= price("graduated", terms, full, "EUR").amount


@given(priced_by(MODELS_IN_ADVANCE), histories(st.lists(st.integers(0, 100), max_size=8)))
def test_fees_paid_in_advance_add_up_to_the_price_of_the_period(terms, events):
    paid = sum(_advance(terms, SUM, events, each).amount for each in _inside(events))
    usage = aggregate(SUM, events, MARCH)

    assert paid == (price(*terms, usage, "EUR").amount if usage.units else 0)


@given(histories())
def test_units_paid_in_advance_add_up_to_the_highest_sum(events):
    shares = [in_advance(SEATS, events, each, MARCH) for each in _inside(events)]
    carried = max(Decimal(0), aggregate(SEATS, events, MARCH).units - sum(_values(events)))

    paid = carried + sum(share.billable_units for share in shares)

    assert paid == aggregate_in_advance(SEATS, events, MARCH).units
    assert all(after.before == before.after for before, after in pairwise(shares))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=10))
def test_as_many_values_are_paid_as_were_there_at_once(changes):
    events = [
        event("2024-03-05", value, order, operation_type="add" if is_added else "remove")
        for order, (value, is_added) in enumerate(changes)
    ]

    paid = [in_advance(UNIQUE, events, each, MARCH).billable_units for each in events]

    there, highest = set(), 0
    for value, is_added in changes:
        there = there | {value} if is_added else there - {value}
        highest = max(highest, len(there))
    assert sum(paid) == highest
    assert aggregate(UNIQUE, events, MARCH).units <= sum(paid)


@given(histories())
def test_the_order_of_arrival_does_not_matter(events):
    for metric in (SUM, SEATS, COUNT, UNIQUE, USERS, replace(SUM, aggregation_type="latest_agg")):
        assert aggregate(metric, events, MARCH) == aggregate(metric, events[::-1], MARCH)


FILTERS = st.lists(
    st.dictionaries(
        st.sampled_from(["region", "cloud"]),
        st.lists(st.sampled_from(["a", "b", ALL_VALUES]), min_size=1, max_size=2, unique=True),
        min_size=1,
    ),
    max_size=4,
)
PLACES = st.lists(
    st.fixed_dictionaries(
        {}, optional={key: st.sampled_from(["a", "b", "c"]) for key in ("region", "cloud")}
    ),
    max_size=8,
)


@given(FILTERS, PLACES)
def test_filters_share_out_the_events(filters, places):
    """Each event belongs to one filter that matches it, or to none because none does."""
    declared = {"region": ["a", "b"], "cloud": ["a", "b"]}
    for place in places:
        chosen = best_filter(place, filters, declared)
        fitting = [each for each in filters if matches(place, each, declared)]
        if chosen is None:
            assert fitting == []
        else:
            assert len(filters[chosen]) == max(len(each) for each in fitting)
            assert filters.index(filters[chosen]) == chosen


@given(PLACES)
def test_groups_share_out_the_units(places):
    events = [event("2024-03-05", 1, order, **place) for order, place in enumerate(places)]

    groups = aggregate_by_group(SUM, events, MARCH, ["region", "cloud"])

    assert sum(usage.units for _, usage in groups) == aggregate(SUM, events, MARCH).units


def _worth(step):
    """Return what a step contributes to the amount, in currency units."""
    match type(step).__name__:
        case "StandardStep":
            return step.total_amount
        case "PackageStep":
            packages, begun = divmod(step.paid_units, step.per_package_size)
            return (packages + bool(begun)) * step.per_package_unit_amount
        case "PercentageStep":
            return (
                step.per_unit_total_amount
                + step.fixed_fee_total_amount
                + step.min_max_adjustment_total_amount
            )
        case "VolumeStep":
            return step.per_unit_total_amount + step.flat_unit_amount
        case _:
            return step.total_with_flat_amount


def _inside(events):
    ordered = sorted(events, key=lambda each: (each.at, each.order))
    return [each for each in ordered if each.at >= MARCH.start_at]


def _values(events):
    return [each.properties["value"] for each in _inside(events)]


def _advance(terms, metric, events, each):
    return price_in_advance(*terms, in_advance(metric, events, each, MARCH), "EUR")
