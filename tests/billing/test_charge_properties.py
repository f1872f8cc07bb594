"""What may stand in the properties of a charge."""

import json
from pathlib import Path

import pytest

from billing.errors import Invalid
from billing.pricing import MODELS, check_properties, default_properties, property_errors
from tests.billing.usages import tiers

SCENARIOS = Path(__file__).parents[1] / "golden" / "data" / "scenarios.jsonl"


def codes(model, properties):
    return property_errors(model, properties).get("properties", [])


@pytest.mark.parametrize("model", MODELS)
def test_the_defaults_of_a_model_are_valid(model):
    assert codes(model, default_properties(model)) == []


def test_every_charge_of_the_golden_scenarios_is_valid():
    charges = [found for found in _charges(_scenarios()) if found.get("properties")]

    refused = [each for each in charges if codes(each["charge_model"], each["properties"])]

    assert len(charges) == 191
    assert refused == []


@pytest.mark.parametrize("amount", [None, "", "-1", "a", "1e3", "1,5", 5, True, ["1"]])
def test_an_amount_is_a_string_of_a_decimal_that_is_not_negative(amount):
    assert codes("standard", {"amount": amount}) == ["invalid_amount"]


@pytest.mark.parametrize("amount", ["0", "1", "0.00000001", "12.50"])
def test_amounts_may_have_any_number_of_decimals(amount):
    assert codes("standard", {"amount": amount}) == []


def test_a_package_has_a_size_and_its_free_units():
    assert codes("package", {"amount": "1", "package_size": 10, "free_units": 0}) == []
    assert codes("package", {"amount": "1", "package_size": 0, "free_units": -1}) == [
        "invalid_package_size",
        "invalid_free_units",
    ]
    assert codes("package", {}) == [
        "invalid_amount",
        "invalid_package_size",
        "invalid_free_units",
    ]


def test_the_options_of_a_percentage_may_be_absent():
    assert codes("percentage", {"rate": "2.5"}) == []
    assert codes("percentage", {"rate": "2.5", "fixed_amount": None}) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"rate": 2}, "invalid_rate"),
        ({"rate": "-2"}, "invalid_rate"),
        ({"fixed_amount": "x"}, "invalid_fixed_amount"),
        ({"free_units_per_events": 0}, "invalid_free_units_per_events"),
        ({"free_units_per_events": "3"}, "invalid_free_units_per_events"),
        ({"free_units_per_total_aggregation": -1}, "invalid_free_units_per_total_aggregation"),
        ({"per_transaction_min_amount": "x"}, "invalid_amount"),
        ({"per_transaction_max_amount": 1}, "invalid_amount"),
        (
            {"per_transaction_min_amount": "2", "per_transaction_max_amount": "1.99"},
            "per_transaction_max_lower_than_per_transaction_min",
        ),
    ],
)
def test_what_is_wrong_with_a_percentage(change, code):
    assert codes("percentage", {"rate": "1", **change}) == [code]


@pytest.mark.parametrize("model", ["graduated", "volume", "graduated_percentage"])
def test_ranges_cover_everything_without_gap_or_overlap(model):
    name = f"{model}_ranges"
    price = "rate" if model == "graduated_percentage" else "per_unit_amount"

    def of(*bounds):
        return codes(model, {name: tiers(*((*each, "1", "0") for each in bounds), price=price)})

    assert of((0, None)) == []
    assert of((0, 10), (11, 20), (21, None)) == []
    for wrong in (
        [(0, 10)],
        [(1, None)],
        [(0, 10), (12, None)],
        [(0, 10), (9, None)],
        [(0, None), (11, None)],
        [(0, 0), (1, None)],
        [(0, 10), (11, 5), (6, None)],
        [("x", None)],
    ):
        assert of(*wrong) == [f"invalid_{name}"], wrong


def test_only_graduated_ranges_may_share_a_bound():
    bounds = tiers((0, 1, "1", "0"), (1, None, "1", "0"))

    assert codes("graduated", {"graduated_ranges": bounds}) == []
    assert codes("volume", {"volume_ranges": bounds}) == ["invalid_volume_ranges"]


@pytest.mark.parametrize("rows", [None, []])
def test_a_table_without_rows_is_missing(rows):
    assert codes("volume", {"volume_ranges": rows}) == ["missing_volume_ranges"]


@pytest.mark.parametrize("rows", ["x", 5, ["x"]])
def test_a_table_is_a_list_of_rows(rows):
    assert codes("graduated", {"graduated_ranges": rows}) == ["invalid_graduated_ranges"]


def test_the_prices_of_a_range_are_checked():
    assert codes("graduated", {"graduated_ranges": tiers((0, None, "-1", "0"))}) == [
        "invalid_amount"
    ]
    shares = {"graduated_percentage_ranges": tiers((0, None, "x", "0"), price="rate")}
    assert codes("graduated_percentage", shares) == ["invalid_rate"]


def test_a_wrong_price_is_refused_with_its_codes():
    with pytest.raises(Invalid) as refused:
        check_properties("standard", {"amount": "-1"})

    assert refused.value.errors == {"properties": ["invalid_amount"]}


def test_an_unknown_model_is_refused():
    with pytest.raises(Invalid):
        property_errors("lottery", {})


def _scenarios():
    return [json.loads(line) for line in SCENARIOS.read_text(encoding="utf-8").splitlines()]


def _charges(value):
    """Yield every charge in a structure of JSON."""
    if isinstance(value, list):
        for each in value:
            yield from _charges(each)
    elif isinstance(value, dict):
        if "charge_model" in value:
            yield value
        for each in value.values():
            yield from _charges(each)
