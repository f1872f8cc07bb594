"""S13, S15 and S21 from the backend's side: events go in, usage and documents come out, the console agrees."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from activity.actors import COMMAND
from tests.e2e.walk import NOON, customer_of, seller, subscribed
from usage.models import UsageEvent
from workflows.delete_customer import delete_customer
from workflows.end_subscription import end_subscription
from workflows.issue_api_key import issue_api_key

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

MORNING = datetime(2024, 3, 10, 8, tzinfo=UTC)
CSV = """transaction_id,external_subscription_id,code,timestamp,properties
n1,sub,calls,2024-03-10T08:00:00Z,"{""region"": ""eu""}"
n2,sub,calls,2024-03-10T08:01:00Z,
n3,sub,calls,some day,
t0,sub,calls,2024-03-02T00:00:00Z,
"""


@pytest.fixture
def page(operator_page: Any) -> Any:
    return seller(operator_page)


@pytest.fixture
def backend(page: Any) -> Any:
    """Return a function that asks the API as the organization's backend: method, path, body."""
    _, secret = issue_api_key(page.organization, name="Backend", actor=COMMAND, at=NOON)

    def ask(method: str, path: str, body: Any = None) -> Any:
        answer = page.request.fetch(
            f"{page.address}/api/v1{path}",
            method=method,
            data=body,
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.ok, answer.text()
        return answer.json()

    return ask


def event(number: str, **properties: str) -> dict[str, Any]:
    return {
        "transaction_id": number,
        "external_subscription_id": "sub",
        "code": "calls",
        "timestamp": MORNING.timestamp(),
        "properties": properties,
    }


def test_s13_pushed_events_are_used_at_once(page: Any, backend: Any) -> None:
    customer = customer_of(page)
    made = subscribed(page, customer)
    total = page.locator(".figures .grand")
    page.goto(f"{page.address}/customers/{customer.pk}/usage/")
    expect(total).to_have_text("€12.00")

    backend("POST", "/events", {"event": event("one", region="eu")})
    page.reload()
    expect(total).to_have_text("€14.40")
    backend("POST", "/events/batch", {"events": [event(f"batch{n}") for n in range(5)]})
    page.reload()

    expect(total).to_have_text("€20.40")
    row = page.locator(f"#usage-{made.pk} tbody tr").first
    expect(row.locator("td").nth(1)).to_have_text("12")


def test_s13_a_file_of_events_is_imported_and_its_wrong_lines_are_named(page: Any) -> None:
    customer = customer_of(page)
    subscribed(page, customer)
    page.goto(f"{page.address}/developers/")
    page.get_by_role("link", name="Events", exact=True).click()
    page.get_by_role("link", name="Import events").click()

    file = {"name": "events.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Import").click()

    report = page.locator("#import-report")
    expect(report).to_contain_text("2 stored · 1 there already · 1 rejected")
    expect(report.locator("tbody tr")).to_have_count(1)
    expect(report).to_contain_text("'some day' is neither Unix seconds nor ISO 8601")
    assert UsageEvent.objects.count() == 8
    page.goto(f"{page.address}/customers/{customer.pk}/usage/")
    expect(page.locator(".figures .grand")).to_have_text("€15.60")


def test_s15_current_usage_is_what_the_usage_tab_shows(page: Any, backend: Any) -> None:
    customer = customer_of(page)
    made = subscribed(page, customer)

    usage = backend("GET", "/customers/hooli/current_usage?external_subscription_id=sub")

    page.goto(f"{page.address}/customers/{customer.pk}/usage/")
    shown = usage["customer_usage"]
    assert (shown["amount_cents"], shown["taxes_amount_cents"]) == (1000, 200)
    assert shown["total_amount_cents"] == 1200
    expect(page.locator(".figures .grand")).to_have_text("€12.00")
    [charge] = shown["charges_usage"]
    assert (charge["units"], charge["amount_cents"], charge["events_count"]) == ("6.0", 1000, 6)
    row = page.locator(f"#usage-{made.pk} tbody tr").first
    expect(row.locator("td").nth(1)).to_have_text("6")
    expect(row.locator("td").nth(2)).to_have_text("€10.00")


def test_s21_documents_of_a_deleted_customer_are_there_over_the_api(
    page: Any, backend: Any
) -> None:
    customer = customer_of(page)
    made = subscribed(page, customer)
    end_subscription(made, actor=COMMAND, at=NOON)
    delete_customer(customer, actor=COMMAND, at=NOON)

    [listed] = backend("GET", "/invoices")["invoices"]
    read = backend("GET", f"/invoices/{listed['lago_id']}")["invoice"]

    assert (read["number"], read["status"]) == (listed["number"], "finalized")
    assert read["customer"]["external_id"] == "hooli"
    page.goto(f"{page.address}/invoices/{listed['lago_id']}/")
    expect(page.get_by_role("heading", name=read["number"])).to_be_visible()
    pdf = page.request.get(f"{page.address}/invoices/{listed['lago_id']}/pdf/")
    assert pdf.body()[:5] == b"%PDF-"
