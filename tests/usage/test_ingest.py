"""Storing events: what is kept, what is refused, and that a refusal stores nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from activity.actors import COMMAND
from billing.errors import Invalid
from tests.factories import AT, BillableMetricFactory, OrganizationFactory
from usage.models import UsageEvent
from usage.operations import ingest, ingest_batch

pytestmark = pytest.mark.django_db

GIVEN = {"transaction_id": "t1", "code": "calls", "external_subscription_id": "sub"}


@pytest.fixture
def organization():
    return OrganizationFactory()


def send(organization, **given):
    return ingest(organization, GIVEN | given, at=AT, actor=COMMAND)


def send_all(organization, *given):
    return ingest_batch(organization, [GIVEN | each for each in given], at=AT, actor=COMMAND)


def test_an_event_is_kept_as_it_came(organization):
    properties = {"region": "eu", "size": 2.5, "tags": ["a"], "deep": {"a": None}}

    send(
        organization,
        timestamp=1704067200.1239,
        properties=properties,
        precise_total_amount_cents="12.345",
    )

    row = UsageEvent.objects.get()
    assert row.organization == organization
    assert (row.transaction_id, row.code, row.external_subscription_id) == ("t1", "calls", "sub")
    assert row.at == datetime(2024, 1, 1, 0, 0, 0, 123000, tzinfo=UTC)
    assert row.created_at == AT
    assert row.properties == properties
    assert row.precise_total_amount_cents == Decimal("12.345")


def test_without_a_timestamp_an_event_happens_now(organization):
    send(organization)

    assert UsageEvent.objects.get().at == AT


@pytest.mark.parametrize(
    "timestamp", [1704067201, "1704067201", "1704067201.0", 1704067201.0, "2024-01-01T00:00:01Z"]
)
def test_timestamps_are_seconds_in_any_spelling(organization, timestamp):
    assert send(organization, timestamp=timestamp).at == AT + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"transaction_id": None}, {"transaction_id": ["value_is_mandatory"]}),
        ({"transaction_id": " "}, {"transaction_id": ["value_is_mandatory"]}),
        ({"transaction_id": "x" * 256}, {"transaction_id": ["value_is_too_long"]}),
        ({"transaction_id": "a\x00b"}, {"transaction_id": ["value_is_invalid"]}),
        ({"code": ""}, {"code": ["value_is_mandatory"]}),
        ({"timestamp": "2024-13-01T00:00:00Z"}, {"timestamp": ["invalid_format"]}),
        ({"timestamp": True}, {"timestamp": ["invalid_format"]}),
        ({"timestamp": "NaN"}, {"timestamp": ["invalid_format"]}),
        ({"timestamp": "1e30"}, {"timestamp": ["invalid_format"]}),
        ({"timestamp": 10**30}, {"timestamp": ["invalid_format"]}),
        ({"properties": ["a"]}, {"properties": ["value_is_invalid"]}),
        ({"properties": {"a": "\x00"}}, {"properties": ["value_is_invalid"]}),
        (
            {"precise_total_amount_cents": "a lot"},
            {"precise_total_amount_cents": ["invalid_amount"]},
        ),
        (
            {"code": None, "timestamp": "x"},
            {"code": ["value_is_mandatory"], "timestamp": ["invalid_format"]},
        ),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(organization, given, errors):
    with pytest.raises(Invalid) as refusal:
        send(organization, **given)

    assert refusal.value.errors == errors
    assert UsageEvent.objects.count() == 0


def test_a_transaction_is_stored_once_whatever_else_it_says(organization):
    send(organization)

    with pytest.raises(Invalid) as refusal:
        send(organization, code="other", timestamp=1)

    assert refusal.value.errors == {"transaction_id": ["value_already_exist"]}
    assert UsageEvent.objects.get().code == "calls"


def test_another_subscription_or_organization_may_use_the_same_transaction_id(organization):
    send(organization)

    send(organization, external_subscription_id="other")
    send(OrganizationFactory())

    assert UsageEvent.objects.count() == 3


def test_a_batch_is_stored_in_its_order(organization):
    stored = send_all(organization, {"transaction_id": "b"}, {"transaction_id": "a"})

    assert [event.transaction_id for event in stored] == ["b", "a"]
    assert stored[0].seq < stored[1].seq


def test_a_batch_with_offenders_stores_nothing_and_names_each(organization):
    send(organization, transaction_id="old")

    with pytest.raises(Invalid) as refusal:
        send_all(
            organization,
            {"transaction_id": "new"},
            {"transaction_id": "old"},
            {"transaction_id": "new", "code": "again"},
        )

    taken = {"transaction_id": ["value_already_exist"]}
    assert refusal.value.errors == {"1": taken, "2": taken}
    assert [event.transaction_id for event in UsageEvent.objects.all()] == ["old"]


def test_wrong_fields_of_a_batch_are_named_by_index(organization):
    with pytest.raises(Invalid) as refusal:
        send_all(organization, {"transaction_id": "a"}, {"transaction_id": "b", "timestamp": "x"})

    assert refusal.value.errors == {"1": {"timestamp": ["invalid_format"]}}
    assert UsageEvent.objects.count() == 0


def test_a_batch_has_1_to_100_events(organization):
    for given, code in (([], "no_events"), ([GIVEN] * 101, "too_many_events")):
        with pytest.raises(Invalid) as refusal:
            ingest_batch(organization, given, at=AT, actor=COMMAND)
        assert refusal.value.errors == {"events": [code]}

    assert len(send_all(organization, *({"transaction_id": str(n)} for n in range(100)))) == 100


def test_an_expression_is_worked_out_when_the_event_arrives(organization):
    BillableMetricFactory(
        organization=organization,
        code="calls",
        aggregation_type="sum_agg",
        field_name="cost",
        expression="event.properties.size * event.properties.price",
    )

    send(organization, properties={"size": "3", "price": "0.1"})
    send(organization, transaction_id="t2", properties={"size": "3"})

    first, second = UsageEvent.objects.order_by("seq")
    assert Decimal(first.properties["cost"]) == Decimal("0.3")
    assert second.properties == {"size": "3"}


def test_events_cannot_be_changed_or_removed(organization):
    event = send(organization)

    for change in ("UPDATE usage_usageevent SET code = 'x'", "DELETE FROM usage_usageevent"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    assert UsageEvent.objects.get() == event


def test_storing_takes_the_same_statements_for_1_and_for_100(
    organization, django_assert_num_queries
):
    with django_assert_num_queries(4):
        send(organization)
    with django_assert_num_queries(4):
        send_all(organization, *({"transaction_id": f"n{n}"} for n in range(100)))
