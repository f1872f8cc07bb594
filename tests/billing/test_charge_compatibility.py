"""Which metric, charge model and options go together."""

import pytest

from billing.pricing import ChargeTerms, compatibility_errors

WRONG_PAIR = "invalid_aggregation_type_or_charge_model"


def errors(model="standard", aggregation_type="sum_agg", **options):
    return compatibility_errors(ChargeTerms(model, aggregation_type, **options))


def test_a_plain_charge_is_fine():
    assert errors() == {}


def test_a_volume_cannot_be_paid_in_advance():
    assert errors("volume", pay_in_advance=True) == {"pay_in_advance": [WRONG_PAIR]}


@pytest.mark.parametrize("metric", ["max_agg", "latest_agg", "weighted_sum_agg"])
def test_only_what_an_event_adds_to_can_be_paid_in_advance(metric):
    assert errors(aggregation_type=metric, pay_in_advance=True) == {"pay_in_advance": [WRONG_PAIR]}


@pytest.mark.parametrize("metric", ["count_agg", "sum_agg", "unique_count_agg"])
def test_what_an_event_adds_to_can_be_paid_in_advance(metric):
    assert errors(aggregation_type=metric, pay_in_advance=True) == {}


def test_a_charge_paid_in_advance_has_no_spending_minimum():
    assert errors(pay_in_advance=True, min_amount_cents=1) == {
        "min_amount_cents": ["not_compatible_with_pay_in_advance"]
    }
    assert errors(min_amount_cents=1) == {}
    assert errors(min_amount_cents=-1) == {"min_amount_cents": ["value_is_out_of_range"]}


def test_only_a_charge_paid_in_advance_may_stay_off_invoices():
    assert errors(invoiceable=False) == {"invoiceable": ["must_be_true_unless_pay_in_advance"]}
    assert errors(invoiceable=False, pay_in_advance=True) == {}


def test_paid_fees_are_regrouped_when_they_stay_off_invoices():
    code = "only_compatible_with_pay_in_advance_and_non_invoiceable"

    assert errors(regroup_paid_fees="invoice", pay_in_advance=True, invoiceable=False) == {}
    assert errors(regroup_paid_fees="invoice", pay_in_advance=True) == {"regroup_paid_fees": [code]}
    assert errors(regroup_paid_fees="invoice") == {"regroup_paid_fees": [code]}
    assert errors(regroup_paid_fees="other", pay_in_advance=True, invoiceable=False) == {
        "regroup_paid_fees": ["value_is_invalid"]
    }


@pytest.mark.parametrize(
    ("model", "options", "is_fine"),
    [
        ("standard", {"recurring": True}, True),
        ("volume", {"recurring": True}, True),
        ("graduated", {"recurring": True}, True),
        ("package", {"recurring": True}, False),
        ("percentage", {"recurring": True}, False),
        ("standard", {"recurring": False}, False),
        ("standard", {"recurring": True, "pay_in_advance": True}, True),
        ("graduated", {"recurring": True, "pay_in_advance": True}, False),
        ("standard", {"recurring": True, "aggregation_type": "weighted_sum_agg"}, False),
    ],
)
def test_what_can_be_prorated(model, options, is_fine):
    expected = {} if is_fine else {"prorated": ["invalid_billable_metric_or_charge_model"]}

    assert errors(model, prorated=True, **options) == expected


@pytest.mark.parametrize(
    ("model", "metric", "is_fine"),
    [
        ("dynamic", "sum_agg", True),
        ("dynamic", "count_agg", False),
        ("custom", "custom_agg", True),
        ("custom", "sum_agg", False),
        ("standard", "custom_agg", False),
        ("percentage", "latest_agg", False),
        ("graduated_percentage", "latest_agg", False),
        ("percentage", "max_agg", True),
    ],
)
def test_which_models_and_metrics_go_together(model, metric, is_fine):
    assert errors(model, metric) == ({} if is_fine else {"charge_model": [WRONG_PAIR]})
