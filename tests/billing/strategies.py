"""What Hypothesis draws for the laws of pricing: price tables, terms and events."""

from decimal import Decimal

from hypothesis import strategies as st

from billing.pricing import property_errors
from tests.billing.usages import event

MODELS_IN_ADVANCE = ("standard", "graduated", "package", "percentage", "graduated_percentage")

amounts = st.decimals(0, 1000, places=2).map(str)
some_units = st.decimals(0, 10**6, places=3)
whole_units = st.integers(0, 10**6).map(Decimal)
values = st.lists(st.integers(-50, 100), max_size=12)


@st.composite
def tables(draw, price="per_unit_amount"):
    """Draw a valid table of ranges that count ``0-10, 11-20, 21-``."""
    ends = sorted(draw(st.sets(st.integers(2, 400).map(lambda n: n * 2), max_size=4)))
    starts = [0, *(end + 1 for end in ends)]
    return [
        {"from_value": start, "to_value": end, price: draw(amounts), "flat_amount": draw(amounts)}
        for start, end in zip(starts, [*ends, None], strict=True)
    ]


@st.composite
def priced_by(draw, models=(*MODELS_IN_ADVANCE, "volume")):
    """Draw a charge model and properties that are valid for it."""
    model = draw(st.sampled_from(models))
    match model:
        case "standard":
            properties = {"amount": draw(amounts)}
        case "package":
            properties = {
                "amount": draw(amounts),
                "package_size": draw(st.integers(1, 50)),
                "free_units": draw(st.integers(0, 50)),
            }
        case "percentage":
            properties = draw(percentages())
        case "graduated_percentage":
            properties = {"graduated_percentage_ranges": draw(tables(price="rate"))}
        case _:
            properties = {f"{model}_ranges": draw(tables())}
    assert property_errors(model, properties) == {}
    return model, properties


@st.composite
def percentages(draw):
    """Draw the properties of a percentage charge."""
    least, most = sorted(draw(st.tuples(amounts, amounts)), key=Decimal)
    optional = {
        "fixed_amount": amounts,
        "free_units_per_events": st.integers(1, 5),
        "free_units_per_total_aggregation": amounts,
        "per_transaction_min_amount": st.just(least),
        "per_transaction_max_amount": st.just(most),
    }
    return {"rate": draw(amounts), **draw(st.fixed_dictionaries({}, optional=optional))}


@st.composite
def histories(draw, seats=values):
    """Draw events of February and March that carry numbers, in no particular order."""
    numbers = draw(seats)
    days = st.tuples(st.sampled_from(["02", "03"]), st.integers(1, 29))
    return [
        event(f"2024-{month}-{day:02}", number, order)
        for order, (number, (month, day)) in enumerate(
            zip(
                numbers,
                draw(st.lists(days, min_size=len(numbers), max_size=len(numbers))),
                strict=True,
            )
        )
    ]
