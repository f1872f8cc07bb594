"""The endpoints of events: shapes, refusals, lists."""

from datetime import UTC, datetime

import pytest

from tests.factories import (
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
)
from tests.usage.stored import stored_events
from usage.models import UsageEvent

pytestmark = pytest.mark.django_db

EVENT = {
    "transaction_id": "t.1/é",
    "code": "calls",
    "external_subscription_id": "sub",
    "timestamp": "1704103200.25",
    "properties": {"region": "eu"},
    "precise_total_amount_cents": "12.5",
}


def subscribe(organization, external_id="sub"):
    return SubscriptionFactory(
        organization=organization,
        customer=CustomerFactory(organization=organization),
        plan=PlanFactory(organization=organization),
        external_id=external_id,
    )


def test_an_event_is_answered_as_it_is_stored_and_read_with_its_owner(api):
    subscription = subscribe(api.organization)

    status, body = api.post("/events", {"event": EVENT})

    assert status == 200
    row = UsageEvent.objects.get()
    created_at = body["event"].pop("created_at")
    assert datetime.fromisoformat(created_at) == row.created_at.replace(microsecond=0)
    assert body == {
        "event": {
            "lago_id": str(row.pk),
            "transaction_id": "t.1/é",
            "lago_customer_id": None,
            "code": "calls",
            "timestamp": "2024-01-01T10:00:00.250Z",
            "precise_total_amount_cents": "12.5",
            "properties": {"region": "eu"},
            "lago_subscription_id": None,
            "external_subscription_id": "sub",
        }
    }
    read = api.get("/events")[1]["events"][0]
    assert read["lago_subscription_id"] == str(subscription.pk)
    assert read["lago_customer_id"] == str(subscription.customer_id)


def test_events_of_nobody_are_accepted(api):
    status, body = api.post("/events", {"event": EVENT | {"timestamp": None}})

    assert status == 200
    assert body["event"]["lago_subscription_id"] is None
    assert body["event"]["lago_customer_id"] is None


def test_a_repeated_event_is_refused(api):
    api.post("/events", {"event": EVENT})

    status, body = api.post("/events", {"event": EVENT | {"code": "other"}})

    assert (status, body["code"]) == (422, "validation_errors")
    assert body["error_details"] == {"transaction_id": ["value_already_exist"]}
    assert UsageEvent.objects.count() == 1


def test_wrong_fields_are_named(api):
    status, body = api.post("/events", {"event": {"code": None, "timestamp": "2024-01-01"}})

    assert status == 422
    assert body["error_details"] == {
        "transaction_id": ["value_is_mandatory"],
        "code": ["value_is_mandatory"],
        "timestamp": ["invalid_format"],
    }
    assert UsageEvent.objects.count() == 0


@pytest.mark.parametrize("body", [{}, {"event": "x"}, {"event": []}])
def test_without_the_root_it_is_a_bad_request(api, body):
    assert api.post("/events", body)[0] == 400


def test_a_batch_is_stored_or_refused_as_a_whole(api):
    first, second = EVENT | {"transaction_id": "a"}, EVENT | {"transaction_id": "b"}
    status, body = api.post("/events/batch", {"events": [first, second]})
    assert status == 200
    assert [event["transaction_id"] for event in body["events"]] == ["a", "b"]

    status, body = api.post("/events/batch", {"events": [EVENT | {"transaction_id": "c"}, second]})
    assert status == 422
    assert body["error_details"] == {"1": {"transaction_id": ["value_already_exist"]}}
    assert UsageEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("events", "code"), [([], "no_events"), ([EVENT] * 101, "too_many_events")]
)
def test_a_batch_has_1_to_100_events(api, events, code):
    status, body = api.post("/events/batch", {"events": events})

    assert status == 422
    assert body["error_details"] == {"events": [code]}


def test_an_event_is_found_by_its_transaction(api):
    api.post("/events", {"event": EVENT})

    status, body = api.get("/events/t.1/é")

    assert status == 200
    assert body["event"]["transaction_id"] == "t.1/é"
    assert api.get("/events/t.1") == (
        404,
        {"status": 404, "error": "Not Found", "code": "event_not_found"},
    )


def test_strangers_see_nothing(api):
    stored_events(OrganizationFactory(), ("sub", "calls", datetime(2024, 1, 1, tzinfo=UTC), {}))
    found = UsageEvent.objects.get()

    assert api.get(f"/events/{found.transaction_id}")[0] == 404
    assert api.get("/events")[1]["events"] == []


def test_the_list_is_filtered_and_the_latest_comes_first(api):
    for number, (owner, code, timestamp) in enumerate(
        [("sub", "calls", 100), ("sub", "calls", 300), ("sub", "other", 200), ("x", "calls", 400)]
    ):
        api.post(
            "/events",
            {
                "event": {
                    "transaction_id": str(number),
                    "external_subscription_id": owner,
                    "code": code,
                    "timestamp": timestamp,
                }
            },
        )

    def listed(**parameters):
        status, body = api.get("/events", **parameters)
        assert status == 200
        return [event["transaction_id"] for event in body["events"]]

    assert listed() == ["3", "1", "2", "0"]
    assert listed(external_subscription_id="sub") == ["1", "2", "0"]
    assert listed(code="calls") == ["3", "1", "0"]
    assert listed(timestamp_from="1970-01-01T00:03:20Z", timestamp_to="1970-01-01T00:05:00Z") == [
        "1",
        "2",
    ]
    assert listed(page=2, per_page=3) == ["0"]


def test_the_list_may_begin_where_the_subscription_began(api):
    subscribe(api.organization)
    for number, timestamp in enumerate([1704067199, 1704067200]):
        api.post(
            "/events",
            {"event": EVENT | {"transaction_id": str(number), "timestamp": timestamp}},
        )

    status, body = api.get(
        "/events", external_subscription_id="sub", timestamp_from_started_at="true"
    )

    assert status == 200
    assert [event["transaction_id"] for event in body["events"]] == ["1"]
