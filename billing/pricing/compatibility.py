"""Which charges make sense: a metric, a charge model and the options that go together.

Source: docs/billing-policy.md, section "Charges".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

IN_ADVANCE = frozenset(["count_agg", "sum_agg", "unique_count_agg", "custom_agg"])
"""Aggregations that an event can add to at once."""

PRORATED_IN_ARREARS = frozenset(["standard", "volume", "graduated"])


@dataclass(frozen=True, slots=True)
class ChargeTerms:
    """The options of a charge; `recurring` and `aggregation_type` are its metric's."""

    model: str
    aggregation_type: str
    recurring: bool = False
    pay_in_advance: bool = False
    invoiceable: bool = True
    prorated: bool = False
    min_amount_cents: int = 0
    regroup_paid_fees: str | None = None


def compatibility_errors(charge: ChargeTerms) -> dict[str, list[str]]:
    """Return what does not go together: the codes of each field, or nothing."""
    errors: dict[str, list[str]] = {}
    for field, code in _problems(charge):
        errors.setdefault(field, []).append(code)
    return errors


def _problems(charge: ChargeTerms) -> Iterator[tuple[str, str]]:
    yield from _model_problems(charge)
    if charge.pay_in_advance:
        if charge.model == "volume" or charge.aggregation_type not in IN_ADVANCE:
            yield "pay_in_advance", "invalid_aggregation_type_or_charge_model"
        if charge.min_amount_cents > 0:
            yield "min_amount_cents", "not_compatible_with_pay_in_advance"
    elif not charge.invoiceable:
        yield "invoiceable", "must_be_true_unless_pay_in_advance"
    if charge.min_amount_cents < 0:
        yield "min_amount_cents", "value_is_out_of_range"
    yield from _regroup_problems(charge)
    if charge.prorated and not _may_be_prorated(charge):
        yield "prorated", "invalid_billable_metric_or_charge_model"


def _model_problems(charge: ChargeTerms) -> Iterator[tuple[str, str]]:
    metric = charge.aggregation_type
    is_wrong = (
        (charge.model == "dynamic" and metric != "sum_agg")
        or (charge.model == "custom") != (metric == "custom_agg")
        or (charge.model in ("percentage", "graduated_percentage") and metric == "latest_agg")
    )
    if is_wrong:
        yield "charge_model", "invalid_aggregation_type_or_charge_model"


def _regroup_problems(charge: ChargeTerms) -> Iterator[tuple[str, str]]:
    if charge.regroup_paid_fees is None:
        return
    if charge.regroup_paid_fees != "invoice":
        yield "regroup_paid_fees", "value_is_invalid"
    if not charge.pay_in_advance or charge.invoiceable:
        yield (
            "regroup_paid_fees",
            "only_compatible_with_pay_in_advance_and_non_invoiceable",
        )


def _may_be_prorated(charge: ChargeTerms) -> bool:
    if not charge.recurring or charge.aggregation_type == "weighted_sum_agg":
        return False
    return charge.model in (["standard"] if charge.pay_in_advance else PRORATED_IN_ARREARS)
