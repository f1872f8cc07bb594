"""Events in the console: found by exact ids, imported from a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activity.actors import COMMAND
from tests.factories import (
    BillableMetricFactory,
    MembershipFactory,
    OrganizationFactory,
)
from usage.models import UsageEvent
from usage.operations import ingest
from usage.reads import explorer

AT = datetime(2024, 5, 1, tzinfo=UTC)
ADDRESS = "/developers/events/"
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


def found(client: Any, **query: str) -> list[str]:
    rows = client.get(ADDRESS, query).context["listing"].rows
    return [f"{row.transaction_id} {row.code}" for row in rows]


def send(organization: Any, name: str, *, at: datetime = AT, sub: str = "sub") -> None:
    event = {"transaction_id": name, "external_subscription_id": sub, "code": "calls"}
    event["timestamp"] = str(at.timestamp())
    ingest(organization, event, at=at, actor=COMMAND)


def test_events_are_found_by_transaction_and_by_subscription(signed_in: Any) -> None:
    upload(signed_in, GOOD.encode())
    stranger = OrganizationFactory()
    event = {"transaction_id": "t1", "external_subscription_id": "sub", "code": "secret"}
    ingest(stranger, event, at=AT, actor=COMMAND)

    assert found(signed_in, q="t1") == ["t1 calls"]
    assert found(signed_in, q="sub") == ["t2 calls", "t1 calls"]
    assert found(signed_in, q="t") == []


def test_without_an_id_the_latest_arrivals_are_listed(signed_in: Any) -> None:
    BillableMetricFactory(organization=signed_in.organization, name="Calls", code="calls")
    upload(signed_in, (GOOD + "t3,sub,other,1704067200,\n").encode())
    send(OrganizationFactory(), "foreign")

    page = signed_in.get(ADDRESS, {"metric": "calls"}).content.decode()

    assert found(signed_in) == ["t3 other", "t2 calls", "t1 calls"]
    assert found(signed_in, sort="event") == ["t3 other", "t1 calls", "t2 calls"]
    assert found(signed_in, metric="calls") == ["t2 calls", "t1 calls"]
    assert found(signed_in, metric="-") == ["t3 other"]
    assert "Metric: Calls" in page
    assert "Older events" not in page


def test_older_arrivals_are_a_link_away(signed_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(explorer, "WIDER", (2, 4))
    for number in range(1, 8):
        send(signed_in.organization, f"t{number}")
    stranger = OrganizationFactory()
    for number in range(3):
        send(stranger, f"s{number}")

    # Two of the latest four are a stranger's, and so are the latest two.
    first = signed_in.get(ADDRESS).context
    then = signed_in.get(first["older_url"])
    back = [chip.url for chip in then.context["listing"].chips]

    assert [row.transaction_id for row in first["listing"].rows] == ["t7"]
    assert [row.transaction_id for row in then.context["listing"].rows] == ["t6", "t5"]
    assert back == [ADDRESS]
    assert "Until: 1 May 2024" in then.content.decode()
    assert found(signed_in, before="1") == []
    assert found(signed_in, before="x") == ["t7 calls"]


def test_older_events_of_a_subscription_are_a_link_away(signed_in: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(explorer, "MOST", 2)
    for number in range(1, 8):
        send(signed_in.organization, f"t{number}", at=AT + timedelta(hours=12 * number))

    first = signed_in.get(ADDRESS, {"q": "sub"}).context
    then = signed_in.get(first["older_url"]).context

    pages = [[row.transaction_id for row in one["listing"].rows] for one in (first, then)]
    assert pages == [["t7", "t6", "t5", "t4"], ["t3", "t2", "t1"]]
    assert [chip.value for chip in then["listing"].chips] == ["sub", "2 May 2024"]
    assert then["older_url"] == ""


def test_events_are_a_file(signed_in: Any) -> None:
    upload(signed_in, GOOD.encode())

    answer = signed_in.get(ADDRESS, {"export": "csv", "q": "t1"})

    head, line = b"".join(answer.streaming_content).decode().strip().splitlines()
    assert head.endswith("timestamp,received_at,counted,properties")
    assert line.startswith("t1,calls,sub,2024-05-01 00:00:00+00:00,")
    assert line.endswith(',False,"{""region"": ""eu""}"')
