"""The log of the API: what it tells, what it leaves out, and for how long."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from api import request_log
from organizations.api_log import forget_old_requests
from organizations.models import LoggedRequest
from tests.api.client import ApiClient
from tests.factories import MembershipFactory, OrganizationFactory

pytestmark = pytest.mark.django_db
PAGE = "/developers/requests/"
TAX = {"tax": {"name": "VAT", "code": "vat", "rate": "19"}}


@pytest.fixture
def caller(monkeypatch):
    monkeypatch.setattr(request_log, "_refused", (0, 0))
    return ApiClient(OrganizationFactory())


@pytest.fixture
def operator(client, caller):
    client.force_login(MembershipFactory(organization=caller.organization).operator)
    return client


def log(action, organization):
    rows = LoggedRequest.objects.of(organization).order_by("at", "pk")
    return [getattr(row, action) for row in rows]


def test_changes_are_logged_with_their_answer_and_reads_are_not(caller):
    caller.post("/taxes", TAX)
    caller.post("/taxes", TAX)
    caller.get("/taxes")

    first, second = LoggedRequest.objects.of(caller.organization).order_by("pk")
    assert (first.method, first.path, first.status) == ("POST", "/api/v1/taxes", 200)
    assert (first.answer, first.api_key) == ("", caller.key)
    assert second.status == 422
    assert "value_already_exist" in second.answer
    assert 8 <= len(second.request_id) <= 64
    assert first.duration_ms >= 0


def test_stored_events_are_not_logged_and_refused_ones_only_now_and_then(caller, monkeypatch):
    monkeypatch.setattr(request_log.time, "monotonic", lambda: 7.0)
    event = {"event": {"transaction_id": "1", "external_subscription_id": "s", "code": "c"}}

    assert caller.post("/events", event)[0] == 200
    statuses = [caller.post("/events", {"event": {"code": "c"}})[0] for _ in range(8)]

    assert statuses == [422] * 8
    kept = request_log.MOST_REFUSED_EVENTS
    assert log("path", caller.organization) == ["/api/v1/events"] * kept


def test_a_log_that_cannot_be_written_does_not_disturb_the_request(caller, monkeypatch):
    def broken(*_, **__):
        raise DatabaseError("full")

    monkeypatch.setattr(request_log, "log_request", broken)

    assert caller.post("/taxes", TAX)[0] == 200
    assert log("path", caller.organization) == []


def test_the_log_is_kept_for_a_week_and_each_organization_s_for_itself(caller):
    other = ApiClient(OrganizationFactory())
    caller.post("/taxes", TAX)
    other.post("/taxes", TAX)
    rows = LoggedRequest.objects.of(caller.organization)
    at = rows.get().at

    early = forget_old_requests(caller.organization, at=at + timedelta(days=7))
    late = forget_old_requests(caller.organization, at=at + timedelta(days=7, seconds=1))

    assert (early, late, rows.exists()) == (0, 1, False)
    assert LoggedRequest.objects.of(other.organization).count() == 1


def test_operators_find_a_request_by_its_id_and_see_why_it_was_refused(caller, operator):
    caller.post("/taxes", TAX)
    caller.post("/taxes", TAX)
    refused = LoggedRequest.objects.get(status=422)

    def shown(**asked):
        return [row.pk for row in operator.get(PAGE, asked).context["listing"].rows]

    assert shown(q=refused.request_id) == [refused.pk]
    assert shown(status="refused") == [refused.pk]
    assert len(shown(key=str(caller.key.pk), method="POST")) == 2
    assert shown(status="failed") == shown(q=refused.request_id[:9]) == []
    page = operator.get(f"{PAGE}{refused.pk}/").content.decode()
    assert "value_already_exist" in page
    assert refused.request_id in page
