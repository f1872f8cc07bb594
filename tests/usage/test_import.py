"""Importing files: what is stored, what is rejected and why, and that a second time adds nothing."""

import csv
import gzip
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models.fields.json import KeyTextTransform

from activity.models import JournalEntry
from tests.factories import BillableMetricFactory, OrganizationFactory
from usage.files import Rejected, UnreadableFile, read_events, read_flights
from usage.models import UsageEvent
from workflows import import_usage

pytestmark = pytest.mark.django_db

FLIGHTS = Path(__file__).parents[2] / "demo" / "data" / "flights-2013-01-02.csv.gz"
HEAD = "transaction_id,external_subscription_id,code,timestamp,properties\n"


@pytest.fixture
def organization():
    return OrganizationFactory()


def run(path, organization, **options):
    out = StringIO()
    call_command("import_events", path, organization=str(organization.pk), stdout=out, **options)
    return out.getvalue()


def written(tmp_path, text):
    path = tmp_path / "events.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_become_events(organization, tmp_path):
    path = written(
        tmp_path,
        HEAD
        + 't1,sub,calls,1704067200.5,"{""size"": 12345678901234567890.5, ""note"": ""a\\tb\\\\é""}"\n'
        + "t2,sub,calls,2024-01-01T01:00:00+01:00,\n",
    )

    assert run(path, organization) == ("2 events stored, 0 were there already, 0 lines rejected.\n")

    first, second = UsageEvent.objects.order_by("seq")
    assert first.at == datetime(2024, 1, 1, 0, 0, 0, 500000, tzinfo=UTC)
    assert first.properties["note"] == "a\tb\\é"
    text = UsageEvent.objects.annotate(size=KeyTextTransform("size", "properties"))
    assert text.get(pk=first.pk).size == "12345678901234567890.5"
    assert second.at == datetime(2024, 1, 1, tzinfo=UTC)
    assert second.properties == {}


def test_repeated_it_adds_nothing(organization, tmp_path):
    path = written(tmp_path, HEAD + "t1,sub,calls,1,\nt1,sub,calls,2,\nt2,sub,calls,3,\n")
    run(path, organization)
    before = list(UsageEvent.objects.order_by("seq"))

    assert run(path, organization) == ("0 events stored, 3 were there already, 0 lines rejected.\n")

    assert list(UsageEvent.objects.order_by("seq")) == before
    assert [event.transaction_id for event in before] == ["t1", "t2"]
    assert [
        entry.after for entry in JournalEntry.objects.filter(action="usage.imported").order_by("pk")
    ] == [
        {"stored": 2, "known": 1, "rejected": 0},
        {"stored": 0, "known": 3, "rejected": 0},
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",sub,calls,1,", "transaction_id is missing"),
        ("t,,calls,1,", "external_subscription_id is missing"),
        ("t,sub, ,1,", "code is missing"),
        (f"{'x' * 256},sub,calls,1,", "transaction_id is longer than 255 characters"),
        ("t,sub,calls,noon,", "timestamp 'noon' is neither Unix seconds nor ISO 8601"),
        ("t,sub,calls,1,{", "properties are not JSON"),
        ('t,sub,calls,1,"{""a"": NaN}"', "properties are not JSON"),
        ("t,sub,calls,1,[]", "properties are not a JSON object"),
        ('t,sub,calls,1,"{""a"": ""\\u0000""}"', "properties hold a NUL character"),
        ('t,sub,calls,1,"{""a"": ""\\ud800""}"', "properties hold half a character"),
        ("t,sub,calls", "the line has too few columns"),
    ],
)
def test_a_wrong_line_is_told_and_the_others_are_stored(organization, tmp_path, line, why):
    path = written(tmp_path, f"{HEAD}{line}\ngood,sub,calls,1,\n")

    assert run(path, organization) == (
        f"1 events stored, 0 were there already, 1 lines rejected.\n  line 2: {why}\n"
    )

    assert UsageEvent.objects.get().transaction_id == "good"


def test_a_stated_amount_may_be_given():
    head = HEAD.strip() + ",precise_total_amount_cents\n"
    lines = [head, "a,s,c,1,,12.5\n", "b,s,c,1,,\n", "c,s,c,1,,much\n"]

    first, second, third = read_events(lines)

    assert first[0].precise_total_amount_cents == Decimal("12.5")
    assert second[0].precise_total_amount_cents is None
    assert third == Rejected(4, "precise_total_amount_cents is not a number")


def test_a_file_of_something_else_is_refused(organization, tmp_path):
    with pytest.raises(UnreadableFile):
        list(read_events(["a,b,c\n"]))
    with pytest.raises(CommandError, match="does not name the column"):
        run(written(tmp_path, "a,b,c\n"), organization)
    with pytest.raises(CommandError):
        run(FLIGHTS, organization)
    with pytest.raises(CommandError, match="There is no organization"):
        run(FLIGHTS, OrganizationFactory.build())

    assert UsageEvent.objects.count() == 0


