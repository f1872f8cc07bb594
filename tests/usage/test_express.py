"""The short way for events answers what the long way would, and leaves to it what it cannot do."""

import io
import json

import pytest
from django.core.handlers.wsgi import WSGIHandler

from activity.actors import COMMAND
from api import authentication
from tests.factories import (
    AT,
    BillableMetricFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
)
from usage.api import express as module
from usage.api.express import express
from usage.models import UsageCursor, UsageEvent
from workflows.issue_api_key import issue_api_key

pytestmark = pytest.mark.django_db(transaction=True)

EVENT = {
    "transaction_id": "t1",
    "code": "calls",
    "external_subscription_id": "sub",
    "timestamp": "1704103200.25",
    "properties": {"region": "eu", "size": 1.5, "name": 'é\\\t"', "deep": {"a": [1, None]}},
    "precise_total_amount_cents": "12.50",
}


class Way:
    """An organization that is asked by one way."""

    def __init__(self, application, **organization):
        authentication.forget()
        self.application = application
        self.organization = OrganizationFactory(**organization)
        self.secret = issue_api_key(self.organization, name="Test", actor=COMMAND, at=AT)[1]
        self.subscription = SubscriptionFactory(
            customer=CustomerFactory(organization=self.organization),
            plan=PlanFactory(organization=self.organization),
            external_id="sub",
        )

    def post(self, path, document, **headers):
        """Return status, body and headers; ids that differ between organizations are named."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/api/v1{path}",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_AUTHORIZATION": f"Bearer {self.secret}",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
        } | headers
        told = {}

        def start_response(status, headers, *more):
            told.update(status=int(status.split()[0]), headers=dict(headers))

        answer = json.loads(b"".join(self.application(environ, start_response)))
        return told["status"], self._neutral(answer), told["headers"]

    def _neutral(self, answer):
        text = json.dumps(answer)
        for row in UsageEvent.objects.of(self.organization):
            text = text.replace(str(row.pk), f"id of {row.transaction_id}")
        for name, row in (("sub", self.subscription), ("customer", self.subscription.customer)):
            text = text.replace(str(row.pk), name)
        answer = json.loads(text)
        for event in [answer.get("event"), *answer.get("events", [])]:
            if event:
                assert event.pop("created_at")
        return answer

    def rows(self):
        """Return what is stored."""
        return list(
            UsageEvent.objects.of(self.organization)
            .order_by("seq")
            .values_list(
                "external_subscription_id",
                "transaction_id",
                "code",
                "at",
                "properties",
                "precise_total_amount_cents",
            )
        )


@pytest.fixture
def is_long_way(monkeypatch):
    """How often the long way was taken by the application that has a short one."""
    taken = []
    long = WSGIHandler()

    def application(environ, start_response):
        taken.append(environ["PATH_INFO"])
        return long(environ, start_response)

    return taken, express(application), long


def many(*events):
    return {"events": list(events)}


AS_THEY_SHOULD_BE = [
    ("/events", {"event": EVENT}),
    ("/events", {"event": EVENT | {"external_subscription_id": "nobody"}}),
    ("/events", {"event": EVENT | {"timestamp": 0}}),
    ("/events", {"event": EVENT | {"precise_total_amount_cents": None, "properties": None}}),
    ("/events", {"event": EVENT | {"transaction_id": 7, "precise_total_amount_cents": 3}}),
    ("/events", {"event": EVENT | {"properties": {"size": 12345678901234567890}}}),
    ("/events/batch", many(EVENT, EVENT | {"transaction_id": "t0", "code": "other"})),
    ("/events/batch", many(*(EVENT | {"transaction_id": f"n{n}"} for n in range(100)))),
]
WRONG = [
    ("/events", {"event": EVENT | {"code": None}}),
    ("/events", {"event": EVENT | {"timestamp": "noon"}}),
    ("/events", {"event": []}),
    ("/events", {}),
    ("/events", b"{"),
    ("/events", b"[]"),
    ("/events", b""),
    ("/events/batch", many()),
    ("/events/batch", many(*[EVENT] * 101)),
    ("/events/batch", many(EVENT, EVENT)),
    ("/events/batch", many(EVENT, EVENT | {"transaction_id": "b", "code": ""})),
    ("/events/batch", many(EVENT, "x")),
]


# One test for all of each kind: emptying the database after each would take longer than the tests.
def test_what_is_as_it_should_be_is_answered_alike(is_long_way):
    taken, short, long = is_long_way
    told = {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id"}
    for path, document in AS_THEY_SHOULD_BE:
        ours, theirs = Way(short), Way(long)

        status, answer, headers = ours.post(path, document)

        assert taken == []
        assert (status, answer) == theirs.post(path, document)[:2]
        assert status == 200
        assert ours.rows() == theirs.rows() != []
        assert told <= set(headers)


def test_what_is_wrong_is_refused_alike_and_stores_nothing(is_long_way):
    taken, short, long = is_long_way
    for path, document in WRONG:
        ours, theirs = Way(short), Way(long)
        taken.clear()

        status, answer, _ = ours.post(path, document)

        assert taken == [f"/api/v1{path}"]
        assert (status, answer) == theirs.post(path, document)[:2]
        assert status in (400, 422)
        assert ours.rows() == theirs.rows() == []


def test_a_repeated_event_undoes_its_whole_batch(is_long_way):
    taken, short, _ = is_long_way
    way = Way(short)
    way.post("/events", {"event": EVENT})
    before = way.rows()

    status, answer, _ = way.post("/events/batch", many(EVENT | {"transaction_id": "new"}, EVENT))

    assert status == 422
    assert answer["error_details"] == {"1": {"transaction_id": ["value_already_exist"]}}
    assert way.rows() == before
    assert len(taken) == 1


def test_expressions_take_the_long_way(is_long_way):
    taken, short, _ = is_long_way
    way = Way(short)
    BillableMetricFactory(
        organization=way.organization,
        code="calls",
        aggregation_type="sum_agg",
        field_name="cost",
        expression="event.properties.size * 2",
    )

    status, answer, _ = way.post("/events", {"event": EVENT})

    assert (status, len(taken)) == (200, 1)
    assert float(answer["event"]["properties"]["cost"]) == 3


def test_sandboxes_strangers_and_repeatable_requests_take_the_long_way(is_long_way):
    taken, short, _ = is_long_way
    sandbox, way = Way(short, is_sandbox=True), Way(short)

    assert sandbox.post("/events", {"event": EVENT})[0] == 200
    assert UsageCursor.objects.of(sandbox.organization).count() == 1
    assert way.post("/events", {"event": EVENT}, HTTP_AUTHORIZATION="Bearer x")[0] == 401
    assert way.post("/events", {"event": EVENT}, HTTP_IDEMPOTENCY_KEY="k")[0] == 200
    assert way.post("/events", {"event": EVENT}, HTTP_IDEMPOTENCY_KEY="k")[0] == 200
    assert way.post("/events", {"event": EVENT}, CONTENT_LENGTH="")[0] == 400

    assert len(taken) == 5
    assert len(way.rows()) == 1


def test_other_requests_are_passed_on(is_long_way):
    taken, short, _ = is_long_way

    assert Way(short).post("/customers", {"customer": {"external_id": "c"}})[0] == 200
    assert taken == ["/api/v1/customers"]
    assert module.ONE not in taken


def test_one_request_too_many_is_refused_on_the_short_way_too(monkeypatch):
    monkeypatch.setattr("api.rate_limits.EVENTS", 1)
    monkeypatch.setattr("api.rate_limits._windows", {})
    way = Way(express(WSGIHandler()))

    first = way.post("/events", {"event": EVENT})[0]
    second = way.post("/events", {"event": EVENT | {"transaction_id": "t2"}})[0]

    assert (first, second) == (200, 429)
    assert [row[1] for row in way.rows()] == ["t1"]
