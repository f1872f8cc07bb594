"""Events in the console: found by exact ids, imported from a file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activity.actors import COMMAND
from tests.budgets import query_budget
from tests.factories import (
    ChargeFactory,
    CustomerFactory,
    MembershipFactory,
    OrganizationFactory,
    SubscriptionFactory,
)
from usage.models import UsageEvent
from usage.operations import ingest

AT = datetime(2024, 5, 1, tzinfo=UTC)
HEAD = "transaction_id,external_subscription_id,code,timestamp,properties\n"
GOOD = HEAD + 't1,sub,calls,1714521600,"{""region"": ""eu""}"\nt2,sub,calls,1714521601,\n'


def upload(client: Any, content: bytes) -> Any:
    file = SimpleUploadedFile("events.csv", content, "text/csv")
    return client.post("/developers/events/import/", {"file": file})


def report_of(response: Any) -> tuple[int, int, int]:
    report = response.context["report"]
    return report.stored, report.known, report.rejected


def test_a_file_is_imported_and_sent_again_stores_nothing(signed_in: Any) -> None:
    first = upload(signed_in, GOOD.encode())
    again = upload(signed_in, GOOD.encode())

    assert (report_of(first), report_of(again)) == ((2, 0, 0), (0, 2, 0))
    assert "2 stored" in first.content.decode()
    events = UsageEvent.objects.of(signed_in.organization).order_by("seq")
    assert [(one.transaction_id, one.properties) for one in events] == [
        ("t1", {"region": "eu"}),
        ("t2", {}),
    ]


def test_wrong_lines_are_named_and_the_others_stored(signed_in: Any) -> None:
    response = upload(signed_in, (GOOD + "t3,sub,calls,yesterday,\n").encode())

    assert report_of(response) == (2, 0, 1)
    assert "neither Unix seconds nor ISO 8601" in response.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name,age\nAda,36\n", "does not name the column transaction_id"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"", "empty"),
    ],
)
def test_what_is_no_file_of_events_is_refused(signed_in: Any, content: bytes, words: str) -> None:
    response = upload(signed_in, content)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not UsageEvent.objects.exists()


def test_a_viewer_finds_events_and_imports_none(client: Any, db: None) -> None:
    membership = MembershipFactory(role="viewer")
    client.force_login(membership.operator)

    assert "Import events" not in client.get("/developers/events/").content.decode()
    assert upload(client, GOOD.encode()).status_code == 403
    assert not UsageEvent.objects.exists()


def test_events_are_found_by_transaction_and_by_subscription(signed_in: Any) -> None:
    upload(signed_in, GOOD.encode())
    stranger = OrganizationFactory()
    event = {"transaction_id": "t1", "external_subscription_id": "sub", "code": "secret"}
    ingest(stranger, event, at=AT, actor=COMMAND)

    def found(term: str) -> list[str]:
        rows = signed_in.get("/developers/events/", {"q": term}).context["events"]
        return [f"{row.transaction_id} {row.code}" for row in rows]

    assert found("t1") == ["t1 calls"]
    assert found("sub") == ["t2 calls", "t1 calls"]
    assert found("t") == []


def test_the_page_of_events_keeps_its_budget(signed_in: Any) -> None:
    charge = ChargeFactory(plan__organization=signed_in.organization, billable_metric__code="calls")
    customer = CustomerFactory(organization=signed_in.organization)
    SubscriptionFactory(customer=customer, plan=charge.plan, external_id="sub")
    upload(signed_in, GOOD.encode())

    with query_budget("usage:events") as ask:
        ask(signed_in.get, "/developers/events/", {"q": "sub"})
        rows = "".join(f"n{n},sub,calls,1714521600,\n" for n in range(300))
        upload(signed_in, (HEAD + rows).encode())
        ask(signed_in.get, "/developers/events/", {"q": "sub"})
