"""Who gets in: signing in, roles, organizations, and forms that count once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from billing.errors import NotFound
from console.access import operator_view
from console.htmx import done
from console.views import once
from invoices.operations.failures import park
from organizations import operations
from organizations.models import Operator, SentForm, SignInThrottle
from tests.factories import CustomerFactory, MembershipFactory, OperatorFactory

AT = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = operations.keys_of("ada@example.com", "192.0.2.1")
PASSWORD = "correct horse battery"


@pytest.fixture
def ada(db: None) -> Operator:
    operator = OperatorFactory(email="ada@example.com")
    operator.set_password(PASSWORD)
    operator.save()
    MembershipFactory(operator=operator)
    return operator


def attempt(client: Client, **data: str) -> HttpResponse:
    return client.post("/sign-in/", {"email": "ada@example.com", "password": PASSWORD, **data})


def test_strangers_are_sent_to_sign_in_and_come_back(client: Client, ada: Operator) -> None:
    sent = client.get("/account/?x=1")
    back = attempt(client, next="/account/?x=1", email="  ADA@example.com ")

    assert sent["Location"] == "/sign-in/?next=/account/%3Fx%3D1"
    assert (back.status_code, back["Location"]) == (302, "/account/?x=1")
    assert client.get("/account/").status_code == 200


def test_a_page_that_htmx_asks_for_leaves_the_old_one_to_sign_in(client: Client) -> None:
    htmx = {"HX-Request": "true", "HX-Request-Type": "full"}

    answer = client.get("/account/?x=1", headers=htmx)

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["HX-Redirect"] == "/sign-in/?next=/account/%3Fx%3D1"


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_nobody_is_sent_elsewhere(client: Client, ada: Operator, following: str) -> None:
    assert attempt(client, next=following)["Location"] == "/"


def test_wrong_passwords_and_unknown_addresses_are_answered_alike(
    client: Client, ada: Operator
) -> None:
    wrong = attempt(client, password="wrong")
    unknown = attempt(client, email="nobody@example.com")

    assert wrong.status_code == unknown.status_code == 422
    for answer in (wrong, unknown):
        assert "E-mail address or password is wrong." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_sixth_attempt_waits_even_with_the_right_password(
    client: Client, ada: Operator
) -> None:
    for _ in range(6):
        attempt(client, password="wrong")

    answer = attempt(client)

    assert answer.status_code == 429
    assert "_auth_user_id" not in client.session


def test_waiting_grows_up_to_a_quarter_of_an_hour() -> None:
    seconds = {
        (kind, failures): operations.delay(kind, failures).total_seconds()
        for kind, failures in [
            ("account", 5), ("account", 6), ("account", 7), ("account", 15), ("account", 16),
            ("account", 10**9), ("address", 20), ("address", 21),
        ]
    }  # fmt: skip

    assert list(seconds.values()) == [0, 1, 2, 512, 900, 900, 0, 1]


def test_who_has_waited_may_try_again(db: None) -> None:
    for _ in range(6):
        assert operations.admit(KEYS, at=AT) == 0

    assert operations.admit(KEYS, at=AT + timedelta(seconds=0.5)) == 1
    assert operations.admit(KEYS, at=AT + timedelta(seconds=1)) == 0
    assert operations.admit(KEYS, at=AT + timedelta(seconds=1)) == 2


def test_attempts_while_waiting_neither_help_nor_prolong(db: None) -> None:
    for _ in range(6):
        operations.admit(KEYS, at=AT)
    before = list(SignInThrottle.objects.order_by("key").values())

    assert operations.admit(KEYS, at=AT) == 1
    assert list(SignInThrottle.objects.order_by("key").values()) == before


def test_a_right_password_is_forgiven_for_the_account_only(client: Client, ada: Operator) -> None:
    for _ in range(3):
        attempt(client, password="wrong")
    attempt(client)

    assert {row.key.partition(":")[0]: row.failures for row in SignInThrottle.objects.all()} == {
        "address": 3
    }


def test_failures_are_forgotten_after_a_day(db: None) -> None:
    for _ in range(5):
        operations.admit(KEYS, at=AT)
    operations.admit(KEYS, at=AT + timedelta(hours=25))

    assert {row.failures for row in SignInThrottle.objects.all()} == {1}


def test_who_may_no_longer_sign_in_does_not(client: Client, ada: Operator) -> None:
    ada.is_active = False
    ada.save()

    assert attempt(client).status_code == 422


def test_signing_out_is_a_post(signed_in: Any) -> None:
    assert signed_in.get("/sign-out/").status_code == 405
    assert signed_in.post("/sign-out/")["Location"] == "/sign-in/"
    assert signed_in.get("/account/").status_code == 302


def test_a_role_that_may_not_is_told_so(client: Client, db: None) -> None:
    membership = MembershipFactory(role="viewer")
    client.force_login(membership.operator)

    answer = client.post("/sandbox/clock/", {"by": "day"})

    assert answer.status_code == 403
    assert "Your role, Viewer, does not allow this." in answer.content.decode()


def test_an_operator_without_an_organization_is_told_so(client: Client, db: None) -> None:
    client.force_login(OperatorFactory())

    assert client.get("/account/").status_code == 403


def test_an_operator_looks_at_one_organization_of_theirs_at_a_time(signed_in: Any) -> None:
    other = MembershipFactory(operator=signed_in.membership.operator, organization__name="Zweite")
    foreign = MembershipFactory()

    assert signed_in.post("/switch/", {"organization": foreign.organization_id}).status_code == 404
    signed_in.post("/switch/", {"organization": other.organization_id})

    page = signed_in.get("/account/")
    assert page.wsgi_request.organization == other.organization
    assert page.wsgi_request.actor.label == str(other.operator)


def test_a_password_is_changed_with_the_present_one_as_proof(client: Client, ada: Operator) -> None:
    attempt(client)
    wrong = client.post("/account/password/", {"present": "x", "new": "another good one"})
    weak = client.post("/account/password/", {"present": PASSWORD, "new": "password"})
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    right = client.post("/account/password/", {"present": PASSWORD, "new": "another good one"})
    ada.refresh_from_db()

    assert (wrong.status_code, weak.status_code, right.status_code) == (422, 422, 303)
    assert ada.check_password("another good one")
    assert client.get("/account/").status_code == 200


def test_the_theme_is_remembered(client: Client, db: None) -> None:
    client.post("/theme/", {"theme": "dark"})

    assert '<html lang="en" data-theme="dark"' in client.get("/sign-in/").content.decode()


def test_the_clock_moves_in_the_organizations_zone(client: Client, db: None) -> None:
    membership = MembershipFactory(
        organization__is_sandbox=True,
        organization__timezone="America/New_York",
        organization__sandbox_now=datetime(2026, 3, 7, 17, tzinfo=UTC),
    )
    client.force_login(membership.operator)

    client.post("/sandbox/clock/", {"by": "day"})

    # Summer time begins on 8 March: noon is noon, an hour of UTC earlier.
    membership.organization.refresh_from_db()
    assert membership.organization.sandbox_now == datetime(2026, 3, 8, 16, tzinfo=UTC)
    assert client.post("/sandbox/clock/", {"to": "2026-01-01T00:00"}).status_code == 422
    assert client.post("/sandbox/clock/", {"to": "soon"}).status_code == 422
    for slip in ("2027-03-09T12:00", "9999-12-31T23:59"):
        refused = client.post("/sandbox/clock/", {"to": slip})
        assert refused.status_code == 422
        assert "by at most a year at a time" in refused.content.decode()
    membership.organization.refresh_from_db()
    assert membership.organization.sandbox_now == datetime(2026, 3, 8, 16, tzinfo=UTC)


def test_the_clock_says_who_could_not_be_billed(client: Client, db: None) -> None:
    now = datetime(2026, 3, 7, 17, tzinfo=UTC)
    membership = MembershipFactory(organization__is_sandbox=True, organization__sandbox_now=now)
    customer = CustomerFactory(organization=membership.organization)
    park(customer.pk, NotFound("plan"), at=now)
    client.force_login(membership.operator)

    page = client.post("/sandbox/clock/", {"by": "day"}, follow=True)
    open_page = client.get(f"/customers/{customer.pk}/")

    assert "1 customer could not be billed: see Invoices." in page.content.decode()
    assert "Billing runs leave this customer out:" in open_page.content.decode()


done_times: list[int] = []


@operator_view("customers")
@once
def _counted(request: Any) -> HttpResponse:
    if request.POST.get("is_wrong"):
        return HttpResponse(status=422)
    done_times.append(1)
    return done(request, to=f"/customers/{len(done_times)}/")


def test_a_form_counts_once_however_often_it_is_sent(db: None) -> None:
    membership, token = MembershipFactory(), uuid.uuid4()
    done_times.clear()

    def send(**data: object) -> HttpResponse:
        request: Any = RequestFactory().post("/", {"form_token": token, **data})
        request.user, request.session = membership.operator, {}
        return _counted(request)

    refused = send(is_wrong=1)
    first, second = send(), send()

    assert refused.status_code == 422
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"] == "/customers/1/"
    assert len(done_times) == 1
    assert SentForm.objects.count() == 1
