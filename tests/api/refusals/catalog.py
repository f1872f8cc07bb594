"""What is refused of taxes, metrics, plans and charges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.api.refusals.refusal import Refusal, refused
from tests.api.refusals.world import World


def catalog(world: World) -> Iterator[Refusal]:
    tax = refused("/taxes", "tax", name="Tax", code="tax", rate="5")
    yield tax({"name": None}, {"name": ["value_is_mandatory"]})
    metric = refused("/billable_metrics", "billable_metric", name="M", code="m")
    yield metric({"aggregation_type": "best"}, {"aggregation_type": ["value_is_invalid"]})
    yield metric(
        {"aggregation_type": "count_agg", "expression": "1 +"},
        {"expression": ["invalid_expression"]},
    )
    terms = {"code": "p", "interval": "monthly", "amount_cents": 1, "amount_currency": "EUR"}
    plan = refused("/plans", "plan", name="P", pay_in_advance=False, **terms)
    yield plan({"code": world.plan.code}, {"code": ["value_already_exist"]})
    two = [{"amount_cents": 5}, {"amount_cents": 5}]
    yield plan({"usage_thresholds": two}, {"usage_thresholds": ["duplicate_threshold_values"]})
    two = [{"amount_cents": cents, "recurring": True} for cents in (5, 6)]
    yield plan({"usage_thresholds": two}, {"usage_thresholds": ["multiple_recurring_thresholds"]})
    for members, errors in CHARGES:
        charge = {"billable_metric_id": str(world.metric.pk), **members}
        yield plan({"charges": [charge]}, errors)


def _properties(model: str, code: str, **properties: Any) -> tuple[dict[str, Any], Any]:
    return {"charge_model": model, "properties": properties}, {"properties": [code]}


STANDARD = {"charge_model": "standard", "properties": {"amount": "1"}}
PERCENTAGE = {"rate": "5"}
GAP = [{"from_value": 5, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}]
CHARGES = [
    _properties("standard", "invalid_amount", amount="-1"),
    _properties("percentage", "invalid_rate", rate="x"),
    _properties("percentage", "invalid_fixed_amount", rate="5", fixed_amount="x"),
    _properties("package", "invalid_package_size", amount="1", free_units=0, package_size=0),
    _properties("package", "invalid_free_units", amount="1", free_units=-1, package_size=10),
    _properties("percentage", "invalid_free_units_per_events", rate="5", free_units_per_events=-1),
    _properties(
        "percentage",
        "invalid_free_units_per_total_aggregation",
        rate="5",
        free_units_per_total_aggregation="x",
    ),
    _properties(
        "percentage",
        "per_transaction_max_lower_than_per_transaction_min",
        rate="5",
        per_transaction_min_amount="2",
        per_transaction_max_amount="1",
    ),
    _properties("graduated", "missing_graduated_ranges", graduated_ranges=[]),
    _properties("graduated", "invalid_graduated_ranges", graduated_ranges=GAP),
    _properties("volume", "missing_volume_ranges", volume_ranges=[]),
    _properties("volume", "invalid_volume_ranges", volume_ranges=GAP),
    _properties(
        "graduated_percentage",
        "missing_graduated_percentage_ranges",
        graduated_percentage_ranges=[],
    ),
    _properties(
        "graduated_percentage",
        "invalid_graduated_percentage_ranges",
        graduated_percentage_ranges=[
            {"from_value": 5, "to_value": None, "rate": "1", "flat_amount": "0"}
        ],
    ),
    (
        {**STANDARD, "charge_model": "dynamic"},
        {"charge_model": ["invalid_aggregation_type_or_charge_model"]},
    ),
    ({**STANDARD, "prorated": True}, {"prorated": ["invalid_billable_metric_or_charge_model"]}),
    (
        {**STANDARD, "pay_in_advance": True, "min_amount_cents": 5},
        {"min_amount_cents": ["not_compatible_with_pay_in_advance"]},
    ),
    (
        {**STANDARD, "invoiceable": False},
        {"invoiceable": ["must_be_true_unless_pay_in_advance"]},
    ),
    (
        {**STANDARD, "regroup_paid_fees": "invoice"},
        {"regroup_paid_fees": ["only_compatible_with_pay_in_advance_and_non_invoiceable"]},
    ),
]
