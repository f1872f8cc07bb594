"""What holds for every endpoint: signing in, error shapes, unknown routes, hostile input, repeated requests."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from activity.actors import COMMAND
from activity.models import JournalEntry
from api import authentication, rate_limits
from organizations.models import IdempotentAnswer
from tests.api.client import ApiClient
from tests.factories import AT, OrganizationFactory
from workflows.issue_api_key import issue_api_key
from workflows.revoke_api_key import revoke_api_key

pytestmark = pytest.mark.django_db
JUNE = "2024-06-01T00:00:00Z"


@pytest.fixture
def sandbox() -> ApiClient:
    return ApiClient(OrganizationFactory(is_sandbox=True))


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer nobody"}, {"Authorization": ""}],
)
def test_without_a_good_key_the_answer_is_401(headers):
    response = Client().get("/api/v1/sandbox/clock", headers=headers)

    assert response.status_code == 401
    assert response.json() == {"status": 401, "error": "Unauthorized"}


def test_the_first_word_of_the_header_does_not_matter(sandbox):
    headers = {"Authorization": f"Whatever {sandbox.secret}"}

    assert Client().get("/api/v1/sandbox/clock", headers=headers).status_code == 200


def test_a_revoked_key_is_refused(sandbox):
    revoke_api_key(sandbox.key, actor=COMMAND, at=AT)

    assert sandbox.get("/sandbox/clock") == (401, {"status": 401, "error": "Unauthorized"})


def test_an_expired_key_is_refused(sandbox):
    _, secret = issue_api_key(
        sandbox.organization, name="Old", actor=COMMAND, at=AT, expires_at=AT + timedelta(days=1)
    )
    sandbox.secret = secret

    assert sandbox.get("/sandbox/clock")[0] == 401


def test_the_use_of_a_key_is_noted_once_a_minute(sandbox, django_assert_num_queries):
    sandbox.get("/sandbox/clock")

    sandbox.key.refresh_from_db()
    assert sandbox.key.last_used_at is not None
    with django_assert_num_queries(1):
        sandbox.get("/sandbox/clock")


def test_a_key_of_a_production_organization_is_remembered(api, django_assert_num_queries):
    api.get("/sandbox/clock")

    with django_assert_num_queries(0):
        api.get("/sandbox/clock")
    authentication.forget()
    with django_assert_num_queries(1):
        api.get("/sandbox/clock")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"),
        ("GET", ""),
        ("GET", "/sandbox/clock/"),
        ("POST", "/sandbox/clock"),
        ("GET", "/sandbox/%00"),
        ("GET", "/sandbox/%ff"),
    ],
)
def test_an_unknown_route_is_404_in_json(sandbox, method, path):
    response = sandbox.request(method, path)

    assert (response.status_code, response.json()) == (
        404,
        {"status": 404, "error": "Not Found", "code": "resource_not_found"},
    )


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b"[]", b"1", b'{"clock": 1}', b'{"clock": null}', b"{", b"\xff", b"NaN"),
        *(b'{"clock": {"now": 1e999}}', b'{"clock": {"now": "\\ud800"}}', b"[" * 100_000),
    ],
)
def test_a_body_without_its_root_is_400(sandbox, body):
    response = sandbox.request("PUT", "/sandbox/clock", body)

    assert response.status_code == 400
    assert response.json()["status"] == 400
    assert response.json()["error"].startswith("BadRequest: ")
    assert JournalEntry.objects.filter(action="sandbox_clock.moved").count() == 0


def test_a_body_that_is_too_large_is_413(sandbox, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    response = sandbox.request("PUT", "/sandbox/clock", {"clock": {"now": JUNE}})

    assert (response.status_code, response.json()["status"]) == (413, 413)


@pytest.mark.parametrize("now", ["tomorrow", "2024-13-01", 5, True, []])
def test_a_moment_that_is_not_iso_is_422(sandbox, now):
    status, body = sandbox.put("/sandbox/clock", {"clock": {"now": now}})

    assert (status, body["code"]) == (422, "validation_errors")
    assert body["error_details"] == {"now": ["invalid_date"]}


def test_a_missing_member_is_422(sandbox):
    assert sandbox.put("/sandbox/clock", {"clock": {}}) == (
        422,
        {
            "status": 422,
            "error": "Unprocessable Entity",
            "code": "validation_errors",
            "error_details": {"now": ["value_is_mandatory"]},
        },
    )


def test_the_clock_moves_and_is_told(sandbox):
    assert sandbox.put("/sandbox/clock", {"clock": {"now": JUNE}}) == (
        200,
        {"clock": {"now": JUNE}},
    )
    assert sandbox.get("/sandbox/clock") == (200, {"clock": {"now": JUNE}})


def test_a_production_organization_has_no_clock(api):
    assert api.get("/sandbox/clock")[0] == 404
    assert api.put("/sandbox/clock", {"clock": {"now": JUNE}})[0] == 404


def test_each_answer_tells_the_rate_limit(sandbox):
    response = sandbox.request("GET", "/sandbox/clock")

    assert response["X-RateLimit-Limit"] == "1000"
    assert response["X-RateLimit-Reset"] == "1"
    assert int(response["X-RateLimit-Remaining"]) < 1000


def test_one_request_too_many_is_429(sandbox, monkeypatch):
    monkeypatch.setattr(rate_limits, "OTHER", 1)
    monkeypatch.setattr(rate_limits, "WINDOW", 3600)
    sandbox.get("/sandbox/clock")

    response = sandbox.request("GET", "/sandbox/clock")

    assert (response.status_code, response.json()["status"]) == (429, 429)
    assert response["X-RateLimit-Remaining"] == "0"


def test_a_repeated_request_has_one_effect_and_the_same_answer(sandbox):
    body = {"clock": {"now": JUNE}}

    first = sandbox.put("/sandbox/clock", body, Idempotency_Key="one")
    again = sandbox.put("/sandbox/clock", body, Idempotency_Key="one")

    assert first == again == (200, body)
    assert JournalEntry.objects.filter(action="sandbox_clock.moved").count() == 1


def test_another_body_under_the_same_key_is_refused(sandbox):
    sandbox.put("/sandbox/clock", {"clock": {"now": JUNE}}, Idempotency_Key="one")

    status, body = sandbox.put(
        "/sandbox/clock", {"clock": {"now": "2025-01-01"}}, Idempotency_Key="one"
    )

    assert (status, body["error_details"]) == (422, {"idempotency_key": ["value_already_exist"]})
    assert sandbox.get("/sandbox/clock")[1] == {"clock": {"now": JUNE}}


def test_keys_of_two_organizations_are_apart(sandbox):
    other = ApiClient(OrganizationFactory(is_sandbox=True))
    sandbox.put("/sandbox/clock", {"clock": {"now": JUNE}}, Idempotency_Key="one")

    other.put("/sandbox/clock", {"clock": {"now": "2025-01-01"}}, Idempotency_Key="one")

    assert other.get("/sandbox/clock")[1] == {"clock": {"now": "2025-01-01T00:00:00Z"}}


def test_a_fault_is_500_in_json_and_is_not_kept(sandbox, monkeypatch):
    sandbox.client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("organizations.api.organizations.advance_clock", fail)
    response = sandbox.request(
        "PUT", "/sandbox/clock", {"clock": {"now": JUNE}}, {"Idempotency_Key": "one"}
    )

    assert (response.status_code, json.loads(response.content)["status"]) == (500, 500)
    assert IdempotentAnswer.objects.count() == 0


def test_the_api_describes_itself():
    document = Client().get("/api/v1/openapi.json").json()

    assert document["openapi"].startswith("3.1")
    operation = document["paths"]["/api/v1/sandbox/clock"]["put"]
    assert set(operation["responses"]) == {"200", "4XX"}


@pytest.mark.parametrize(
    ("path", "root", "member"),
    [
        ("/customers/{external_customer_id}/current_usage", "customer_usage", "charges_usage"),
        ("/customers/{external_customer_id}/projected_usage", "customer_projected_usage", "charges_usage"),
        ("/customers/{external_customer_id}/past_usage", "usage_periods", "charges_usage"),
        ("/analytics/usage", "usages", "billable_metric_code"),
    ],
)  # fmt: skip
def test_answers_of_one_kind_are_described_apart(path, root, member):
    document = Client().get("/api/v1/openapi.json").json()
    schemas = document["components"]["schemas"]

    def pointed(schema):
        return schemas[schema["$ref"].rpartition("/")[2]]["properties"]

    answers = document["paths"][f"/api/v1{path}"]["get"]["responses"]
    described = pointed(answers["200"]["content"]["application/json"]["schema"])
    shape = pointed(described[root].get("items", described[root]))
    assert member in shape


def test_the_description_can_be_read_as_a_page():
    response = Client().get("/api/v1/docs")

    page = response.content.decode()
    assert response.status_code == 200
    assert "PUT /api/v1/sandbox/clock" in page
    assert "applicable_timezone" in page


def test_an_unknown_route_asks_for_no_csrf_token(sandbox):
    browser = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {sandbox.secret}"}

    response = browser.post("/api/v1/nothing", headers=headers)

    assert (response.status_code, response.json()["code"]) == (404, "resource_not_found")
