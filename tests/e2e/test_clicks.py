"""How many clicks the day's tasks take, from signing in on; keys and typing are not counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.e2e.walk import customer_of, fill, seller, subscribed

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

COUNTER = """document.addEventListener("click", (event) => {
  if (event.isTrusted && event.detail) sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1;
}, true)"""


@pytest.fixture
def page(operator_page: Any) -> Any:
    operator_page.add_init_script(COUNTER)
    return seller(operator_page)


def clicks(page: Any) -> int:
    """Return how many clicks there were since the last count."""
    return int(page.evaluate("[sessionStorage.clicks ?? 0, sessionStorage.clear()][0]"))


def sign_in(page: Any, client: Client) -> None:
    operator = client.membership.operator
    operator.set_password("a long enough one")
    operator.save()
    page.context.clear_cookies()
    page.goto(f"{page.address}/")
    page.get_by_label("E-mail").fill(operator.email)
    page.get_by_label("Password").fill("a long enough one")
    page.get_by_role("button", name="Sign in").click()


def begin(page: Any, entry: str) -> None:
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name=entry).click()


def test_what_one_comes_for_is_few_clicks_away(page: Any, signed_in: Client) -> None:
    customer = customer_of(page)
    plan = {"pay_in_advance": True, "name": "Paid", "code": "paid", "amount_cents": 31000}
    subscribed(page, customer, **plan)
    sign_in(page, signed_in)

    page.get_by_role("link", name="Hooli").click()
    expect(page.get_by_role("link", name="Usage", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    assert 0 < clicks(page) <= 3

    sign_in(page, signed_in)
    page.get_by_role("link", name="Invoices", exact=True).click()
    page.get_by_role("row").filter(has_text="Hooli").get_by_role("link").first.click()
    page.get_by_role("link", name="Explain this amount").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Explain this amount")
    assert 0 < clicks(page) <= 4

    page.goto(f"{page.address}/customers/{customer.pk}/")
    begin(page, "Delete customer")
    page.get_by_label("Type hooli to confirm").fill("hooli")
    page.get_by_role("button", name="Delete customer").click()
    expect(page.locator("#receipt")).to_be_visible()
    assert 0 < clicks(page) <= 4


def test_a_customer_with_a_plan_and_a_wallet_is_twelve_clicks(page: Any) -> None:
    page.goto(f"{page.address}/customers/")

    page.get_by_role("link", name="Add a customer").first.click()
    fill(page, name="Hooli", external_id="hooli")
    page.get_by_role("button", name="Create customer").click()
    begin(page, "Add a plan")
    page.get_by_role("combobox", name="Plan", exact=True).fill("scale")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show what this will do").click()
    page.get_by_role("button", name="Add plan").click()
    expect(page.get_by_text("Scale is added to Hooli.")).to_be_visible()
    begin(page, "Add wallet & credits")
    fill(page, granted_credits="100")
    page.get_by_role("button", name="Add wallet & credits").click()
    expect(page.locator("main")).to_contain_text("100")

    assert 0 < clicks(page) <= 12
