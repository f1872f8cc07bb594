"""The charges of plans, and their filters, through the API."""

from __future__ import annotations

import pytest

from catalog.models import Charge, Plan
from tests.api.shapes import missing
from tests.factories import (
    BillableMetricFactory,
)

pytestmark = pytest.mark.django_db
PLAN = {
    "name": "Advance",
    "code": "adv",
    "interval": "monthly",
    "amount_cents": 3000,
    "amount_currency": "EUR",
    "pay_in_advance": True,
}
RANGES = [
    {"from_value": 0, "to_value": 10, "per_unit_amount": "0.5", "flat_amount": "1"},
    {"from_value": 11, "to_value": None, "per_unit_amount": "0.2", "flat_amount": "2"},
]


@pytest.fixture
def metric(api):
    found = BillableMetricFactory(organization=api.organization, code="calls")
    found.filters.create(
        organization=api.organization,
        key="region",
        values=["eu", "us"],
        created_at=found.created_at,
    )
    return found


def charge(metric, **changes):
    return {
        "billable_metric_id": str(metric.pk),
        "charge_model": "standard",
        "properties": {"amount": "0.05"},
    } | changes


def create(api, *charges, **changes):
    return api.post("/plans", {"plan": {**PLAN, "charges": list(charges), **changes}})


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"properties": {"amount": 5}}, {"properties": ["invalid_amount"]}),
        ({"properties": {"amount": "-5"}}, {"properties": ["invalid_amount"]}),
        ({"charge_model": "cheap"}, {"charge_model": ["value_is_invalid"]}),
        ({"charge_model": None}, {"charge_model": ["value_is_mandatory"]}),
        (
            {"charge_model": "graduated", "properties": {"graduated_ranges": RANGES[1:]}},
            {"properties": ["invalid_graduated_ranges"]},
        ),
        (
            {"charge_model": "volume", "pay_in_advance": True, "properties": {}},
            {"pay_in_advance": ["invalid_aggregation_type_or_charge_model"]},
        ),
        ({"invoiceable": False}, {"invoiceable": ["must_be_true_unless_pay_in_advance"]}),
        (
            {"pay_in_advance": True, "min_amount_cents": 5},
            {"min_amount_cents": ["not_compatible_with_pay_in_advance"]},
        ),
        ({"prorated": True}, {"prorated": ["invalid_billable_metric_or_charge_model"]}),
        (
            {"charge_model": "dynamic"},
            {"charge_model": ["invalid_aggregation_type_or_charge_model"]},
        ),
        (
            {"filters": [{"values": {"planet": ["mars"]}, "properties": {"amount": "1"}}]},
            {"values": ["value_is_invalid"]},
        ),
        (
            {"filters": [{"values": {"region": ["eu"]}, "properties": {"amount": 1}}]},
            {"properties": ["invalid_amount"]},
        ),
        ({"filters": [{"properties": {"amount": "1"}}]}, {"values": ["value_is_mandatory"]}),
    ],
)
def test_a_wrong_charge_is_refused_with_the_whole_plan(api, metric, changes, errors):
    status, body = create(api, charge(metric, **changes))

    assert (status, body["error_details"]) == (422, errors)
    assert Plan.objects.count() == Charge.objects.count() == 0


def test_a_foreign_metric_cannot_be_priced(api):
    status, body = create(api, charge(BillableMetricFactory()))

    assert (status, body["code"]) == (404, "billable_metric_not_found")
    assert Plan.objects.count() == 0


def test_missing_prices_are_those_of_the_model(api, metric):
    _, body = create(api, charge(metric, charge_model="package", properties=None))

    assert body["plan"]["charges"][0]["properties"] == {
        "amount": "0",
        "package_size": 1,
        "free_units": 0,
    }


def test_group_keys_have_two_names(api, metric):
    _, body = create(api, charge(metric, properties={"amount": "1", "grouped_by": ["team"]}))

    assert body["plan"]["charges"][0]["properties"] == {
        "amount": "1",
        "pricing_group_keys": ["team"],
        "grouped_by": ["team"],
    }


def test_a_charge_is_added_changed_and_removed(api, metric):
    create(api)

    status, body = api.post("/plans/adv/charges", {"charge": charge(metric)})
    assert (status, body["charge"]["code"]) == (200, "calls")
    assert missing("charge", body["charge"]) == set()
    assert api.get("/plans/adv/charges/calls")[1] == body
    changes = {"charge": {"properties": {"amount": "3"}, "min_amount_cents": 5}}
    _, body = api.put("/plans/adv/charges/calls", changes)
    assert body["charge"]["properties"] == {"amount": "3"}
    assert body["charge"]["min_amount_cents"] == 5
    assert api.get("/plans/adv/charges")[1]["meta"]["total_count"] == 1
    assert api.delete("/plans/adv/charges/calls")[1]["charge"]["code"] == "calls"
    assert api.get("/plans/adv/charges/calls")[1]["code"] == "charge_not_found"


def test_a_filter_is_added_changed_and_removed(api, metric):
    create(api, charge(metric))
    path = "/plans/adv/charges/calls/filters"
    europe = {"values": {"region": ["eu"]}, "properties": {"amount": "2"}}

    status, body = api.post(path, {"filter": europe})
    assert (status, body["filter"]["values"]) == (200, {"region": ["eu"]})
    one = f"{path}/{body['filter']['lago_id']}"
    _, body = api.put(one, {"filter": {"properties": {"amount": "9"}}})
    assert (body["filter"]["properties"], body["filter"]["values"]) == (
        {"amount": "9"},
        {"region": ["eu"]},
    )
    assert api.get(one)[1] == body
    assert api.get(path)[1]["meta"]["total_count"] == 1
    assert api.delete(one)[0] == 200
    assert api.get(one)[1]["code"] == "charge_filter_not_found"


def test_a_filter_with_another_price_is_another_filter(api, metric):
    europe = {"values": {"region": ["eu"]}, "properties": {"amount": "2"}}
    _, body = create(api, charge(metric, filters=[europe]))
    shown = body["plan"]["charges"][0]

    def put(price):
        one = {"id": shown["lago_id"], "filters": [{**europe, "properties": {"amount": price}}]}
        _, body = api.put("/plans/adv", {"plan": {"charges": [one]}})
        return [one["lago_id"] for one in body["plan"]["charges"][0]["filters"]]

    assert put("2") == [shown["filters"][0]["lago_id"]]
    assert put("3") != [shown["filters"][0]["lago_id"]]
