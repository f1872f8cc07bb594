"""S3 to S7: a customer is created with all that the form asks, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from customers.models import Customer
from payments.models import PaymentProvider
from tests.e2e.walk import NOON, choose, customer_of, fill, seller

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(operator_page: Any) -> Any:
    return seller(operator_page)


def test_s3_name_and_external_id_are_required_and_the_id_is_unique(page: Any) -> None:
    customer_of(page, external_id="taken")
    page.goto(page.address + "/customers/new/")

    page.get_by_role("button", name="Create customer").click()
    expect(page.locator("#id_name_error")).to_have_text("This field is required.")
    expect(page.locator("#id_external_id_error")).to_have_text("This field is required.")
    fill(page, name="Second", external_id="taken", legal_name="Typed Ltd.")
    page.get_by_role("button", name="Create customer").click()

    expect(page.locator("#id_external_id_error")).to_have_text(
        "Another customer has this external ID."
    )
    expect(page.locator("#id_legal_name")).to_have_value("Typed Ltd.")
    assert Customer.objects.count() == 1


def test_s3_the_external_id_of_a_deleted_customer_is_free(page: Any) -> None:
    customer_of(page, deleted_at=NOON)
    page.goto(page.address + "/customers/new/")

    fill(page, name="Second", external_id="hooli")
    page.get_by_role("button", name="Create customer").click()

    expect(page.get_by_text("Customer Second is created.")).to_be_visible()


def test_s4_the_time_zone_is_searched_and_an_empty_one_says_what_it_inherits(page: Any) -> None:
    page.goto(page.address + "/customers/new/")
    box = page.get_by_role("combobox", name="Time zone", exact=True)

    expect(box).to_have_attribute(
        "placeholder", "As the organization: America/New_York (UTC−04:00)"
    )
    box.fill("tokyo")
    expect(page.get_by_role("option", name="Asia/Tokyo")).to_contain_text("UTC+09:00")
    page.keyboard.press("Enter")
    fill(page, name="Hooli", external_id="hooli")
    page.get_by_role("button", name="Create customer").click()

    expect(page.locator(".head")).to_contain_text("Asia/Tokyo")
    assert Customer.objects.get().timezone == "Asia/Tokyo"


def test_s5_billing_information_is_kept(page: Any) -> None:
    page.goto(page.address + "/customers/new/")

    fill(
        page, name="Hooli", external_id="hooli", legal_name="Hooli Inc.", legal_number="HRB 1",
        tax_identification_number="DE1", email="a@hooli.example, b@hooli.example", phone="+49 30",
        url="https://hooli.example", address_line1="1 Road", zipcode="10115", city="Berlin",
    )  # fmt: skip
    choose(page, "Currency", "euro")
    page.locator("#field-country").get_by_role("combobox").fill("germany")
    page.keyboard.press("Enter")
    page.get_by_label("The shipping address is the same").uncheck()
    fill(page, shipping_city="Potsdam")
    page.get_by_role("button", name="Create customer").click()
    expect(page.get_by_text("Customer Hooli is created.")).to_be_visible()

    made = Customer.objects.get()
    assert (made.currency, made.country, made.city) == ("EUR", "DE", "Berlin")
    assert (made.shipping_city, made.shipping_address_line1) == ("Potsdam", None)
    assert made.email == "a@hooli.example, b@hooli.example"


def test_s6_a_default_payment_provider_is_chosen(page: Any) -> None:
    PaymentProvider.objects.create(
        organization=page.organization, kind="manual", name="Bank transfer", code="bank",
        created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    page.goto(page.address + "/customers/new/")

    fill(page, name="Hooli", external_id="hooli", provider_customer_id="c-77")
    choose(page, "Default payment provider", "bank")
    page.get_by_role("button", name="Create customer").click()
    page.get_by_role("link", name="Settings", exact=True).first.click()

    page.goto(page.address + f"/customers/{Customer.objects.get().pk}/settings/")
    expect(page.locator("main")).to_contain_text("Bank transfer (Manual)")
    expect(page.locator("main")).to_contain_text("c-77")


def test_s7_create_customer_says_so_and_opens_the_customer(page: Any) -> None:
    page.goto(page.address + "/customers/new/")

    fill(page, name="Hooli", external_id="hooli")
    page.get_by_role("button", name="Create customer").click()

    expect(page.get_by_text("Customer Hooli is created.")).to_be_visible()
    expect(page.get_by_role("heading", name="Hooli", level=1)).to_be_visible()
    assert page.url == f"{page.address}/customers/{Customer.objects.get().pk}/"


def test_a_customer_is_created_and_deleted_without_scripts(
    browser: Any, live_server: Any, signed_in: Any
) -> None:
    context = browser.new_context(java_script_enabled=False)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": signed_in.cookies[name].value, "url": live_server.url}]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}/customers/new/")

    fill(page, name="Hooli", external_id="hooli")
    page.locator("#id_timezone").select_option("Europe/Berlin")
    page.get_by_role("button", name="Add metadata").click()
    fill(page, **{"metadata-0-key": "tier", "metadata-0-value": "gold"})
    page.get_by_role("button", name="Create customer").click()
    expect(page.get_by_text("Customer Hooli is created.")).to_be_visible()
    made = Customer.objects.get()
    page.goto(f"{live_server.url}/customers/{made.pk}/delete/")
    page.get_by_role("button", name="Delete customer").click()

    expect(page.locator("#receipt")).to_be_visible()
    assert (made.timezone, made.metadata.get().value) == ("Europe/Berlin", "gold")
    context.close()
