"""Billable metrics through the API."""

from __future__ import annotations

import pytest

from activity.models import OutboxMessage
from catalog.models import BillableMetric, ChargeFilter
from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import AT, BillableMetricFactory, ChargeFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
STORAGE = {
    "name": "Storage",
    "code": "storage",
    "aggregation_type": "sum_agg",
    "field_name": "gb",
    "filters": [{"key": "region", "values": ["us", "eu"]}],
}


def create(api, **changes):
    return api.post("/billable_metrics", {"billable_metric": STORAGE | changes})


def test_a_metric_is_created_with_its_filters(api):
    status, body = create(api)

    shown = body["billable_metric"]
    assert status == 200
    assert missing("billable_metric", shown) == surplus("billable_metric", shown) == set()
    assert shown | STORAGE == shown
    assert shown["recurring"] is False
    assert OutboxMessage.objects.get().kind == "billable_metric.created"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"field_name": None}, {"field_name": ["value_is_mandatory"]}),
        ({"aggregation_type": "mean"}, {"aggregation_type": ["value_is_invalid"]}),
        ({"aggregation_type": None}, {"aggregation_type": ["value_is_mandatory"]}),
        ({"aggregation_type": "max_agg", "recurring": True}, {"recurring": ["value_is_invalid"]}),
        ({"aggregation_type": "weighted_sum_agg"}, {"weighted_interval": ["value_is_invalid"]}),
        ({"rounding_function": "up"}, {"rounding_function": ["value_is_invalid"]}),
        ({"expression": "1 +"}, {"expression": ["invalid_expression"]}),
        ({"filters": [{"key": "region", "values": []}]}, {"filters": ["value_is_mandatory"]}),
        ({"filters": [{"key": "a", "values": ["b"]}] * 2}, {"filters": ["value_already_exist"]}),
        ({"filters": ["region"]}, {"filters": ["value_is_invalid"]}),
    ],
)
def test_a_wrong_metric_is_refused(api, changes, errors):
    status, body = create(api, **changes)

    assert (status, body["error_details"]) == (422, errors)
    assert BillableMetric.objects.count() == 0


def test_a_count_reads_no_property(api):
    _, body = create(api, aggregation_type="count_agg")

    assert body["billable_metric"]["field_name"] is None


def test_a_metric_that_a_plan_prices_keeps_what_it_measures(api):
    create(api)
    metric = BillableMetric.objects.get()
    ChargeFactory(billable_metric=metric, plan__organization=api.organization)

    changes = {"name": "Disk", "code": "disk", "aggregation_type": "max_agg", "filters": []}
    status, body = api.put("/billable_metrics/storage", {"billable_metric": changes})

    shown = body["billable_metric"]
    assert (status, shown["name"], shown["code"]) == (200, "Disk", "storage")
    assert (shown["aggregation_type"], shown["filters"]) == ("sum_agg", [])


def test_filters_of_charges_end_with_the_values_they_name(api):
    create(api)
    metric = BillableMetric.objects.get()
    charge = ChargeFactory(billable_metric=metric, plan__organization=api.organization)
    for region in ("us", "eu"):
        ChargeFilter.objects.create(
            organization=api.organization,
            charge=charge,
            values={"region": [region]},
            properties={"amount": "2"},
            created_at=AT,
            updated_at=AT,
        )

    filters = [{"key": "region", "values": ["eu", "asia"]}]
    api.put("/billable_metrics/storage", {"billable_metric": {"filters": filters}})

    kept = ChargeFilter.objects.kept().get()
    assert kept.values == {"region": ["eu"]}


def test_a_deleted_metric_takes_its_charges_along(api):
    metric = BillableMetricFactory(organization=api.organization, code="calls")
    charge = ChargeFactory(billable_metric=metric, plan__organization=api.organization)

    status, body = api.delete("/billable_metrics/calls")

    assert (status, body["billable_metric"]["lago_id"]) == (200, str(metric.pk))
    assert api.get("/billable_metrics/calls")[1]["code"] == "billable_metric_not_found"
    charge.refresh_from_db()
    assert charge.deleted_at is not None


def test_an_expression_is_tried_on_a_sample(api):
    body = {
        "expression": "round(event.properties.bytes / 1024, 1)",
        "event": {"code": "x", "properties": {"bytes": 1600}, "timestamp": 1718193600},
    }

    assert api.post("/billable_metrics/evaluate_expression", body) == (
        200,
        {"expression_result": {"value": "1.6"}},
    )
    assert api.post("/billable_metrics/evaluate_expression")[0] == 400
    status, refusal = api.post(
        "/billable_metrics/evaluate_expression", body | {"expression": "event.properties.none"}
    )
    assert (status, refusal["error_details"]) == (422, {"expression": ["invalid_expression"]})


def test_a_foreign_metric_is_not_found(api):
    BillableMetricFactory(organization=api.organization, code="calls")
    stranger = ApiClient(OrganizationFactory())

    assert stranger.get("/billable_metrics/calls")[0] == 404
    assert stranger.put("/billable_metrics/calls", {"billable_metric": {"name": "x"}})[0] == 404
    assert stranger.delete("/billable_metrics/calls")[0] == 404
    assert stranger.get("/billable_metrics")[1]["billable_metrics"] == []


def test_the_list_takes_as_many_queries_for_many_as_for_few(api, django_assert_num_queries):
    BillableMetricFactory(organization=api.organization)
    api.get("/billable_metrics")
    BillableMetricFactory.create_batch(5, organization=api.organization)

    with django_assert_num_queries(3):
        assert len(api.get("/billable_metrics")[1]["billable_metrics"]) == 6