def test_expressions_are_worked_out(organization, tmp_path):
    BillableMetricFactory(
        organization=organization,
        code="calls",
        aggregation_type="sum_agg",
        field_name="cost",
        expression="event.properties.size * 2",
    )
    run(written(tmp_path, HEAD + 't,sub,calls,1,"{""size"": 4}"\n'), organization)

    assert Decimal(UsageEvent.objects.get().properties["cost"]) == 8


def test_in_a_sandbox_what_follows_has_happened_block_by_block(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(import_usage, "BLOCK", 2)
    monkeypatch.setattr(
        import_usage, "consume_usage", lambda organization, *, at, after: told.append(after)
    )
    organization = OrganizationFactory(is_sandbox=True)

    run(written(tmp_path, HEAD + "".join(f"t{n},s,c,1,\n" for n in range(5))), organization)

    numbers = list(UsageEvent.objects.order_by("seq").values_list("seq", flat=True))
    assert told == [numbers[0] - 1, numbers[2] - 1, numbers[4] - 1]


def test_new_and_known_events_may_alternate(organization, tmp_path, monkeypatch):
    monkeypatch.setattr(import_usage, "BLOCK", 2)
    run(written(tmp_path, HEAD + "".join(f"t{n},s,c,1,\n" for n in (2, 3, 6))), organization)

    report = run(
        written(tmp_path, HEAD + "".join(f"t{n},s,c,2,\n" for n in range(10))), organization
    )

    assert report == "7 events stored, 3 were there already, 0 lines rejected.\n"
    assert UsageEvent.objects.count() == 10
    assert UsageEvent.objects.filter(at__second=1).count() == 3


def flights(until):
    with gzip.open(FLIGHTS, "rt") as file:
        return [row for row in csv.DictReader(file) if row["scheduled_at"] <= until]


def test_flights_become_what_an_airport_bills_for(organization):
    until = "2013-01-03T12:00:00Z"
    expected = Counter()
    miles = Counter()
    for row in flights(until):
        owner = f"{row['carrier']}-airport"
        expected[owner, "departures"] += 1
        expected[owner, "miles"] += 1
        miles[owner] += int(row["miles"])
        expected[owner, "aircraft"] += row["tail_number"] != ""
        expected[owner, "cancellations"] += row["departure_delay_minutes"] == ""
        expected[owner, "worst_delay"] += int(row["departure_delay_minutes"] or 0) > 0

    report = run(FLIGHTS, organization, format="flights", until=datetime.fromisoformat(until))

    events = list(UsageEvent.objects.all())
    assert report.startswith(f"{expected.total():,} events stored, 0 were there already, 0 lines")
    found = Counter((event.external_subscription_id, event.code) for event in events)
    assert found == +expected
    added = Counter()
    for event in events:
        added[event.external_subscription_id] += event.properties.get("miles", 0)
    assert +added == miles
    assert max(event.at for event in events) <= datetime.fromisoformat(until)


def test_a_flight_is_told_by_its_scheduled_moment():
    head = (
        "scheduled_at,carrier,flight,origin,destination,tail_number,miles,departure_delay_minutes"
    )
    rows = [
        "2013-01-01T10:15:00Z,UA,1545,EWR,IAH,N14228,1400,2",
        "2013-01-01T10:16:00Z,UA,1546,LGA,IAH,,1416,",
        "2013-01-01T10:17:00Z,UA,1547,LGA,IAH,N1,x,-4",
        "2013-01-01T10:18:00Z,UA,1548,LGA,IAH,N1,10,-4",
        "2013-01-01T10:19:00Z,UA,1549,LGA,IAH,N1,10,-4",
    ]
    until = datetime(2013, 1, 1, 10, 18, tzinfo=UTC)

    late, cancelled, wrong, early = read_flights([f"{row}\n" for row in [head, *rows]], until=until)

    assert {(event.code, tuple(event.properties.items())) for event in late} == {
        ("departures", (("origin", "EWR"),)),
        ("miles", (("miles", 1400),)),
        ("aircraft", (("tail_number", "N14228"),)),
        ("worst_delay", (("minutes", 2),)),
    }
    assert late[0].transaction_id == "2013-01-01T10:15:00Z-UA-1545-EWR-departures"
    assert {event.external_subscription_id for event in late} == {"UA-airport"}
    assert [event.code for event in cancelled] == ["departures", "miles", "cancellations"]
    assert wrong == Rejected(4, "miles 'x' is not a whole number")
    assert [event.code for event in early] == ["departures", "miles", "aircraft"]
