"""S1, S2, S8, S9 and S12: customers are listed, seen, edited and locked, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from customers.models import Customer
from tests.e2e.accessibility import faults_of_pages
from tests.e2e.walk import choose, customer_of, fill, seller, subscribed

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(operator_page: Any) -> Any:
    return seller(operator_page)


def test_s1_the_side_menu_has_customers_and_opens_their_list(page: Any) -> None:
    customer_of(page)
    page.goto(page.address + "/")

    page.get_by_role("navigation").get_by_role("link", name="Customers", exact=True).click()

    expect(page.get_by_role("heading", name="Customers")).to_be_visible()
    expect(page.get_by_role("link", name="Hooli")).to_be_visible()
    current = page.locator(".side [aria-current=page]")
    expect(current).to_have_text("Customers")


def test_s2_add_a_customer_stands_in_the_upper_right_corner(page: Any) -> None:
    page.goto(page.address + "/customers/")
    button = page.locator(".head").get_by_role("link", name="Add a customer")

    box, size = button.bounding_box(), page.viewport_size
    assert box["x"] + box["width"] > size["width"] * 0.8
    assert box["y"] < size["height"] * 0.25
    button.click()

    expect(page.get_by_role("heading", name="Add a customer")).to_be_visible()


def test_s8_every_unlocked_field_can_be_edited(page: Any) -> None:
    customer = customer_of(page)
    page.goto(f"{page.address}/customers/{customer.pk}/")

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Edit customer").click()
    fill(page, name="Hooli Analytics", external_id="hooli-2", city="Berlin")
    choose(page, "Currency", "yen")
    page.get_by_role("button", name="Save customer").click()
    expect(page.get_by_text("Hooli Analytics is saved.")).to_be_visible()

    customer.refresh_from_db()
    assert (customer.name, customer.external_id) == ("Hooli Analytics", "hooli-2")
    assert (customer.city, customer.currency) == ("Berlin", "JPY")


def test_s9_external_id_and_currency_are_locked_with_a_reason_that_leads_there(page: Any) -> None:
    customer = customer_of(page)
    subscribed(page, customer)
    page.goto(f"{page.address}/customers/{customer.pk}/edit/")

    expect(page.locator("#id_external_id")).to_be_disabled()
    expect(page.locator("#id_currency")).to_be_disabled()
    reason = page.locator("#field-external_id .locked")
    expect(reason).to_have_text("Locked by 1 subscription.")
    reason.get_by_role("link", name="1 subscription").click()

    expect(page.get_by_role("link", name="Scale")).to_be_visible()


def test_s9_a_forged_change_is_refused(page: Any) -> None:
    customer = customer_of(page)
    subscribed(page, customer)
    page.goto(f"{page.address}/customers/{customer.pk}/edit/")

    page.evaluate(
        """() => {
            document.getElementById("id_external_id").disabled = false;
            document.getElementById("id_external_id").value = "forged";
        }"""
    )
    page.get_by_role("button", name="Save customer").click()

    expect(page.locator("#id_external_id_error")).to_have_text("This cannot be changed any more.")
    assert Customer.objects.get().external_id == "hooli"


def test_s12_actions_stands_in_the_upper_right_with_its_six_entries(page: Any) -> None:
    customer = customer_of(page)
    page.goto(f"{page.address}/customers/{customer.pk}/")
    button = page.get_by_role("button", name="Actions", exact=True)

    box, size = button.bounding_box(), page.viewport_size
    assert box["x"] + box["width"] > size["width"] * 0.8
    assert box["y"] < size["height"] * 0.25
    button.click()

    entries = page.get_by_role("menu", name="Actions", exact=True).get_by_role("menuitem")
    expect(entries).to_have_text(
        [
            "Add a plan",
            "Apply coupon",
            "Create one-off invoice",
            "Add wallet & credits",
            "Edit customer",
            "Delete customer",
        ]
    )


@pytest.mark.parametrize(
    ("entry", "heading"),
    [
        ("Add a plan", "Add a plan"),
        ("Apply coupon", "Apply a coupon to Hooli"),
        ("Create one-off invoice", "Create one-off invoice"),
        ("Add wallet & credits", "Add wallet & credits"),
        ("Edit customer", "Edit Hooli"),
        ("Delete customer", "Delete Hooli?"),
    ],
)
def test_s12_each_entry_opens_its_page(page: Any, entry: str, heading: str) -> None:
    customer = customer_of(page)
    page.goto(f"{page.address}/customers/{customer.pk}/")

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name=entry).click()

    expect(page.get_by_role("heading", name=heading).first).to_be_visible()


def test_the_pages_are_accessible_and_fit(page: Any) -> None:
    customer = customer_of(page)
    subscription = subscribed(page, customer)
    one, other = f"/customers/{customer.pk}/", f"/subscriptions/{subscription.pk}/"
    paths = [
        "/customers/", "/customers/new/", one, f"{one}overview/", f"{one}timeline/",
        f"{one}settings/", f"{one}edit/", f"{one}delete/", f"{one}subscriptions/new/",
        "/subscriptions/", other, f"{other}edit/", f"{other}change-plan/", f"{other}end/",
    ]  # fmt: skip

    assert faults_of_pages(page, paths) == {}


def test_tabs_change_in_place_and_stand_in_the_address(page: Any) -> None:
    customer = customer_of(page)
    subscribed(page, customer)
    page.goto(f"{page.address}/customers/{customer.pk}/")

    for label, path in (("Timeline", "timeline"), ("Invoices", "invoices"), ("Overview", "overview"), ("Settings", "settings"), ("Timeline", "timeline")):  # fmt: skip
        tab = page.get_by_label("Sections of the customer").get_by_role("link", name=label)
        tab.click()
        expect(page.locator(".tabs [aria-current]")).to_have_text(label)
        expect(page).to_have_url(f"{page.address}/customers/{customer.pk}/{path}/")
    page.locator("#timeline-q").fill("subscription")
    expect(page.locator("#timeline .timeline li")).to_have_count(1)
    expect(page.locator("#timeline")).to_have_count(1)
    page.go_back()
    page.reload()

    expect(page.locator(".tabs [aria-current]")).to_have_text("Timeline")
